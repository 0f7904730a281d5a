#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes16.h"
#include "common/base/run_file.h"
#include "common/crypto/scratch_cipher.h"

namespace blindlink::agent {

// Sorts texts by pseudonym (distribution sort, Knuth TAOCP 5.2.5). Pseudonyms are evenly
// distributed, so the first byte of one spreads them over 256 ranges of about the same size; each
// is then sorted in memory. Texts of one pseudonym stay in the order in which they were added.
//
// Up to 64 MiB are held in memory; what is more goes to a nameless file in `folder`, enciphered
// under a key that only this object has, because the texts identify people. One range at a time
// is in memory: 1/256 of all texts, and more only if few pseudonyms have very many of them.
// INVALID_ARGUMENT if a range has more than 512 MiB. Other errors are those of RunFile; after an
// error the spool must not be used again. Not thread-safe.
class SortedSpool {
 public:
  explicit SortedSpool(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // `text` must be shorter than 4 GiB.
  absl::Status Add(const RecordPseudonym& pseudonym, absl::string_view text);

  struct Entry {
    RecordPseudonym pseudonym;
    absl::string_view text;
  };
  // Call after the last Add: the entries of the next range, in order; none after the last range.
  // Valid until the next call. All entries of one pseudonym are in one range.
  absl::StatusOr<const std::vector<Entry>*> NextRange();

 private:
  static constexpr size_t kRanges = 256;
  static constexpr size_t kPieceBytes = size_t{256} << 10;
  static constexpr size_t kMaxRangeBytes = size_t{512} << 20;

  // A part of a range in the file.
  struct Piece {
    uint64_t offset;  // also the number of the piece for the cipher
    size_t size;
  };
  struct Range {
    std::string pending;  // not in the file
    std::vector<Piece> pieces;
  };

  absl::Status WriteOut(Range* range);
  // Replaces text_ with all of the range, in the order of Add, and empties it.
  absl::Status Load(Range* range);
  void SortEntries();

  const std::filesystem::path folder_;
  const ScratchCipher cipher_;
  std::unique_ptr<RunFile> file_;  // null until something is written
  std::array<Range, kRanges> ranges_;
  size_t next_range_ = 0;
  std::string text_;
  std::vector<Entry> entries_;
};

}  // namespace blindlink::agent
