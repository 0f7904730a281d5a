#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/tokenfile/token_file_format.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/tokens/block_chain.h"

namespace blindlink::agent {

// Reads a token file (docs/formats/token_file.md) block by block without trusting its content:
// lengths are checked before memory is allocated. Errors name the file and the byte position:
//   INVALID_ARGUMENT  not a token file, or one of another format version
//   DATA_LOSS         cut off, damaged, or blocks that do not belong together: copy or make it
// again
// and, for opening and reading the file, as common/base/files.h. Not thread-safe.
class TokenFileReader {
 public:
  static absl::StatusOr<std::unique_ptr<TokenFileReader>> Open(const std::string& path);
  // The same over bytes in memory, for tests.
  static absl::StatusOr<std::unique_ptr<TokenFileReader>> OverBytes(std::string bytes);

  const v1::TokenFileHeader& header() const { return header_; }

  // Reads the next block; false after the last one, once the footer has been read and checked.
  absl::StatusOr<bool> Next(v1::TokenBlock* block);
  // Valid after Next has returned false.
  const v1::TokenFileFooter& footer() const { return footer_; }

  // The share of the file read so far, 0..1.
  double ShareRead() const;

 private:
  struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, FileCloser>;

  TokenFileReader(std::string path, std::string bytes, uint64_t size)
      : path_(std::move(path)), bytes_(std::move(bytes)), size_(size) {}

  absl::Status ReadStart();
  // Reads a whole section into content_ and checks its checksum.
  absl::StatusOr<SectionKind> ReadSection();
  absl::Status ReadExactly(void* out, size_t size);
  absl::Status TakeBlock(v1::TokenBlock* block);
  absl::Status TakeFooter();
  absl::Status Damaged(absl::string_view what) const;

  const std::string path_;
  std::string bytes_;  // only if it reads from memory
  const uint64_t size_;
  File file_;
  uint64_t position_ = 0;
  uint64_t section_position_ = 0;
  std::string content_;
  BlockChain chain_;
  v1::TokenFileHeader header_;
  v1::TokenFileFooter footer_;
  bool ended_ = false;
};

}  // namespace blindlink::agent
