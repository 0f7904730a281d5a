#include "resolver/linkage/record_order.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "common/base/status_macros.h"
#include "common/extsort/external_sorter.h"

namespace blindlink::resolver {
namespace {

constexpr uint32_t kHighestDataset = 1 << 24;  // far more than a project has

struct SortedRecord {
  RecordPseudonym record;
  uint32_t position;  // over all datasets of the run
  uint16_t site;

  friend bool operator<(const SortedRecord& a, const SortedRecord& b) {
    if (a.site != b.site) return a.site < b.site;
    const auto order = a.record <=> b.record;
    return order != 0 ? order < 0 : a.position < b.position;
  }
};

// Adds the records of one dataset to `sorter`, at positions from `first` on, and returns how many
// the dataset has. A record that `only` does not mark keeps its position but is not added.
absl::StatusOr<uint64_t> AddRecords(const TokenIndex& index, uint32_t dataset, uint16_t site,
                                    uint64_t first, const RecordMarks* only,
                                    const RunControl& control,
                                    ExternalSorter<SortedRecord>* sorter) {
  BL_ASSIGN_OR_RETURN(const auto cursor, index.Records(dataset));
  uint64_t records = 0;
  while (true) {
    BL_RETURN_IF_ERROR(control.Check());
    BL_ASSIGN_OR_RETURN(const absl::Span<const RecordPseudonym> batch, cursor->Next());
    if (batch.empty()) return records;
    for (const RecordPseudonym& record : batch) {
      const auto number = static_cast<uint32_t>(records++);
      if (only != nullptr && !only->Has(dataset, number)) continue;
      BL_RETURN_IF_ERROR(sorter->Add({record, static_cast<uint32_t>(first + number), site}));
    }
  }
}

}  // namespace

absl::StatusOr<RecordOrder> RecordOrder::Make(
    const TokenIndex& index, const std::vector<storage::v1::CommittedDataset>& datasets,
    const std::filesystem::path& temporary_folder, uint64_t memory_budget,
    RowFileWriter<RecordRow>* records, const RunControl& control, const RecordMarks* only) {
  RecordOrder order;
  std::set<std::string> sites;
  for (const auto& dataset : datasets) sites.insert(dataset.manifest().site());
  order.sites_.assign(sites.begin(), sites.end());

  ExternalSorter<SortedRecord> sorter(temporary_folder, memory_budget);
  uint64_t total = 0;
  for (const auto& dataset : datasets) {
    const uint32_t number = dataset.dataset_number();
    if (order.slots_.size() <= number) order.slots_.resize(number + 1);
    const auto site =
        std::lower_bound(order.sites_.begin(), order.sites_.end(), dataset.manifest().site());
    Slot& slot = order.slots_[number];
    slot = {true, static_cast<uint16_t>(site - order.sites_.begin()), total, 0};
    BL_ASSIGN_OR_RETURN(slot.records,
                        AddRecords(index, number, slot.site, total, only, control, &sorter));
    total += slot.records;
    if (total >= std::numeric_limits<uint32_t>::max()) {
      return absl::ResourceExhaustedError("a run takes at most 4 294 967 294 records");
    }
  }

  BL_RETURN_IF_ERROR(sorter.Sort());
  order.rank_.resize(total);
  RecordRow previous;
  for (uint64_t done = 0;; ++done) {
    BL_ASSIGN_OR_RETURN(const SortedRecord* next, sorter.Next());
    if (next == nullptr) break;
    if (done == 0 || next->site != previous.site || next->record != previous.record) {
      previous = {next->site, next->record};
      while (order.first_rank_.size() <= next->site) {
        order.first_rank_.push_back(order.record_count_);
      }
      BL_RETURN_IF_ERROR(records->Append(previous));
      ++order.record_count_;
    }
    order.rank_[next->position] = order.record_count_ - 1;
  }
  return order;
}

absl::StatusOr<RecordOrder> RecordOrder::Restore(Parts parts) {
  RecordOrder order;
  uint64_t total = 0;
  bool fits = parts.first_ranks.size() <= parts.sites.size() &&
              std::is_sorted(parts.first_ranks.begin(), parts.first_ranks.end());
  for (const Dataset& dataset : parts.datasets) {
    fits = fits && dataset.site < parts.sites.size() && dataset.number <= kHighestDataset &&
           dataset.records <= parts.ranks.size() - total;
    if (!fits) break;
    if (order.slots_.size() <= dataset.number) order.slots_.resize(dataset.number + 1);
    order.slots_[dataset.number] = {true, dataset.site, total, dataset.records};
    total += dataset.records;
  }
  const bool ranked = std::all_of(parts.ranks.begin(), parts.ranks.end(),
                                  [&](uint32_t rank) { return rank < parts.record_count; });
  if (!fits || total != parts.ranks.size() || !ranked) {
    return absl::InvalidArgumentError("the records of the run do not fit its datasets");
  }
  order.sites_ = std::move(parts.sites);
  order.rank_ = std::move(parts.ranks);
  order.first_rank_ = std::move(parts.first_ranks);
  order.record_count_ = parts.record_count;
  return order;
}

uint16_t RecordOrder::SiteOfRank(uint32_t rank) const {
  const auto after = std::upper_bound(first_rank_.begin(), first_rank_.end(), rank);
  return static_cast<uint16_t>(after - first_rank_.begin() - 1);
}

}  // namespace blindlink::resolver
