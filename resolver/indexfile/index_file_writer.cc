#include "resolver/indexfile/index_file_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/secret_bytes.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"

namespace blindlink::resolver {
namespace {

// Before what has this size.
std::string SizeBytes(size_t size) {
  uint8_t bytes[sizeof(uint32_t)];
  StoreBigEndian32(static_cast<uint32_t>(size), bytes);
  return {reinterpret_cast<const char*>(bytes), sizeof(bytes)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<IndexFileWriter>> IndexFileWriter::Create(
    const std::filesystem::path& path, storage::v1::StoredIndexFileHead head,
    const BoundCipher& cipher, const std::vector<storage::v1::CommittedDataset>& datasets) {
  const SecretBytes id = RandomBytes(kIndexFileIdSize);
  head.set_file_id(std::string(id.Reveal().begin(), id.Reveal().end()));
  const std::string head_bytes = head.SerializeAsString();
  storage::v1::StoredIndexFileContents contents;
  contents.mutable_datasets()->Assign(datasets.begin(), datasets.end());
  std::vector<uint32_t> numbers;
  numbers.reserve(datasets.size());
  for (const auto& dataset : datasets) numbers.push_back(dataset.dataset_number());

  BL_ASSIGN_OR_RETURN(std::unique_ptr<PartialFile> file, PartialFile::Create(path));
  std::unique_ptr<IndexFileWriter> writer(
      new IndexFileWriter(std::move(file), IndexFileKey(cipher, head_bytes), std::move(numbers)));
  BL_RETURN_IF_ERROR(
      writer->Append(absl::StrCat(kIndexFileMagic, SizeBytes(head_bytes.size()), head_bytes)));
  BL_RETURN_IF_ERROR(writer->AppendBlock(IndexFileBlock::kContents, contents.SerializeAsString()));
  return writer;
}

absl::Status IndexFileWriter::Append(absl::string_view bytes) {
  bytes_ += bytes.size();
  return file_->Append(bytes);
}

absl::Status IndexFileWriter::AppendBlock(IndexFileBlock kind, absl::string_view content) {
  if (content.size() >= kMaxIndexFileBlock - BlockSealer::kOverhead) {
    return absl::InternalError("a block of an index file is too large");
  }
  const std::string sealed =
      sealer_.Seal(blocks_++, absl::StrCat(std::string(1, static_cast<char>(kind)), content));
  BL_RETURN_IF_ERROR(Append(SizeBytes(sealed.size())));
  return Append(sealed);
}

absl::Status IndexFileWriter::Add(absl::Span<const RecordPseudonym> records) {
  summer_->Add(records);
  for (const RecordPseudonym& record : records) {
    const absl::string_view bytes = record.AsView();
    records_.append(bytes.data(), bytes.size());
    if (records_.size() < kRecordsInBlock * RecordPseudonym::kSize) continue;
    BL_RETURN_IF_ERROR(FlushRecords());
  }
  return absl::OkStatus();
}

absl::Status IndexFileWriter::FlushRecords() {
  if (records_.empty()) return absl::OkStatus();
  return AppendBlock(IndexFileBlock::kRecords, std::exchange(records_, {}));
}

absl::Status IndexFileWriter::Add(absl::Span<const Posting> postings) {
  BL_RETURN_IF_ERROR(FlushRecords());
  summer_->Add(postings);
  for (const Posting& posting : postings) {
    page_.Add(posting);
    if (page_.full()) BL_RETURN_IF_ERROR(AppendBlock(IndexFileBlock::kPostings, page_.Finish()));
  }
  return absl::OkStatus();
}

absl::StatusOr<DatasetSum> IndexFileWriter::EndDataset() {
  if (current_ >= datasets_.size()) return absl::InternalError("an index file has no such dataset");
  BL_RETURN_IF_ERROR(FlushRecords());
  if (!page_.empty()) BL_RETURN_IF_ERROR(AppendBlock(IndexFileBlock::kPostings, page_.Finish()));
  const DatasetSum sum = std::exchange(summer_, std::make_unique<DatasetSummer>())->Finish();
  const storage::v1::StoredIndexFileSum stored = StoredSum(datasets_[current_++], sum);
  BL_RETURN_IF_ERROR(AppendBlock(IndexFileBlock::kSum, stored.SerializeAsString()));
  return sum;
}

absl::StatusOr<uint64_t> IndexFileWriter::Finish() {
  if (current_ != datasets_.size()) return absl::InternalError("an index file lacks a dataset");
  BL_RETURN_IF_ERROR(AppendBlock(IndexFileBlock::kEnd, ""));
  BL_RETURN_IF_ERROR(file_->Finish());
  return bytes_;
}

}  // namespace blindlink::resolver
