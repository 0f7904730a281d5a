#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/bytes16.h"
#include "common/marks/mark_search.h"

namespace blindlink::agent {

// Everything by which one canary can be known.
struct CanaryMarks {
  std::vector<std::string> texts;   // of its row: record id, last name, whole name, e-mail address
  RecordPseudonym pseudonym;        // of the site
  std::vector<std::string> tokens;  // 16 bytes each
};

// How many canaries of one file of canaries were found in a file, by what.
struct CanaryFind {
  uint32_t by_text = 0;
  uint32_t by_pseudonym = 0;
  // By half of their tokens at least: real people may share some, those of initials for instance.
  uint32_t by_tokens = 0;
  uint64_t first_byte = 0;  // of the first mark found

  bool any() const { return by_text + by_pseudonym + by_tokens > 0; }
};

// Looks for canaries in files of any kind, plain, gzip or zstd: as text in any case, and pseudonyms
// and tokens as bytes and as hexadecimal digits. Thread-safe.
class CanarySearch {
 public:
  // Several files of canaries: a find names which. INVALID_ARGUMENT if one has no canary.
  static absl::StatusOr<CanarySearch> Make(
      const std::vector<std::vector<CanaryMarks>>& files_of_canaries);

  // One find for each file of canaries. Errors as OpenByteSource.
  absl::StatusOr<std::vector<CanaryFind>> Search(const std::string& path) const;

 private:
  struct Place {
    size_t file;
    size_t canary;
    enum class Kind { kText, kPseudonym, kToken } kind;
  };
  CanarySearch(std::vector<std::vector<size_t>> tokens, std::vector<Place> places, MarkSearch marks)
      : tokens_(std::move(tokens)), places_(std::move(places)), marks_(std::move(marks)) {}

  std::vector<std::vector<size_t>> tokens_;  // how many, by file and canary
  std::vector<Place> places_;                // by the number of the mark
  MarkSearch marks_;
};

}  // namespace blindlink::agent
