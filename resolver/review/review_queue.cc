#include "resolver/review/review_queue.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "common/base/status_macros.h"
#include "common/score/band.h"

namespace blindlink::resolver {
namespace {

// Of a pair that the run contradicted itself about, whatever its score.
constexpr double kContradicted = 0.25;

v1::ReviewReason ReasonOf(const ConsideredPairRow& row, const RunExplanation& run) {
  switch (row.outcome) {
    case PairOutcome::kBetterPair:
      return row.score >= run.min_score() ? v1::REASON_BETTER_PAIR : v1::REVIEW_REASON_UNSPECIFIED;
    case PairOutcome::kEntitiesApart:
      return v1::REASON_JOIN_REFUSED;
    case PairOutcome::kMatchedApart:
      return v1::REASON_ENTITY_TOO_LARGE;
    case PairOutcome::kMatchedByDecision:
    case PairOutcome::kApartByDecision:
    case PairOutcome::kNoRule:
      return v1::REVIEW_REASON_UNSPECIFIED;
    default:
      break;
  }
  if (!run.has_score()) return v1::REVIEW_REASON_UNSPECIFIED;
  const Band band = BandOf(row.score);
  if (band == Band::kLow) return v1::REASON_BAND_LOW;
  return band == Band::kReview ? v1::REASON_BAND_REVIEW : v1::REVIEW_REASON_UNSPECIFIED;
}

bool IsContradicted(v1::ReviewReason reason) {
  return reason == v1::REASON_BETTER_PAIR || reason == v1::REASON_JOIN_REFUSED ||
         reason == v1::REASON_ENTITY_TOO_LARGE || reason == v1::REASON_LINK_DROPPED;
}

double UsefulnessOf(v1::ReviewReason reason, double score, uint32_t left, uint32_t right) {
  const double unsure = IsContradicted(reason) ? kContradicted : score * (1 - score);
  // Inside one entity, a record more or less.
  const double at_stake = right == 0 ? left - 1.0 : static_cast<double>(left) * right;
  return unsure * std::max(1.0, at_stake);
}

// A pair before its records have names.
struct RankedItem {
  double usefulness = 0;
  v1::ReviewReason reason = v1::REVIEW_REASON_UNSPECIFIED;
  ConsideredPairRow row;

  friend bool operator<(const RankedItem& a, const RankedItem& b) {
    return std::tie(b.usefulness, a.row.pair.left, a.row.pair.right) <
           std::tie(a.usefulness, b.row.pair.left, b.row.pair.right);
  }
};

QueuedPair Describe(const RankedItem& item, const RunExplanation& run, uint32_t left,
                    uint32_t right) {
  QueuedPair out;
  out.reason = item.reason;
  out.outcome = item.row.outcome;
  out.score = item.row.score;
  out.by_score = run.has_score();
  out.left_entity = left;
  out.right_entity = right;
  out.usefulness = item.usefulness;
  return out;
}

// The sizes of entities by their first rank.
struct EntitiesOfRun {
  std::vector<uint32_t> first;
  std::vector<uint32_t> size;

  std::pair<uint32_t, uint32_t> SizesOf(const ScoredPairRow& pair) const {
    const uint32_t left = first[pair.left];
    const uint32_t right = first[pair.right];
    return {size[left], left == right ? 0 : size[right]};
  }
};

absl::StatusOr<EntitiesOfRun> ReadEntities(const RunExplanation& run) {
  EntitiesOfRun entities;
  BL_ASSIGN_OR_RETURN(entities.first, run.FirstRanks());
  entities.size.resize(entities.first.size());
  for (const uint32_t first : entities.first) ++entities.size[first];
  return entities;
}

// Keeps the most useful ones: at most twice as many as are wanted at any time.
void KeepBest(size_t most, std::vector<RankedItem>* items) {
  if (items->size() <= most) return;
  std::nth_element(items->begin(), items->begin() + static_cast<ptrdiff_t>(most), items->end());
  items->resize(most);
}

}  // namespace

absl::StatusOr<std::unique_ptr<const ReviewQueue>> ReviewQueue::Make(const RunExplanation& run,
                                                                     size_t most_pairs) {
  auto queue = std::make_unique<ReviewQueue>();
  BL_ASSIGN_OR_RETURN(const EntitiesOfRun entities, ReadEntities(run));
  BL_ASSIGN_OR_RETURN(const std::vector<DecidedRow> decided, run.DecidedRows());
  std::vector<RankedItem> items;
  uint64_t all = 0;
  const auto add = [&](const ConsideredPairRow& row, v1::ReviewReason reason) {
    if (reason == v1::REVIEW_REASON_UNSPECIFIED) return;
    const auto [left, right] = entities.SizesOf(row.pair);
    items.push_back({UsefulnessOf(reason, row.score, left, right), reason, row});
    ++queue->counts_[reason];
    ++all;
    if (items.size() >= 2 * most_pairs) KeepBest(most_pairs, &items);
  };
  BL_RETURN_IF_ERROR(
      run.ForEachConsidered([&](const ConsideredPairRow& row) { add(row, ReasonOf(row, run)); }));
  for (const DecidedRow& row : decided) {
    if (row.effect != DecisionEffect::kLinkDropped) continue;
    ConsideredPairRow dropped;
    dropped.pair.left = row.left;
    dropped.pair.right = row.right;
    dropped.outcome = PairOutcome::kApartByDecision;
    BL_ASSIGN_OR_RETURN(const auto considered, run.FindConsidered(row.left, row.right));
    add(considered.value_or(dropped), v1::REASON_LINK_DROPPED);
  }
  KeepBest(most_pairs, &items);
  std::sort(items.begin(), items.end());
  queue->left_out_ = all - items.size();
  for (const RankedItem& item : items) {
    const auto [left, right] = entities.SizesOf(item.row.pair);
    QueuedPair& queued = queue->pairs_.emplace_back(Describe(item, run, left, right));
    BL_ASSIGN_OR_RETURN(queued.pair.left, run.RecordAt(item.row.pair.left));
    BL_ASSIGN_OR_RETURN(queued.pair.right, run.RecordAt(item.row.pair.right));
  }
  return queue;
}

absl::StatusOr<QueuedPair> QueuedPairOf(const RunExplanation& run, const NamedPair& pair) {
  BL_ASSIGN_OR_RETURN(const uint32_t left, run.RankOf(NameOf(pair.left)));
  BL_ASSIGN_OR_RETURN(const uint32_t right, run.RankOf(NameOf(pair.right)));
  BL_ASSIGN_OR_RETURN(const auto considered, run.FindConsidered(left, right));
  RankedItem item;
  item.row = considered.value_or(ConsideredPairRow{{}, 0, PairOutcome::kOutcomes});
  if (considered) item.reason = ReasonOf(item.row, run);
  BL_ASSIGN_OR_RETURN(const std::vector<DecidedRow> decided, run.DecidedRows());
  for (const DecidedRow& row : decided) {
    const bool is_it = row.left == left && row.right == right;
    if (is_it && row.effect == DecisionEffect::kLinkDropped) item.reason = v1::REASON_LINK_DROPPED;
  }
  BL_ASSIGN_OR_RETURN(const auto sizes, run.EntitySizesOf(left, right));
  item.usefulness = UsefulnessOf(item.reason, item.row.score, sizes.first, sizes.second);
  QueuedPair out = Describe(item, run, sizes.first, sizes.second);
  out.pair = pair;
  return out;
}

}  // namespace blindlink::resolver
