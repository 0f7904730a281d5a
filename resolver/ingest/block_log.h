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

// A file of token blocks that grows at its end: each block's size (4 bytes, big-endian) and the
// serialized block, which carries its own checksum. docs/formats/resolver_storage.md. Not
// thread-safe.
class BlockLog {
 public:
  // Called for each block that is already there, in order. ABORTED: this block and all after it do
  // not belong there. Any other status stops the opening.
  using Visit = std::function<absl::Status(const v1::TokenBlock& block)>;

  // Opens or makes the file. What an interrupted write left at the end, or anything from the first
  // block on that does not fit its checksum or does not belong there, is cut off.
  static absl::StatusOr<std::unique_ptr<BlockLog>> Open(const std::filesystem::path& file,
                                                        const Visit& visit);

  // RESOURCE_EXHAUSTED when the disk is full; the file is then as it was.
  absl::Status Append(const v1::TokenBlock& block);
  // All blocks so far are on disk when it returns.
  absl::Status Sync();
  uint64_t size() const { return size_; }  // bytes

 private:
  BlockLog(UniqueFd fd, std::filesystem::path file) : fd_(std::move(fd)), file_(std::move(file)) {}
  // Cuts off what stands behind size_, where the next block is then written.
  absl::Status CutToSize(absl::string_view doing);

  const UniqueFd fd_;
  const std::filesystem::path file_;
  uint64_t size_ = 0;
};

// Reads such a file's blocks in order, each as it is serialized; `visit` may keep what it gets.
// Stops at the first status. DATA_LOSS if the file ends within a block.
absl::Status ReadBlocks(const std::filesystem::path& file,
                        const std::function<absl::Status(std::string& serialized)>& visit);
// Such a block, checked. DATA_LOSS if it is damaged; `file` is named. Thread-safe.
absl::StatusOr<v1::TokenBlock> ParseBlock(absl::string_view serialized,
                                          const std::filesystem::path& file);

}  // namespace blindlink::resolver
