// Conflicts of decisions and the quality that a sample shows.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/review/link_conflicts.h"
#include "resolver/review/review_list.h"
#include "resolver/review/sample_quality.h"

namespace blindlink::resolver {
namespace {

absl::StatusOr<std::set<NamedPair>> DroppedLinks(const RunExplanation& run) {
  std::set<NamedPair> dropped;
  BL_ASSIGN_OR_RETURN(const std::vector<DecidedRow> rows, run.DecidedRows());
  for (const DecidedRow& row : rows) {
    if (row.effect != DecisionEffect::kLinkDropped) continue;
    BL_ASSIGN_OR_RETURN(const NamedRecord left, run.RecordAt(row.left));
    BL_ASSIGN_OR_RETURN(const NamedRecord right, run.RecordAt(row.right));
    dropped.insert({left, right});
  }
  return dropped;
}

void CountVerdict(v1::Verdict verdict, v1::SampleStratum* stratum) {
  stratum->set_links(stratum->links() + (verdict == v1::VERDICT_LINK));
  stratum->set_do_not_links(stratum->do_not_links() + (verdict == v1::VERDICT_DO_NOT_LINK));
  stratum->set_undecided(stratum->undecided() + (verdict == v1::VERDICT_UNDECIDED));
}

// As if the pair had never been in the run.
void LeaveOut(v1::SampleStratum* stratum) {
  stratum->set_sampled(stratum->sampled() - std::min(1u, stratum->sampled()));
  stratum->set_pairs(stratum->pairs() - std::min<uint64_t>(1, stratum->pairs()));
}

// Counts what stands of the sampled pairs, of each stratum up to the first one that nobody has read
// to the end: only these are a random choice. What people decided about others, for example because
// the queue showed them, is not.
absl::Status CountReadings(const ReviewRegister& review, const storage::v1::StoredSample& stored,
                           v1::ReviewSample* sample) {
  std::vector<bool> ended(static_cast<size_t>(sample->strata_size()), false);
  for (const storage::v1::StoredSampledPair& sampled : stored.pairs()) {
    v1::SampleStratum& stratum = *sample->mutable_strata(static_cast<int>(sampled.stratum()));
    if (!sampled.has_left()) {  // withdrawn
      LeaveOut(&stratum);
      continue;
    }
    BL_ASSIGN_OR_RETURN(const NamedPair pair, PairOf(sampled.left(), sampled.right()));
    const Standing standing = review.Get(pair).standing;
    const bool is_read =
        standing.state == v1::REVIEW_STANDS || standing.state == v1::REVIEW_READERS_DIFFER;
    if (!is_read) ended[sampled.stratum()] = true;
    if (!ended[sampled.stratum()]) CountVerdict(standing.verdict, &stratum);
  }
  return absl::OkStatus();
}

void AddWarnings(v1::SampleQuality* quality) {
  uint32_t undecided = 0;
  uint32_t unread = 0;
  for (const v1::SampleStratum& stratum : quality->sample().strata()) {
    undecided += stratum.undecided();
    const uint32_t read = stratum.links() + stratum.do_not_links() + stratum.undecided();
    unread += stratum.sampled() - std::min(read, stratum.sampled());
  }
  if (unread > 0) {
    quality->add_warnings(absl::StrCat(
        unread,
        " pairs of the sample are not read to the end: read them in the sample's order, "
        "so that those that are read stay a random choice"));
  }
  if (undecided > 0) {
    quality->add_warnings(
        absl::StrCat(undecided,
                     " pairs could not be decided and count as not drawn: if these are links more "
                     "or less often than others, the figures are off"));
  }
  quality->add_warnings(
      "pairs that share no token, or that scored below 0.05, are not in the sample: the "
      "sensitivity is that among the pairs that the run kept");
}

}  // namespace

absl::StatusOr<v1::ListReviewConflictsResponse> ListConflicts(const ReviewRun& run,
                                                              const ReviewRegister& review) {
  v1::ListReviewConflictsResponse response;
  BL_ASSIGN_OR_RETURN(const std::set<NamedPair> dropped, DroppedLinks(run.explanation()));
  for (const LinkConflict& conflict : FindConflicts(review.DecisionsAfter(review.events()))) {
    v1::ReviewConflict& out = *response.add_conflicts();
    *out.mutable_left() = NameOf(conflict.apart.left);
    *out.mutable_right() = NameOf(conflict.apart.right);
    for (const NamedPair& pair : conflict.chain) {
      v1::ConflictLink& link = *out.add_chain();
      *link.mutable_left() = NameOf(pair.left);
      *link.mutable_right() = NameOf(pair.right);
      link.set_dropped(dropped.contains(pair));
      const absl::StatusOr<QueuedPair> queued = run.Find(pair);
      if (absl::IsNotFound(queued.status())) continue;
      BL_RETURN_IF_ERROR(queued.status());
      link.set_probability(queued->score);
    }
  }
  return response;
}

absl::StatusOr<v1::SampleQuality> QualityOfSample(const ReviewRegister& review,
                                                  absl::string_view sample) {
  BL_ASSIGN_OR_RETURN(const storage::v1::StoredSample stored, review.Sample(sample));
  v1::SampleQuality quality;
  *quality.mutable_sample() = stored.sample();
  BL_RETURN_IF_ERROR(CountReadings(review, stored, quality.mutable_sample()));
  std::vector<v1::SampleStratum> strata(quality.sample().strata().begin(),
                                        quality.sample().strata().end());
  std::erase_if(strata, [](const v1::SampleStratum& stratum) { return stratum.pairs() == 0; });
  for (const v1::SampleStratum& stratum : strata) {
    quality.set_decided(quality.decided() + stratum.links() + stratum.do_not_links());
  }
  for (v1::QualityRow& row : EstimateQuality(strata)) {
    *quality.add_rows() = std::move(row);
  }
  quality.set_usable(!quality.rows().empty());
  quality.set_run_ppv(stored.run_ppv());
  quality.set_run_ppv_low(stored.run_ppv_low());
  quality.set_run_ppv_high(stored.run_ppv_high());
  quality.set_run_sensitivity(stored.run_sensitivity());
  AddWarnings(&quality);
  return quality;
}

}  // namespace blindlink::resolver
