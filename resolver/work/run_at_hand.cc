#include "resolver/work/run_at_hand.h"

#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "resolver/work/exchange_blocks.h"

namespace blindlink::resolver {

absl::StatusOr<std::unique_ptr<LearnedRun>> LearnedRun::Learn(v1::RunToShare description,
                                                              const OpenIndex& open) {
  std::unique_ptr<LearnedRun> run(new LearnedRun);
  run->description_ = std::move(description);
  const v1::RunToShare& told = run->description_;
  BL_ASSIGN_OR_RETURN(run->plan_, Plan::ParseAccepted(told.plan()));
  BL_ASSIGN_OR_RETURN(run->table_, MeetingTable::Make(*run->plan_));
  run->levels_.emplace(run->plan_->proto(), run->plan_->evidence());
  BL_ASSIGN_OR_RETURN(run->index_, open(told.index()));
  RecordOrder::Parts parts;
  parts.sites.assign(told.sites().begin(), told.sites().end());
  parts.first_ranks.assign(told.first_ranks().begin(), told.first_ranks().end());
  parts.record_count = told.records();
  for (const v1::RunToShare::Dataset& dataset : told.datasets()) {
    if (dataset.site() >= parts.sites.size()) {
      return absl::InvalidArgumentError("a dataset of the run has no site");
    }
    parts.datasets.push_back(
        {dataset.number(), static_cast<uint16_t>(dataset.site()), dataset.records()});
  }
  if (told.parts() == 0 ||
      (told.decoy_ends_size() != 0 && told.decoy_ends_size() != told.sites_size())) {
    return absl::InvalidArgumentError("the run's parts or decoys do not fit it");
  }
  BL_ASSIGN_OR_RETURN(parts.ranks, run->ReadRanks());
  BL_ASSIGN_OR_RETURN(run->order_, RecordOrder::Restore(std::move(parts)));
  run->decoys_ = Decoys({told.decoy_ends().begin(), told.decoy_ends().end()});
  return run;
}

absl::StatusOr<std::vector<uint32_t>> LearnedRun::ReadRanks() const {
  uint64_t records = 0;
  for (const auto& dataset : description_.datasets()) records += dataset.records();
  if (records > description_.rank_blocks() * kRanksInBlock) {
    return absl::InvalidArgumentError("the run has more records than ranks");
  }
  std::vector<uint32_t> ranks;
  ranks.reserve(records);
  const uint64_t attempt = description_.rank_attempt();
  BL_RETURN_IF_ERROR(
      index_->Read(ExchangeBlock::Kind::kRanks, 0, {&attempt, 1}, description_.rank_blocks(),
                   [&](absl::string_view bytes) { return DecodeRanks(bytes, records, &ranks); }));
  return ranks;
}

}  // namespace blindlink::resolver
