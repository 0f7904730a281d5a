#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/csv/byte_source.h"

namespace blindlink {

// Looks for many byte strings, marks, at once, wherever they begin. Reads a file once, in bounded
// memory. Thread-safe.
class MarkSearch {
 public:
  // Shorter ones are found by chance in any file.
  static constexpr size_t kMinBytes = 8;
  static constexpr size_t kMaxBytes = 4096;

  // What `bytes` stand for. Several marks may have one number.
  struct Mark {
    std::string bytes;  // of kMinBytes to kMaxBytes
    size_t number = 0;
    bool is_text = false;  // upper and lower case of ASCII letters are the same
  };
  // INVALID_ARGUMENT for a mark that is too short or too long.
  static absl::StatusOr<MarkSearch> Make(std::vector<Mark> marks);

  // By the marks' numbers: how often one of its marks occurs.
  struct Found {
    uint64_t times = 0;
    uint64_t first_byte = 0;  // of the first occurrence, from 0, as decompressed
  };
  // Reads `source` to its end. Errors are those of the source.
  absl::StatusOr<std::vector<Found>> Search(ByteSource& source) const;

 private:
  MarkSearch() = default;

  // The marks that begin with the same bytes.
  using Index = absl::flat_hash_map<uint64_t, std::vector<size_t>>;

  void Add(size_t mark);
  void SearchIn(absl::string_view bytes, size_t begins, uint64_t offset,
                std::vector<Found>* found) const;
  void Compare(const Index& index, uint64_t first, absl::string_view rest, uint64_t offset,
               std::vector<Found>* found) const;

  std::vector<Mark> marks_;
  size_t numbers_ = 0;
  size_t longest_ = 0;
  Index exact_;
  Index text_;
  std::bitset<1 << 16>
      may_begin_;  // by a hash of the first bytes; never false for one that is there
};

}  // namespace blindlink
