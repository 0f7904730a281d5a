#include "resolver/linkage/overlap.h"

#include <algorithm>

#include "common/base/status_macros.h"
#include "common/extsort/external_sorter.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kBatch = 1 << 16;

struct SiteOfEntity {
  uint32_t entity;
  uint16_t site;

  friend bool operator==(const SiteOfEntity&, const SiteOfEntity&) = default;
  friend bool operator<(const SiteOfEntity& a, const SiteOfEntity& b) {
    return a.entity != b.entity ? a.entity < b.entity : a.site < b.site;
  }
};

// By rank: whether the record is the only one of its entity.
std::vector<bool> AreAlone(const std::vector<uint32_t>& first_records) {
  std::vector<bool> alone(first_records.size(), true);
  for (uint32_t rank = 0; rank < first_records.size(); ++rank) {
    if (first_records[rank] != rank) alone[rank] = alone[first_records[rank]] = false;
  }
  return alone;
}

// Entities by pair of sites; [a][a]: all entities of site a.
class OverlapCounts {
 public:
  explicit OverlapCounts(size_t sites) : sites_(sites), counts_(sites * sites) {}

  void AddAlone(uint16_t site) { ++counts_[site * sites_ + site]; }
  // Records of the entities that have several, in order.
  void Add(const SiteOfEntity& next) {
    if (next == last_ && !present_.empty()) return;
    if (next.entity != last_.entity) present_.clear();
    last_ = next;
    for (const uint16_t other : present_) ++counts_[other * sites_ + next.site];
    ++counts_[next.site * sites_ + next.site];
    present_.push_back(next.site);
  }
  uint64_t at(size_t left, size_t right) const { return counts_[left * sites_ + right]; }

 private:
  const size_t sites_;
  std::vector<uint64_t> counts_;
  SiteOfEntity last_{};
  std::vector<uint16_t> present_;  // sites of the entity so far
};

}  // namespace

absl::StatusOr<std::vector<v1::OverlapCell>> CountOverlap(
    const std::vector<uint32_t>& first_records, const RowFileReader<RecordRow>& records,
    const std::vector<std::string>& sites, const RunFakes& fakes,
    const std::filesystem::path& temporary_folder, uint64_t memory_budget,
    const RunControl& control) {
  const std::vector<bool> alone = AreAlone(first_records);
  OverlapCounts counts(sites.size());
  ExternalSorter<SiteOfEntity> sorter(temporary_folder, memory_budget);
  for (uint64_t rank = 0; rank < first_records.size();) {
    BL_RETURN_IF_ERROR(control.Check());
    BL_ASSIGN_OR_RETURN(const std::vector<RecordRow> batch, records.Read(rank, kBatch));
    for (const RecordRow& record : batch) {
      const uint64_t number = rank++;
      if (alone[number]) {
        counts.AddAlone(record.site);
      } else {
        BL_RETURN_IF_ERROR(sorter.Add({first_records[number], record.site}));
      }
    }
  }
  BL_RETURN_IF_ERROR(sorter.Sort());
  while (true) {
    BL_ASSIGN_OR_RETURN(const SiteOfEntity* next, sorter.Next());
    if (next == nullptr) break;
    counts.Add(*next);
  }
  std::vector<v1::OverlapCell> cells;
  for (size_t left = 0; left < sites.size(); ++left) {
    for (size_t right = left; right < sites.size(); ++right) {
      v1::OverlapCell& cell = cells.emplace_back();
      cell.set_left_site(sites[left]);
      cell.set_right_site(sites[right]);
      const uint64_t entities = counts.at(left, right);
      const uint64_t alone = left == right ? fakes.OfSite(left) : 0;
      cell.set_entities(entities - std::min(entities, alone));
    }
  }
  return cells;
}

}  // namespace blindlink::resolver
