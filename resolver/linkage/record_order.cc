#include "resolver/linkage/record_order.h"

#include <algorithm>
#include <deque>
#include <future>
#include <set>
#include <utility>

#include "common/base/in_thread.h"
#include "common/base/status_macros.h"
#include "resolver/extsort/in_order.h"
#include "resolver/linkage/in_threads.h"
#include "resolver/linkage/record_parts.h"
#include "resolver/linkage/record_pieces.h"

namespace blindlink::resolver {
namespace {

constexpr uint32_t kHighestDataset = 1 << 24;  // far more than a project has

// A part of the records, in their order.
struct RankedPart {
  struct Place {
    uint32_t position;  // over all datasets of the run
    uint32_t rank;      // among the part's records
  };
  std::vector<RecordRow> records;  // of each rank
  std::vector<Place> places;
};

absl::StatusOr<RankedPart> SortPart(std::unique_ptr<ExternalSorter<SortedRecord>> sorter,
                                    const RunControl& control) {
  BL_RETURN_IF_ERROR(control.Check());
  BL_RETURN_IF_ERROR(sorter->Sort());
  RankedPart part;
  part.records.reserve(sorter->count());
  part.places.reserve(sorter->count());
  while (true) {
    BL_ASSIGN_OR_RETURN(const SortedRecord* next, sorter->Next());
    if (next == nullptr) return part;
    if (part.records.empty() || next->site != part.records.back().site ||
        next->record != part.records.back().record) {
      part.records.push_back({next->site, next->record});
    }
    part.places.push_back({next->position, static_cast<uint32_t>(part.records.size() - 1)});
  }
}

// How many records of the dataset have ranks.
uint64_t CountOf(const storage::v1::CommittedDataset& dataset, const RecordMarks* only) {
  return only == nullptr ? dataset.records() : only->Count(dataset.dataset_number());
}

}  // namespace

// Divides the records among parts, sorts the parts and numbers them, each in several threads.
class RecordOrder::Maker {
 public:
  Maker(const std::vector<storage::v1::CommittedDataset>& datasets, const WorkLimits& limits,
        const RunControl& control, const RecordMarks* only, RecordOrder* order)
      : datasets_(datasets), limits_(limits), control_(control), only_(only), order_(*order) {}

  absl::Status Read(const TokenIndex& index, RecordParts* parts) {
    RecordPieces pieces(index, datasets_);
    uint64_t expected = 1;
    for (const auto& dataset : datasets_) expected += dataset.records();
    const auto share = [&] {
      return static_cast<double>(pieces.done()) / static_cast<double>(expected);
    };
    BL_RETURN_IF_ERROR(InThreads(limits_.threads, limits_.threads, control_, "records", share,
                                 [&](size_t, size_t) { return Divide(&pieces, parts); }));
    uint64_t total = 0;
    for (size_t i = 0; i < datasets_.size(); ++i) {
      Slot& slot = order_.slots_[datasets_[i].dataset_number()];
      slot.first = total;
      slot.records = pieces.counts()[i];
      total += slot.records;
    }
    order_.rank_.resize(total);
    return absl::OkStatus();
  }

  absl::Status Number(RecordParts* parts, RowFileWriter<RecordRow>* records) {
    // Ranks are set while the next parts are being sorted. No thread is left when this returns.
    std::deque<Setting> setting;
    const auto number = [&](RankedPart part) -> absl::Status {
      const uint32_t first = order_.record_count_;
      for (const RecordRow& record : part.records) {
        while (order_.first_rank_.size() <= record.site) {
          order_.first_rank_.push_back(order_.record_count_);
        }
        BL_RETURN_IF_ERROR(records->Append(record));
        ++order_.record_count_;
      }
      if (setting.size() == limits_.threads) {
        setting.front().thread.get();
        setting.pop_front();
      }
      const auto& places = setting.emplace_back(Setting{std::move(part.places), {}}).places;
      setting.back().thread = InThread([this, first, &places] {
        for (const auto& place : places) order_.rank_[place.position] = first + place.rank;
      });
      return absl::OkStatus();
    };
    BL_RETURN_IF_ERROR(WorkInOrder(
        limits_.threads, parts->size(),
        [&](size_t part) { return SortPart(parts->Take(part), control_); }, number));
    for (Setting& last : setting) last.thread.get();
    return absl::OkStatus();
  }

 private:
  struct Setting {
    std::vector<RankedPart::Place> places;
    std::future<void> thread;  // destroyed first, which waits for it
  };

  // Adds records to the parts until there are no more. A record without a rank keeps its position
  // but is not added.
  absl::Status Divide(RecordPieces* pieces, RecordParts* parts) const {
    std::vector<std::vector<SortedRecord>> divided(parts->size());
    for (RecordPiece piece;;) {
      BL_RETURN_IF_ERROR(control_.Check());
      BL_RETURN_IF_ERROR(pieces->Next(&piece));
      if (piece.records.empty()) return absl::OkStatus();
      const uint32_t dataset = datasets_[piece.dataset].dataset_number();
      const uint16_t site = order_.SiteOf(dataset);
      for (uint32_t i = 0; i < piece.records.size(); ++i) {
        if (only_ != nullptr && !only_->Has(dataset, piece.first + i)) continue;
        const SortedRecord record{piece.records[i], static_cast<uint32_t>(piece.position + i),
                                  site};
        divided[parts->PartOf(record)].push_back(record);
      }
      for (size_t part = 0; part < divided.size(); ++part) {
        BL_RETURN_IF_ERROR(parts->Add(part, divided[part]));
        divided[part].clear();
      }
    }
  }

  const std::vector<storage::v1::CommittedDataset>& datasets_;
  const WorkLimits limits_;
  const RunControl& control_;
  const RecordMarks* const only_;
  RecordOrder& order_;
};

absl::StatusOr<RecordOrder> RecordOrder::Make(
    const TokenIndex& index, const std::vector<storage::v1::CommittedDataset>& datasets,
    const std::filesystem::path& temporary_folder, uint64_t memory_budget,
    RowFileWriter<RecordRow>* records, const RunControl& control, const RecordMarks* only,
    size_t threads) {
  RecordOrder order;
  std::set<std::string> sites;
  for (const auto& dataset : datasets) sites.insert(dataset.manifest().site());
  order.sites_.assign(sites.begin(), sites.end());

  std::vector<uint64_t> by_site(order.sites_.size());
  for (const auto& dataset : datasets) {
    const uint32_t number = dataset.dataset_number();
    if (order.slots_.size() <= number) order.slots_.resize(number + 1);
    const auto site =
        std::lower_bound(order.sites_.begin(), order.sites_.end(), dataset.manifest().site());
    Slot& slot = order.slots_[number];
    slot.taken = true;
    slot.site = static_cast<uint16_t>(site - order.sites_.begin());
    by_site[slot.site] += CountOf(dataset, only);
  }
  const WorkLimits limits{memory_budget, threads};
  RecordParts parts(temporary_folder, limits, by_site);
  Maker maker(datasets, limits, control, only, &order);
  BL_RETURN_IF_ERROR(maker.Read(index, &parts));
  BL_RETURN_IF_ERROR(maker.Number(&parts, records));
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
