#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// What may be released, the same at every site: `codes plan` writes it, one row for each code or
// group (docs/formats/code_files.md). A code is released as the finest group above it in the map.
class CodeMap {
 public:
  struct Row {
    std::string system;
    std::string level;
    std::string code;
    uint64_t persons = 0;  // at least this many, whichever way the sites' persons overlap
  };

  // INVALID_ARGUMENT names the file, row and column of what is wrong.
  static absl::StatusOr<CodeMap> Open(const std::string& path);
  static std::string ToText(const std::vector<Row>& rows, absl::string_view book_digest);

  // Lower-case hexadecimal SHA-256 of the file.
  const std::string& digest() const { return digest_; }
  // The digest of the code book that it was made with.
  const std::string& book_digest() const { return book_digest_; }
  // Null if the map says nothing of the system.
  const absl::flat_hash_set<std::string>* Released(absl::string_view system) const;

 private:
  absl::flat_hash_map<std::string, absl::flat_hash_set<std::string>> released_;
  std::string digest_;
  std::string book_digest_;
};

}  // namespace blindlink::agent
