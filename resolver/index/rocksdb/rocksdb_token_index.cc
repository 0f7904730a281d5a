#include "resolver/index/rocksdb/rocksdb_token_index.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/index/rocksdb/disk_speed.h"
#include "resolver/index/rocksdb/failed_writes.h"
#include "resolver/index/rocksdb/key_codec.h"
#include "resolver/index/rocksdb/look_up_costs.h"
#include "resolver/index/rocksdb/posting_merge.h"
#include "resolver/index/rocksdb/posting_stream.h"
#include "resolver/index/rocksdb/rocksdb_dataset_writer.h"
#include "resolver/index/rocksdb/rocksdb_status.h"
#include "rocksdb/convenience.h"
#include "rocksdb/db.h"
#include "rocksdb/file_system.h"
#include "rocksdb/table.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kReadAhead = size_t{4} << 20;         // of all datasets of a query together
constexpr size_t kLeastReadAhead = size_t{256} << 10;  // of each
constexpr size_t kReadAheadOfCursors = kReadsAtOnce * kReadAhead;

// Tokens and evidence are random: compression would cost time and save nothing. A block holds one
// page of postings.
rocksdb::ColumnFamilyOptions FamilyOptions() {
  rocksdb::ColumnFamilyOptions options;
  options.compression = rocksdb::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = size_t{16} << 10;
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

// Reads the pseudonyms of one dataset, row by row.
class RecordCursor : public Cursor<RecordPseudonym> {
 public:
  RecordCursor(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, uint32_t dataset)
      : end_(AsView(EncodeRecord(dataset + 1, 0))), end_slice_(end_) {
    rocksdb::ReadOptions options = ScanOptions();
    options.iterate_upper_bound = &end_slice_;
    iterator_.reset(db->NewIterator(options, family));
    iterator_->Seek(ToSlice(AsView(EncodeRecord(dataset, 0))));
  }

  absl::StatusOr<absl::Span<const RecordPseudonym>> Next() override {
    batch_.clear();
    if (!iterator_->Valid()) {
      BL_RETURN_IF_ERROR(FromRocksDb(iterator_->status(), "read the token index"));
      return absl::MakeConstSpan(batch_);
    }
    const std::optional<RecordAddress> address = DecodeRecord(ToView(iterator_->key()));
    const absl::string_view row = ToView(iterator_->value());
    if (!address || address->record != next_ || row.empty() ||
        row.size() % RecordPseudonym::kSize != 0) {
      return absl::DataLossError(
          "the token index holds damaged records: restore the data directory from a backup");
    }
    for (size_t at = 0; at < row.size(); at += RecordPseudonym::kSize) {
      batch_.push_back(RecordPseudonym::FromBytes(row.data() + at));
    }
    next_ += static_cast<uint32_t>(batch_.size());
    iterator_->Next();
    return absl::MakeConstSpan(batch_);
  }

 private:
  const std::string end_;
  const rocksdb::Slice end_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  uint32_t next_ = 0;
  std::vector<RecordPseudonym> batch_;
};

bool Contains(const std::vector<uint32_t>& numbers, uint32_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

// Of each of so many datasets that a cursor reads in order.
size_t ReadAhead(size_t datasets) { return std::max(kReadAhead / datasets, kLeastReadAhead); }

uint64_t PostingsOf(const std::vector<storage::v1::CommittedDataset>& datasets) {
  uint64_t postings = 0;
  for (const auto& dataset : datasets) postings += dataset.postings();
  return postings;
}

class RocksDbTokenIndex : public TokenIndex {
 public:
  RocksDbTokenIndex(std::filesystem::path sst_folder, std::shared_ptr<const BoundCipher> cipher,
                    uint64_t part_bytes, std::unique_ptr<FailedWrites> failed_writes,
                    std::unique_ptr<rocksdb::DB> db,
                    std::vector<rocksdb::ColumnFamilyHandle*> handles)
      : sst_folder_(std::move(sst_folder)),
        cipher_(std::move(cipher)),
        part_bytes_(part_bytes),
        failed_writes_(std::move(failed_writes)),
        db_(std::move(db)),
        handles_(std::move(handles)),
        costs_(db_.get()) {}

  ~RocksDbTokenIndex() override {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  }

  absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
      uint32_t number, const std::filesystem::path& scratch) override {
    BL_RETURN_IF_ERROR(failed_writes_->GoOn(*db_, handles_[kDatasetsFamily]));
    std::string ignored;
    const RecordIndexKey key = EncodeRecord(number, 0);
    const rocksdb::Status found =
        db_->Get({}, handles_[kDatasetsFamily], ToSlice(AsView(key).substr(0, 4)), &ignored);
    if (found.ok()) {
      return absl::AlreadyExistsError(
          absl::StrCat("dataset number ", number, " is already in the index"));
    }
    if (!found.IsNotFound()) return FromRocksDb(found, "read the token index");
    return std::make_unique<RocksDbDatasetWriter>(db_.get(), handles_, cipher_, sst_folder_, number,
                                                  scratch, part_bytes_);
  }

  absl::Status RemoveDataset(uint32_t number) override {
    BL_RETURN_IF_ERROR(failed_writes_->GoOn(*db_, handles_[kDatasetsFamily]));
    BL_RETURN_IF_ERROR(RemoveRange(kPostingsFamily, number));
    BL_RETURN_IF_ERROR(RemoveRange(kRecordsFamily, number));
    BL_RETURN_IF_ERROR(RenewManifest());
    return RemoveRange(kDatasetsFamily, number);
  }

  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const override {
    std::vector<storage::v1::CommittedDataset> all;
    const std::unique_ptr<rocksdb::Iterator> at(
        db_->NewIterator(ScanOptions(), handles_[kDatasetsFamily]));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      if (!all.emplace_back().ParseFromArray(at->value().data(),
                                             static_cast<int>(at->value().size()))) {
        return absl::DataLossError(
            "the token index holds a damaged dataset row: restore the data directory from a "
            "backup");
      }
    }
    BL_RETURN_IF_ERROR(FromRocksDb(at->status(), "read the token index"));
    return all;
  }

  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override {
    LookUpCosts::Place place(costs_);
    BL_ASSIGN_OR_RETURN(const std::vector<ToRead> datasets, Choose(query, &place));
    std::vector<MergedStream> streams;
    for (const ToRead& dataset : datasets) {
      MergedStream& stream = streams.emplace_back();
      stream.in_only_with = dataset.in_only_with;
      stream.by_look_up = dataset.by_look_up;
      stream.postings = std::make_unique<PostingStream>(
          db_.get(), handles_[kPostingsFamily], *cipher_, dataset.number,
          stream.by_look_up ? 0 : ReadAhead(datasets.size()));
      BL_RETURN_IF_ERROR(stream.postings->Seek(query.first));
    }
    return std::make_unique<PostingMerge>(std::move(streams), query.end);
  }

  absl::StatusOr<size_t> CursorsAtOnce(const PostingQuery& query, size_t threads) const override {
    LookUpCosts::Place place(costs_);
    if (place.InMemory()) return threads;
    // This may measure the disk: better while no cursor reads.
    PostingQuery many = query;
    many.cursors = kReadsAtOnce;
    BL_ASSIGN_OR_RETURN(const std::vector<ToRead> datasets, Choose(many, &place));
    const auto looked_up = static_cast<size_t>(
        std::count_if(datasets.begin(), datasets.end(),
                      [](const ToRead& dataset) { return dataset.by_look_up; }));
    const size_t all = std::max<size_t>(query.datasets.size(), 1);
    const size_t in_order = std::max<size_t>(all - std::min(all, looked_up), 1);
    const size_t affordable = kReadAheadOfCursors / (in_order * ReadAhead(all));
    return std::max(threads, std::min(affordable, kReadsAtOnce));
  }

  absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(
      uint32_t dataset) const override {
    return std::make_unique<RecordCursor>(db_.get(), handles_[kRecordsFamily], dataset);
  }

 private:
  // A dataset of a query, and how it is read.
  struct ToRead {
    uint32_t number;
    bool in_only_with;
    bool by_look_up;
  };
  absl::StatusOr<std::vector<ToRead>> Choose(const PostingQuery& query,
                                             LookUpCosts::Place* place) const {
    BL_ASSIGN_OR_RETURN(auto datasets, Datasets());
    const uint64_t all_postings = PostingsOf(datasets);
    if (!query.datasets.empty()) {
      std::erase_if(datasets, [&](const auto& dataset) {
        return !Contains(query.datasets, dataset.dataset_number());
      });
    }
    auto only_with = datasets;
    std::erase_if(only_with, [&](const auto& dataset) {
      return !Contains(query.only_with, dataset.dataset_number());
    });
    if (only_with.empty() && !query.only_with.empty()) datasets.clear();
    const uint64_t look_ups = PostingsOf(only_with);
    std::vector<ToRead> chosen;
    for (const auto& dataset : datasets) {
      const uint32_t number = dataset.dataset_number();
      const bool in_only_with = Contains(query.only_with, number);
      const bool by_look_up =
          !only_with.empty() && !in_only_with &&
          costs_.Pay({look_ups, dataset.postings(), all_postings, query.cursors}, place);
      chosen.push_back({number, in_only_with, by_look_up});
    }
    return chosen;
  }

  // RocksDB's MANIFEST names the first and the last key of each file, which hold a token, also of
  // files that are gone. Every change begins a new MANIFEST (OpenRocksDbTokenIndex) with what was
  // there before the change. So one change more, and no file names removed keys.
  absl::Status RenewManifest() {
    constexpr char kWhat[] = "remove from the token index";
    BL_RETURN_IF_ERROR(BeginManifest(*db_, handles_[kDatasetsFamily], kWhat));
    // Or files of the removal are kept, if a change in the background has failed meanwhile.
    BL_RETURN_IF_ERROR(failed_writes_->GoOn(*db_, handles_[kDatasetsFamily]));
    // Removals that are under way are waited for only while no others can begin.
    BL_RETURN_IF_ERROR(FromRocksDb(db_->DisableFileDeletions(), kWhat));
    rocksdb::VectorLogPtr ignored;
    const rocksdb::Status waited = db_->GetSortedWalFiles(ignored);
    BL_RETURN_IF_ERROR(FromRocksDb(db_->EnableFileDeletions(/*force=*/false), kWhat));
    return FromRocksDb(waited, kWhat);
  }

  absl::StatusOr<bool> IsEmpty(Family family, const rocksdb::Slice& begin,
                               const rocksdb::Slice& end) const {
    rocksdb::ReadOptions options = ScanOptions();
    options.iterate_upper_bound = &end;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options, handles_[family]));
    at->Seek(begin);
    BL_RETURN_IF_ERROR(FromRocksDb(at->status(), "read the token index"));
    return !at->Valid();
  }

  // Removes all keys of the dataset: whole files at once, the rest by a compaction, which leaves
  // none of their bytes in the index's files.
  absl::Status RemoveRange(Family family, uint32_t number) {
    const RecordIndexKey first = EncodeRecord(number, 0);
    const RecordIndexKey after = EncodeRecord(number + 1, 0);
    const rocksdb::Slice begin = ToSlice(AsView(first).substr(0, 4));
    const rocksdb::Slice end = ToSlice(AsView(after).substr(0, 4));
    BL_RETURN_IF_ERROR(FromRocksDb(rocksdb::DeleteFilesInRange(db_.get(), handles_[family], &begin,
                                                               &end, /*include_end=*/false),
                                   "remove from the token index"));
    // A note that an empty range is removed would stay as a file of its own for good.
    BL_ASSIGN_OR_RETURN(const bool is_empty, IsEmpty(family, begin, end));
    if (is_empty) return absl::OkStatus();
    rocksdb::WriteOptions durable;
    durable.sync = true;
    BL_RETURN_IF_ERROR(FromRocksDb(db_->DeleteRange(durable, handles_[family], begin, end),
                                   "remove from the token index"));
    rocksdb::CompactRangeOptions whole;
    whole.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    return FromRocksDb(db_->CompactRange(whole, handles_[family], &begin, &end),
                       "remove from the token index");
  }

  const std::filesystem::path sst_folder_;
  const std::shared_ptr<const BoundCipher> cipher_;
  const uint64_t part_bytes_;
  const std::unique_ptr<FailedWrites> failed_writes_;  // outlives db_
  const std::unique_ptr<rocksdb::DB> db_;
  const std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  const LookUpCosts costs_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TokenIndex>> OpenRocksDbTokenIndex(
    const std::filesystem::path& folder, std::shared_ptr<const BoundCipher> cipher,
    uint64_t part_bytes) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  const std::filesystem::path sst_folder = folder / "incoming";
  std::error_code ignored;
  std::filesystem::remove_all(sst_folder, ignored);
  BL_RETURN_IF_ERROR(MakePrivateFolder(sst_folder));
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_background_jobs = 2;
  auto failed_writes = std::make_unique<FailedWrites>(rocksdb::FileSystem::Default());
  failed_writes->SetUp(&options);
  options.max_manifest_file_size = 0;  // RenewManifest; there are some hundred files to name
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : kFamilyNames) families.emplace_back(name, FamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  BL_RETURN_IF_ERROR(
      FromRocksDb(rocksdb::DB::Open(options, (folder / "db").string(), families, &handles, &db),
                  absl::StrCat("open the token index in ", folder.string())));
  return std::make_unique<RocksDbTokenIndex>(sst_folder, std::move(cipher), part_bytes,
                                             std::move(failed_writes),
                                             std::unique_ptr<rocksdb::DB>(db), std::move(handles));
}

}  // namespace blindlink::resolver
