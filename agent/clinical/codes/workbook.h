#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

struct Sheet {
  std::string name;
  std::vector<std::vector<std::string>> rows;  // cells as text; empty ones at the end are left out
};

// Whether `bytes` begin like a workbook (a zip archive).
bool IsWorkbook(absl::string_view bytes);

// The sheets of a workbook as Excel writes it (.xlsx: ECMA-376, a zip archive of XML), in the order
// of their files. `path` is for messages. INVALID_ARGUMENT if the archive is damaged or encrypted,
// or unpacks to more than 512 MiB.
absl::StatusOr<std::vector<Sheet>> ReadWorkbook(absl::string_view bytes, const std::string& path);

}  // namespace blindlink::agent
