#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/blocks/block_sink.h"
#include "agent/tokenfile/token_file_format.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/base/partial_file.h"
#include "common/tokens/block_chain.h"

namespace blindlink::agent {

// Writes a token file (docs/formats/token_file.md). The file gets its name only in Finish; without
// it nothing is left behind. Errors as in common/base/partial_file.h. Not thread-safe.
class TokenFileWriter : public BlockSink {
 public:
  static absl::StatusOr<std::unique_ptr<TokenFileWriter>> Create(const std::string& path,
                                                                 const v1::TokenFileHeader& header);

  // INTERNAL for a block that is out of sequence or too large.
  absl::Status Write(v1::TokenBlock block) override;
  // Ends the file. `counts` are those of the whole input.
  absl::Status Finish(const v1::UploadCounts& counts);

 private:
  explicit TokenFileWriter(std::unique_ptr<PartialFile> file) : file_(std::move(file)) {}
  absl::Status WriteSection(SectionKind kind, const google::protobuf::MessageLite& message);

  std::unique_ptr<PartialFile> file_;
  BlockChain chain_;
  std::string content_;
};

}  // namespace blindlink::agent
