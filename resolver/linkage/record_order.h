#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "resolver/index/token_index.h"
#include "resolver/linkage/record_marks.h"
#include "resolver/linkage/run_control.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// Numbers all records of a run by rank: their position in the order of site name and pseudonym.
// Rows with the same pseudonym are one record, even if they are far apart in a site's file or in
// two of its datasets. 4 bytes per record. Immutable; threads may share it.
class RecordOrder {
 public:
  // Also writes the record of each rank to `records`. `memory_budget` is for sorting. If `only` is
  // not null, only the records that it marks have ranks. Neither the budget nor the number of
  // threads, 1 or more, changes the result. CANCELLED, DATA_LOSS if the index is damaged,
  // RESOURCE_EXHAUSTED (disk, too many records).
  static absl::StatusOr<RecordOrder> Make(
      const TokenIndex& index, const std::vector<storage::v1::CommittedDataset>& datasets,
      const std::filesystem::path& temporary_folder, uint64_t memory_budget,
      RowFileWriter<RecordRow>* records, const RunControl& control,
      const RecordMarks* only = nullptr, size_t threads = 1);

  // What Make made, as another process has it.
  struct Dataset {
    uint32_t number;
    uint16_t site;
    uint64_t records;
  };
  struct Parts {
    std::vector<std::string> sites;
    std::vector<Dataset> datasets;  // in the order of `ranks`
    std::vector<uint32_t> ranks;    // of the records of all datasets
    std::vector<uint32_t> first_ranks;
    uint32_t record_count = 0;
  };
  // INVALID_ARGUMENT if the parts do not fit together.
  static absl::StatusOr<RecordOrder> Restore(Parts parts);
  // By record, dataset after dataset in the order that Make was given.
  const std::vector<uint32_t>& ranks() const { return rank_; }
  const std::vector<uint32_t>& first_ranks() const { return first_rank_; }

  // Sites by name; RecordRow.site and SiteOf() are indices into this.
  const std::vector<std::string>& sites() const { return sites_; }
  uint32_t record_count() const { return record_count_; }
  // The site of the record with this rank.
  uint16_t SiteOfRank(uint32_t rank) const;
  // The rank of the site's first record, or of the first one after it if it has none;
  // record_count() if there is no later one.
  uint32_t FirstRankOf(size_t site) const {
    return site < first_rank_.size() ? first_rank_[site] : record_count_;
  }

  // Whether the dataset takes part in the run.
  bool Has(uint32_t dataset) const { return dataset < slots_.size() && slots_[dataset].taken; }
  uint16_t SiteOf(uint32_t dataset) const { return slots_[dataset].site; }
  uint64_t RecordsOf(uint32_t dataset) const { return slots_[dataset].records; }
  // `record` is less than the dataset's number of records, and has a rank.
  uint32_t RankOf(uint32_t dataset, uint32_t record) const {
    return rank_[slots_[dataset].first + record];
  }
  // Prefetches what RankOf will soon read: ranks are scattered over memory, and a sweep would
  // mostly wait for them. Does nothing if there is no such record.
  void ExpectRankOf(uint32_t dataset, uint32_t record) const {
    if (Has(dataset) && HasRecord(dataset, record)) {
      __builtin_prefetch(&rank_[slots_[dataset].first + record]);
    }
  }
  bool HasRecord(uint32_t dataset, uint32_t record) const {
    return record < slots_[dataset].records;
  }

 private:
  class Maker;
  struct Slot {
    bool taken = false;
    uint16_t site = 0;
    uint64_t first = 0;
    uint64_t records = 0;
  };

  std::vector<std::string> sites_;
  std::vector<Slot> slots_;  // by dataset number
  std::vector<uint32_t> rank_;
  std::vector<uint32_t> first_rank_;  // by site
  uint32_t record_count_ = 0;
};

}  // namespace blindlink::resolver
