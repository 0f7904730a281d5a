#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The formats in which records can be read (docs/input-formats.md).
enum class InputFormat { kCsv, kJsonLines, kHl7, kFhir, kFixedWidth, kPcornet, kOmop };

// As users write it: "csv", "json-lines", "hl7", "fhir", "fixed-width", "pcornet", "omop".
absl::string_view NameOf(InputFormat format);
// Nullopt for anything else.
std::optional<InputFormat> ParseInputFormat(absl::string_view name);
// All names.
std::vector<std::string> InputFormatNames();

}  // namespace blindlink::agent
