#include "resolver/index/rocksdb/rocksdb_dataset_writer.h"

#include <errno.h>
#include <stdio.h>

#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/index/rocksdb/key_codec.h"
#include "resolver/index/rocksdb/page_cipher.h"
#include "resolver/index/rocksdb/rocksdb_status.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kMaxRecordFileBytes = uint64_t{256} << 20;
constexpr uint64_t kBytesPerSync = uint64_t{4} << 20;

// Encodes postings as pages, each with its key and with its evidence enciphered.
class PageBatch : public PostingBatch {
 public:
  explicit PageBatch(std::shared_ptr<const BoundCipher> cipher) : cipher_(std::move(cipher)) {}
  void Add(const Posting& posting) override {
    page_.Add(posting);
    if (page_.full()) EndPage();
  }
  const std::vector<std::pair<PostingKey, std::string>>& Finish() {
    if (!page_.empty()) EndPage();
    return pages_;
  }

 private:
  void EndPage() {
    const PostingKey key = EncodePosting(page_.last());
    pages_.emplace_back(key, page_.Finish());
    SealEvidence(*cipher_, AsView(key), &pages_.back().second);
  }

  const std::shared_ptr<const BoundCipher> cipher_;
  PostingPageBuilder page_;
  std::vector<std::pair<PostingKey, std::string>> pages_;
};

}  // namespace

RocksDbDatasetWriter::RocksDbDatasetWriter(rocksdb::DB* db,
                                           std::vector<rocksdb::ColumnFamilyHandle*> handles,
                                           std::shared_ptr<const BoundCipher> cipher,
                                           std::filesystem::path folder, uint32_t number,
                                           const std::filesystem::path& scratch,
                                           uint64_t part_bytes)
    : db_(db),
      handles_(std::move(handles)),
      cipher_(std::move(cipher)),
      folder_(std::move(folder)),
      number_(number),
      scratch_(scratch),
      part_bytes_(part_bytes),
      parts_(FindParts(scratch)),
      finished_ranges_(parts_.ranges) {}

RocksDbDatasetWriter::~RocksDbDatasetWriter() { RemoveFiles(); }

absl::Status RocksDbDatasetWriter::AddRecord(const RecordPseudonym& record) {
  absl::StrAppend(&row_, record.AsView());
  return ++next_record_ % kRecordsPerRow == 0 ? PutRecords() : absl::OkStatus();
}

absl::Status RocksDbDatasetWriter::PutRecords() {
  if (row_.empty()) return absl::OkStatus();
  const auto first = static_cast<uint32_t>(next_record_ - row_.size() / RecordPseudonym::kSize);
  const std::string row = std::exchange(row_, {});
  return Put(records_, AsView(EncodeRecord(number_, first)), row);
}

std::unique_ptr<PostingBatch> RocksDbDatasetWriter::NewBatch() const {
  return std::make_unique<PageBatch>(cipher_);
}

absl::Status RocksDbDatasetWriter::AddBatch(std::unique_ptr<PostingBatch> batch) {
  for (const auto& [key, page] : static_cast<PageBatch&>(*batch).Finish()) {
    BL_RETURN_IF_ERROR(Put(postings_, AsView(key), page));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> RocksDbDatasetWriter::EndRanges(size_t end) {
  if (scratch_.empty() || postings_.open == nullptr) return false;
  if (postings_.open->FileSize() < part_bytes_) return false;
  BL_RETURN_IF_ERROR(Finish(postings_));
  const std::filesystem::path file = PartFile(scratch_, end);
  if (rename(postings_.finished.back().c_str(), file.c_str()) != 0) {
    return ErrnoStatus(errno, "make", file);
  }
  postings_.finished.pop_back();
  BL_RETURN_IF_ERROR(SyncFolder(scratch_));
  parts_.files.push_back(file);
  parts_.ranges = end;
  return true;
}

absl::Status RocksDbDatasetWriter::Commit(const storage::v1::CommittedDataset& dataset) {
  BL_RETURN_IF_ERROR(PutRecords());
  const RecordIndexKey key = EncodeRecord(number_, 0);
  BL_RETURN_IF_ERROR(Put(datasets_, AsView(key).substr(0, 4), dataset.SerializeAsString()));
  std::vector<rocksdb::IngestExternalFileArg> args;
  for (Files* files : {&records_, &postings_, &datasets_}) {
    BL_RETURN_IF_ERROR(Finish(*files));
    std::vector<std::string> all;
    if (files == &postings_) all.assign(parts_.files.begin(), parts_.files.end());
    all.insert(all.end(), files->finished.begin(), files->finished.end());
    if (all.empty()) continue;
    rocksdb::IngestExternalFileArg& arg = args.emplace_back();
    arg.column_family = handles_[files->family];
    arg.external_files = std::move(all);
    // RocksDB must not modify the parts: after an interruption they are needed unchanged.
    arg.options.write_global_seqno = false;
    arg.options.move_files = true;
    arg.options.failed_move_fall_back_to_copy = true;
  }
  BL_RETURN_IF_ERROR(
      FromRocksDb(db_->IngestExternalFiles(args), "add a dataset to the token index"));
  RemoveFiles();
  return absl::OkStatus();
}

absl::Status RocksDbDatasetWriter::Put(Files& files, absl::string_view key,
                                       absl::string_view value) {
  if (&files == &records_ && files.open != nullptr &&
      files.open->FileSize() >= kMaxRecordFileBytes) {
    BL_RETURN_IF_ERROR(Finish(files));
  }
  if (files.open == nullptr) {
    const std::string path = (folder_ / absl::StrCat(kFamilyNames[files.family], "-", number_, "-",
                                                     files_made_++, ".sst"))
                                 .string();
    // Writes to disk early and evenly, and keeps the pages cached for a run that follows soon.
    rocksdb::EnvOptions options;
    options.bytes_per_sync = kBytesPerSync;
    files.open = std::make_unique<rocksdb::SstFileWriter>(
        options, db_->GetOptions(handles_[files.family]), handles_[files.family],
        /*invalidate_page_cache=*/false);
    files.finished.push_back(path);
    BL_RETURN_IF_ERROR(FromRocksDb(files.open->Open(path), "write a file of the token index"));
  }
  return FromRocksDb(files.open->Put(ToSlice(key), ToSlice(value)),
                     "write a file of the token index");
}

absl::Status RocksDbDatasetWriter::Finish(Files& files) {
  if (files.open == nullptr) return absl::OkStatus();
  const std::unique_ptr<rocksdb::SstFileWriter> writer = std::move(files.open);
  return FromRocksDb(writer->Finish(), "write a file of the token index");
}

void RocksDbDatasetWriter::RemoveFiles() {
  std::error_code ignored;
  for (Files* files : {&records_, &postings_, &datasets_}) {
    files->open.reset();
    for (const std::string& path : files->finished) std::filesystem::remove(path, ignored);
    files->finished.clear();
  }
}

}  // namespace blindlink::resolver
