#include "resolver/index/rocksdb_token_index.h"

#include <array>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/index/key_codec.h"
#include "resolver/index/rocksdb_dataset_writer.h"
#include "resolver/index/rocksdb_status.h"
#include "rocksdb/db.h"
#include "rocksdb/table.h"

namespace blindlink {
namespace {

constexpr size_t kBatch = 4096;
constexpr size_t kReadAhead = size_t{4} << 20;

// Tokens are random: compression would cost time and save nothing.
rocksdb::ColumnFamilyOptions FamilyOptions() {
  rocksdb::ColumnFamilyOptions options;
  options.compression = rocksdb::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = size_t{32} << 10;
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::ReadOptions ScanOptions() {
  rocksdb::ReadOptions options;
  options.readahead_size = kReadAhead;
  options.fill_cache = false;
  return options;
}

// Keys from `first` up to `end` (empty: the last), each turned into a value by `decode`.
template <typename T>
class RocksDbCursor : public Cursor<T> {
 public:
  using Decode = std::optional<T> (*)(absl::string_view key, absl::string_view value);

  RocksDbCursor(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, absl::string_view first,
                std::string end, Decode decode)
      : end_(std::move(end)), decode_(decode) {
    rocksdb::ReadOptions options = ScanOptions();
    end_slice_ = rocksdb::Slice(end_);
    if (!end_.empty()) options.iterate_upper_bound = &end_slice_;
    iterator_.reset(db->NewIterator(options, family));
    iterator_->Seek(ToSlice(first));
  }

  absl::StatusOr<absl::Span<const T>> Next() override {
    batch_.clear();
    for (; iterator_->Valid() && batch_.size() < kBatch; iterator_->Next()) {
      std::optional<T> value = decode_(ToView(iterator_->key()), ToView(iterator_->value()));
      if (!value) return absl::DataLossError("the token index holds a key of another form");
      batch_.push_back(*value);
    }
    BL_RETURN_IF_ERROR(FromRocksDb(iterator_->status(), "read the token index"));
    return absl::MakeConstSpan(batch_);
  }

 private:
  const std::string end_;
  rocksdb::Slice end_slice_;
  const Decode decode_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  std::vector<T> batch_;
};

std::optional<Posting> PostingOf(absl::string_view key, absl::string_view value) {
  return DecodePosting(key, value);
}

std::optional<RecordPseudonym> RecordOf(absl::string_view, absl::string_view value) {
  if (value.size() != RecordPseudonym::kSize) return std::nullopt;
  return RecordPseudonym::FromBytes(value.data());
}

class RocksDbTokenIndex : public TokenIndex {
 public:
  RocksDbTokenIndex(std::filesystem::path sst_folder, std::unique_ptr<rocksdb::DB> db,
                    std::vector<rocksdb::ColumnFamilyHandle*> handles)
      : sst_folder_(std::move(sst_folder)), db_(std::move(db)), handles_(std::move(handles)) {}

  ~RocksDbTokenIndex() override {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  }

  absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(uint32_t number) override {
    std::string ignored;
    const RecordKey key = EncodeRecord(number, 0);
    const rocksdb::Status found =
        db_->Get({}, handles_[kDatasetsFamily], ToSlice(AsView(key).substr(0, 4)), &ignored);
    if (found.ok()) {
      return absl::AlreadyExistsError(absl::StrCat("dataset number ", number, " is taken"));
    }
    if (!found.IsNotFound()) return FromRocksDb(found, "read the token index");
    return RocksDbDatasetWriter::Begin(db_.get(), handles_, sst_folder_, number);
  }

  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const override {
    std::vector<storage::v1::CommittedDataset> all;
    const std::unique_ptr<rocksdb::Iterator> at(
        db_->NewIterator(ScanOptions(), handles_[kDatasetsFamily]));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      if (!all.emplace_back().ParseFromArray(at->value().data(),
                                             static_cast<int>(at->value().size()))) {
        return absl::DataLossError("the token index holds a damaged dataset row");
      }
    }
    BL_RETURN_IF_ERROR(FromRocksDb(at->status(), "read the token index"));
    return all;
  }

  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const Token& first, const std::optional<Token>& end) const override {
    return std::make_unique<RocksDbCursor<Posting>>(
        db_.get(), handles_[kPostingsFamily], first.AsView(),
        end ? std::string(end->AsView()) : std::string(), PostingOf);
  }

  absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(
      uint32_t dataset) const override {
    const RecordKey first = EncodeRecord(dataset, 0);
    const RecordKey end = EncodeRecord(dataset + 1, 0);
    return std::make_unique<RocksDbCursor<RecordPseudonym>>(
        db_.get(), handles_[kRecordsFamily], AsView(first), std::string(AsView(end)), RecordOf);
  }

 private:
  const std::filesystem::path sst_folder_;
  const std::unique_ptr<rocksdb::DB> db_;
  const std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TokenIndex>> OpenRocksDbTokenIndex(
    const std::filesystem::path& folder) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  const std::filesystem::path sst_folder = folder / "incoming";
  std::error_code ignored;
  std::filesystem::remove_all(sst_folder, ignored);
  BL_RETURN_IF_ERROR(MakePrivateFolder(sst_folder));
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_background_jobs = 2;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.keep_log_file_num = 4;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : kFamilyNames) families.emplace_back(name, FamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  BL_RETURN_IF_ERROR(
      FromRocksDb(rocksdb::DB::Open(options, (folder / "db").string(), families, &handles, &db),
                  absl::StrCat("open the token index in ", folder.string())));
  return std::make_unique<RocksDbTokenIndex>(sst_folder, std::unique_ptr<rocksdb::DB>(db),
                                             std::move(handles));
}

}  // namespace blindlink
