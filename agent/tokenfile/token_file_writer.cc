#include "agent/tokenfile/token_file_writer.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/base/encoding.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

absl::string_view AsText(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

absl::StatusOr<std::unique_ptr<TokenFileWriter>> TokenFileWriter::Create(
    const std::string& path, const v1::TokenFileHeader& header) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<PartialFile> file, PartialFile::Create(path));
  auto writer = absl::WrapUnique(new TokenFileWriter(std::move(file)));
  std::string head(kTokenFileMagic);
  AppendNumber32(kTokenFileVersion, &head);
  BL_RETURN_IF_ERROR(writer->file_->Append(head));
  BL_RETURN_IF_ERROR(writer->WriteSection(SectionKind::kHeader, header));
  return writer;
}

absl::Status TokenFileWriter::Write(v1::TokenBlock block) {
  if (block.sequence() != chain_.next_sequence()) {
    return absl::InternalError(absl::StrCat("block ", block.sequence(), " came where block ",
                                            chain_.next_sequence(), " belongs"));
  }
  chain_.Add(block.crc32());
  return WriteSection(SectionKind::kBlock, block);
}

absl::Status TokenFileWriter::Finish(const v1::UploadCounts& counts) {
  v1::TokenFileFooter footer;
  *footer.mutable_counts() = counts;
  footer.set_block_count(chain_.next_sequence());
  footer.set_chain(chain_.value());
  BL_RETURN_IF_ERROR(WriteSection(SectionKind::kFooter, footer));
  return file_->Finish();
}

absl::Status TokenFileWriter::WriteSection(SectionKind kind,
                                           const google::protobuf::MessageLite& message) {
  content_.clear();
  message.AppendToString(&content_);
  if (content_.size() > MaxBytesOf(kind)) {
    return absl::InternalError(
        absl::StrCat("a section of a token file has ", content_.size(), " bytes"));
  }
  const SectionHead head = MakeSectionHead(kind, content_.size());
  uint8_t checksum[kSectionTailSize];
  StoreBigEndian32(SectionChecksum(head, content_), checksum);
  BL_RETURN_IF_ERROR(file_->Append(AsText(head.data(), head.size())));
  BL_RETURN_IF_ERROR(file_->Append(content_));
  return file_->Append(AsText(checksum, sizeof(checksum)));
}

}  // namespace blindlink::agent
