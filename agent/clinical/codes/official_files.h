#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/clinical/codes/code_book_builder.h"

namespace blindlink::agent {

// One file that went into a code book, or did not.
struct CodeFile {
  std::string path;
  std::string sha256;   // lower-case hexadecimal, of the file as it is
  std::string edition;  // "2024-10-01" or empty
  std::string use;      // "list of ICD-10-CM", "groups of HCPCS", "not used"
  uint64_t rows = 0;
};

// Adds all files in a folder and its subfolders to `builder`. What a file is follows from its
// columns or its form, and its edition from its name or that of its folder ("2025",
// "order-Jan-2021", "2026_april", DRG "v38"); a file that is none of the kinds in docs/codes.md is
// left out and listed as "not used". INVALID_ARGUMENT names file, row and column of what is wrong;
// NOT_FOUND if there is no folder.
absl::StatusOr<std::vector<CodeFile>> AddCodeFiles(const std::string& folder,
                                                   CodeBookBuilder* builder);

}  // namespace blindlink::agent
