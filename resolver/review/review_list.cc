#include "resolver/review/review_list.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/score/band.h"

namespace blindlink::resolver {
namespace {

constexpr uint32_t kUsualPage = 50;
constexpr uint32_t kLargestPage = 1000;

v1::Outcome OutcomeOf(PairOutcome outcome) {
  if (outcome == PairOutcome::kOutcomes) return v1::NOT_CONSIDERED;
  return static_cast<v1::Outcome>(static_cast<int>(outcome) + v1::MATCHED);
}

void AddReasons(const QueuedPair& queued, const ReviewRegister::PairReview& review,
                const std::set<std::string>& samples_of_run, v1::ReviewItem* item) {
  if (queued.reason != v1::REVIEW_REASON_UNSPECIFIED) item->add_reasons(queued.reason);
  for (const std::string& sample : review.samples) {
    item->add_samples(sample);
    if (samples_of_run.contains(sample) &&
        (item->reasons().empty() || *item->reasons().rbegin() != v1::REASON_IN_SAMPLE)) {
      item->add_reasons(v1::REASON_IN_SAMPLE);
    }
  }
  if (item->reasons().empty() && !review.decisions.empty()) item->add_reasons(v1::REASON_DECIDED);
}

v1::ReviewItem ItemOf(const QueuedPair& queued, const ReviewRegister::PairReview& review,
                      const std::set<std::string>& samples_of_run, absl::string_view caller) {
  v1::ReviewItem item;
  *item.mutable_left() = NameOf(queued.pair.left);
  *item.mutable_right() = NameOf(queued.pair.right);
  AddReasons(queued, review, samples_of_run, &item);
  item.set_probability(queued.score);
  if (queued.by_score && queued.outcome != PairOutcome::kOutcomes) {
    item.set_band(NameOf(BandOf(queued.score)));
  }
  item.set_outcome(OutcomeOf(queued.outcome));
  item.set_left_entity(queued.left_entity);
  item.set_right_entity(queued.right_entity);
  item.set_state(review.standing.state);
  item.set_verdict(review.standing.verdict);
  item.set_readers(review.standing.readers);
  // What stands needs nobody.
  item.set_usefulness(item.state() == v1::REVIEW_STANDS ? 0 : queued.usefulness);
  for (const v1::ReviewDecision& decision : review.decisions) {
    if (decision.coordinator() == caller) item.set_own_verdict(decision.verdict());
    item.set_decided_unix_seconds(decision.unix_seconds());
  }
  item.set_asked(!review.answers.empty());
  item.set_answers(static_cast<uint32_t>(
      std::count_if(review.answers.begin(), review.answers.end(), [](const v1::SiteAnswer& answer) {
        return answer.answer() != v1::SITE_VERDICT_UNSPECIFIED;
      })));
  return item;
}

std::set<std::string> SamplesOf(const ReviewRun& run, const ReviewRegister& review) {
  std::set<std::string> names;
  for (const std::string& name : review.SampleNames()) {
    const auto sample = review.Sample(name);
    if (sample.ok() && sample->sample().run() == run.name()) names.insert(name);
  }
  return names;
}

template <typename Values, typename Value>
bool PassesList(const Values& wanted, const Value& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

class Filter {
 public:
  explicit Filter(const v1::ListReviewItemsRequest& request) : request_(request) {}

  bool Passes(const v1::ReviewItem& item) const {
    const double most = request_.max_probability() > 0 ? request_.max_probability() : 1;
    const bool of_reason =
        request_.reasons().empty() ||
        std::any_of(item.reasons().begin(), item.reasons().end(),
                    [&](int reason) { return PassesList(request_.reasons(), reason); });
    const bool of_site = request_.site().empty() || item.left().site() == request_.site() ||
                         item.right().site() == request_.site();
    const bool mine = !request_.mine() || (item.own_verdict() == v1::VERDICT_UNSPECIFIED &&
                                           item.state() != v1::REVIEW_STANDS);
    return of_reason && of_site && mine && PassesList(request_.states(), item.state()) &&
           item.probability() >= request_.min_probability() && item.probability() <= most &&
           (request_.sample().empty() || PassesList(item.samples(), request_.sample()));
  }

 private:
  const v1::ListReviewItemsRequest& request_;
};

// Where an item stands in the list: the highest key first, then in the order of the pairs.
struct Place {
  double key = 0;
  std::string pair;

  friend bool operator<(const Place& a, const Place& b) {
    return std::tie(b.key, a.pair) < std::tie(a.key, b.pair);
  }
  std::string ToToken() const {
    return absl::StrCat(absl::Hex(std::bit_cast<uint64_t>(key), absl::kZeroPad16), ".", pair);
  }
};

absl::StatusOr<Place> PlaceOfToken(absl::string_view token) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(token, absl::MaxSplits('.', 1));
  uint64_t bits = 0;
  if (parts.first.size() == 16 && absl::SimpleHexAtoi(parts.first, &bits) &&
      !std::isnan(std::bit_cast<double>(bits))) {
    return Place{std::bit_cast<double>(bits), std::string(parts.second)};
  }
  return absl::InvalidArgumentError("page_token: expected next_page_token of the page before");
}

std::string TextOf(const v1::RecordName& left, const v1::RecordName& right) {
  return absl::StrCat(left.site(), "/", left.record(), ".", right.site(), "/", right.record());
}

double KeyOf(const v1::ReviewItem& item, v1::ReviewOrder order) {
  switch (order) {
    case v1::REVIEW_HIGHEST_SCORE:
      return item.probability();
    case v1::REVIEW_LOWEST_SCORE:
      return -item.probability();
    case v1::REVIEW_NEWEST_DECISION:
      return static_cast<double>(item.decided_unix_seconds());
    default:
      return item.usefulness();
  }
}

// The pairs of the queue, and all others that somebody decided about or drew.
absl::StatusOr<std::vector<QueuedPair>> AllPairs(const ReviewRun& run, const ReviewRegister& review,
                                                 const std::set<std::string>& samples) {
  std::vector<QueuedPair> pairs = run.queue().pairs();
  std::set<NamedPair> others;
  for (const NamedPair& pair : review.DecidedPairs()) others.insert(pair);
  for (const std::string& name : samples) {
    BL_ASSIGN_OR_RETURN(const storage::v1::StoredSample sample, review.Sample(name));
    for (const storage::v1::StoredSampledPair& sampled : sample.pairs()) {
      if (!sampled.has_left()) continue;
      BL_ASSIGN_OR_RETURN(const NamedPair pair, PairOf(sampled.left(), sampled.right()));
      others.insert(pair);
    }
  }
  for (const QueuedPair& queued : pairs) others.erase(queued.pair);
  for (const NamedPair& pair : others) {
    absl::StatusOr<QueuedPair> found = run.Find(pair);
    if (absl::IsNotFound(found.status())) continue;  // not a pair of this run
    BL_RETURN_IF_ERROR(found.status());
    pairs.push_back(*std::move(found));
  }
  return pairs;
}

// By the order in which the sample is to be read.
absl::StatusOr<std::map<std::string, double>> OrderOfSample(const ReviewRegister& review,
                                                            const std::string& name) {
  std::map<std::string, double> keys;
  if (name.empty()) return keys;
  BL_ASSIGN_OR_RETURN(const storage::v1::StoredSample sample, review.Sample(name));
  for (const storage::v1::StoredSampledPair& sampled : sample.pairs()) {
    if (!sampled.has_left()) continue;
    BL_ASSIGN_OR_RETURN(const NamedPair pair, PairOf(sampled.left(), sampled.right()));
    keys.emplace(TextOf(NameOf(pair.left), NameOf(pair.right)), -static_cast<double>(keys.size()));
  }
  return keys;
}

}  // namespace

absl::StatusOr<v1::ListReviewItemsResponse> ListItems(const ReviewRun& run,
                                                      const ReviewRegister& review,
                                                      const v1::ListReviewItemsRequest& request,
                                                      absl::string_view caller) {
  const std::set<std::string> samples = SamplesOf(run, review);
  BL_ASSIGN_OR_RETURN(const auto in_sample, OrderOfSample(review, request.sample()));
  BL_ASSIGN_OR_RETURN(const std::vector<QueuedPair> pairs, AllPairs(run, review, samples));
  std::vector<std::pair<Place, v1::ReviewItem>> items;
  std::map<v1::ReviewReason, uint64_t> reasons = run.queue().counts();
  for (const QueuedPair& queued : pairs) {
    v1::ReviewItem item = ItemOf(queued, review.Get(queued.pair), samples, caller);
    for (const int reason : item.reasons()) {
      if (reason >= v1::REASON_IN_SAMPLE) ++reasons[static_cast<v1::ReviewReason>(reason)];
    }
    if (!Filter(request).Passes(item)) continue;
    Place place{KeyOf(item, request.order()), TextOf(item.left(), item.right())};
    const auto drawn = in_sample.find(place.pair);
    if (drawn != in_sample.end()) place.key = drawn->second;
    items.emplace_back(std::move(place), std::move(item));
  }
  std::sort(items.begin(), items.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  v1::ListReviewItemsResponse response;
  response.set_run(run.name());
  response.set_matching(items.size());
  response.set_left_out(run.queue().left_out());
  for (const auto& [reason, count] : reasons) {
    v1::ReasonCount& out = *response.add_reasons();
    out.set_reason(reason);
    out.set_pairs(count);
  }
  auto at = items.begin();
  if (!request.page_token().empty()) {
    BL_ASSIGN_OR_RETURN(const Place after, PlaceOfToken(request.page_token()));
    at = std::upper_bound(items.begin(), items.end(), after,
                          [](const Place& a, const auto& b) { return a < b.first; });
  }
  const uint32_t size =
      std::min(request.page_size() == 0 ? kUsualPage : request.page_size(), kLargestPage);
  for (; at != items.end() && response.items_size() < static_cast<int>(size); ++at) {
    *response.add_items() = std::move(at->second);
  }
  if (at != items.end()) response.set_next_page_token(std::prev(at)->first.ToToken());
  return response;
}

absl::StatusOr<v1::ReviewItemDetails> ShowItem(const ReviewRun& run, const ReviewRegister& review,
                                               const NamedPair& pair, absl::string_view caller) {
  v1::ReviewItemDetails details;
  details.set_project(run.explanation().run().project());
  details.set_run(run.name());
  BL_ASSIGN_OR_RETURN(const QueuedPair queued, run.Find(pair));
  const ReviewRegister::PairReview known = review.Get(pair);
  *details.mutable_item() = ItemOf(queued, known, SamplesOf(run, review), caller);
  BL_ASSIGN_OR_RETURN(*details.mutable_explanation(),
                      run.explanation().ExplainPair(NameOf(pair.left), NameOf(pair.right)));
  const bool independent = review.rules().second_reader() &&
                           details.item().state() != v1::REVIEW_STANDS &&
                           details.item().own_verdict() == v1::VERDICT_UNSPECIFIED;
  for (const v1::ReviewDecision& decision : known.decisions) {
    if (independent) {
      details.set_hidden_decisions(details.hidden_decisions() + 1);
    } else {
      *details.add_decisions() = decision;
    }
  }
  for (const v1::SiteAnswer& answer : known.answers) *details.add_answers() = answer;
  return details;
}

}  // namespace blindlink::resolver
