#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/base/fd.h"

namespace blindlink::resolver {

// An append-only file of token blocks: for each block its size (4 bytes, big-endian) and the
// serialized block, which carries its own checksum. docs/formats/resolver_storage.md. Not
// thread-safe.
class BlockLog {
 public:
  // Called for each block that the file already holds, in order. ABORTED: this block and all after
  // it do not belong here. Any other error makes Open fail.
  using Visit = std::function<absl::Status(const v1::TokenBlock& block)>;

  // Opens or creates the file. Cuts it off at the first block that is incomplete, does not match
  // its checksum or does not belong here.
  static absl::StatusOr<std::unique_ptr<BlockLog>> Open(const std::filesystem::path& file,
                                                        const Visit& visit);

  // RESOURCE_EXHAUSTED if the disk is full; what was half written is then cut off, at the latest
  // before the next block is written.
  absl::Status Append(const v1::TokenBlock& block);
  // When this returns, all blocks so far are on disk.
  absl::Status Sync();
  uint64_t size() const { return size_; }  // bytes

 private:
  BlockLog(UniqueFd fd, std::filesystem::path file) : fd_(std::move(fd)), file_(std::move(file)) {}
  // Cuts off what stands behind size_, where the next block is then written.
  absl::Status CutToSize(absl::string_view doing);

  const UniqueFd fd_;
  const std::filesystem::path file_;
  uint64_t size_ = 0;
  bool cut_pending_ = false;  // whether something half-written may stand behind size_
};

// Reads the serialized blocks of such a file in order; `visit` may move from its argument. Stops at
// the first error. DATA_LOSS if the file ends within a block.
absl::Status ReadBlocks(const std::filesystem::path& file,
                        const std::function<absl::Status(std::string& serialized)>& visit);
// Parses and checks such a block. DATA_LOSS, with a message that names `file`, if it is damaged.
// Thread-safe.
absl::StatusOr<v1::TokenBlock> ParseBlock(absl::string_view serialized,
                                          const std::filesystem::path& file);

}  // namespace blindlink::resolver
