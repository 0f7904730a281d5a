#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/fd.h"
#include "common/base/partial_file.h"
#include "common/crypto/block_sealer.h"
#include "common/crypto/hmac_sha256.h"

namespace blindlink::agent {

// The result of one stage of a run: entries, which are any bytes, and a summary. Enciphered under a
// key that stays at the site, since the entries identify people. A file has its name only once it
// is whole and on disk. The classes are not thread-safe.
//
// On disk: 16 random bytes, from which the file's own key is derived; then blocks, each after its
// size in 4 bytes, sealed under their number (block_sealer.h). Block 0 is the origin, the last one
// the summary; the file ends in that one's offset and number, 8 bytes each.
class StageWriter {
 public:
  // `origin` is a text that says what the result was made of. Errors are those of PartialFile.
  static absl::StatusOr<std::unique_ptr<StageWriter>> Create(const std::filesystem::path& path,
                                                             const HmacSha256& key,
                                                             absl::string_view origin);
  absl::Status Add(absl::string_view entry);
  // Gives the file its name. Call it once, after the last entry.
  absl::Status Finish(absl::string_view summary);

 private:
  StageWriter(std::unique_ptr<PartialFile> file, const Sha256Digest& key)
      : file_(std::move(file)), sealer_(key) {}
  absl::Status WriteBlock(absl::string_view text);

  const std::unique_ptr<PartialFile> file_;
  const BlockSealer sealer_;
  std::string entries_;  // of the next block
  uint64_t blocks_ = 0;
  uint64_t bytes_ = 0;
};

class StageReader {
 public:
  // NOT_FOUND; DATA_LOSS if the file is damaged or was enciphered under another key.
  static absl::StatusOr<std::unique_ptr<StageReader>> Open(const std::filesystem::path& path,
                                                           const HmacSha256& key);
  const std::string& origin() const { return origin_; }
  const std::string& summary() const { return summary_; }
  // The next entry, valid until the next call; nothing after the last one. DATA_LOSS if the file is
  // damaged.
  absl::StatusOr<std::optional<absl::string_view>> Next();
  double ShareRead() const;

 private:
  StageReader(std::filesystem::path path, UniqueFd fd, const Sha256Digest& key)
      : path_(std::move(path)), fd_(std::move(fd)), sealer_(key) {}
  absl::Status ReadEnds(uint64_t size);
  absl::StatusOr<std::string> ReadBlock();
  absl::Status Damaged() const;

  const std::filesystem::path path_;
  const UniqueFd fd_;
  const BlockSealer sealer_;
  std::string origin_;
  std::string summary_;
  std::string block_;
  absl::string_view rest_;   // of block_
  uint64_t blocks_ = 0;      // that were read
  uint64_t last_block_ = 0;  // the number of the summary
  uint64_t offset_ = 0;
  uint64_t end_ = 0;  // of the entries
};

}  // namespace blindlink::agent
