#include "common/entity/entity_grower.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "common/base/status_macros.h"
#include "common/score/band.h"

namespace blindlink {
namespace {

constexpr int kGrowths = 3;

// Sizes alone do not make one person of two that are likely two.
constexpr double kMostGain = 2;

double LogOdds(double probability) {
  constexpr double kSure = 1e-9;
  const double bounded = std::clamp(probability, kSure, 1 - kSure);
  return std::log(bounded / (1 - bounded));
}

void AddSite(uint32_t records, EntityShape* shape) {
  shape->records += records;
  ++shape->sites;
  shape->log_orders += std::lgamma(records + 1.0);
}

// The number of equal values at the beginning of [begin, end).
uint32_t CountFirst(std::vector<uint16_t>::const_iterator begin,
                    std::vector<uint16_t>::const_iterator end, uint16_t value) {
  return static_cast<uint32_t>(
      std::find_if(begin, end, [value](uint16_t other) { return other != value; }) - begin);
}

}  // namespace

EntityGrower::EntityGrower(uint32_t records, std::vector<EntityPair> pairs,
                           absl::FunctionRef<uint16_t(uint32_t record)> site_of,
                           EntityOptions options)
    : record_count_(records), pairs_(std::move(pairs)), options_(std::move(options)) {
  std::sort(pairs_.begin(), pairs_.end());
  NumberRecords();
  site_.reserve(records_.size());
  for (const uint32_t record : records_) site_.push_back(site_of(record));
  ListPairsOfRecords();
  NumberDecisions();
}

void EntityGrower::NumberRecords() {
  records_.reserve(2 * (pairs_.size() + options_.decisions.size()));
  for (const EntityPair& pair : pairs_) {
    records_.push_back(pair.left);
    records_.push_back(pair.right);
  }
  for (const EntityDecision& decision : options_.decisions) {
    records_.push_back(decision.left);
    records_.push_back(decision.right);
  }
  std::sort(records_.begin(), records_.end());
  records_.erase(std::unique(records_.begin(), records_.end()), records_.end());
  records_.shrink_to_fit();
  for (EntityPair& pair : pairs_) {
    pair.left = PlaceOf(pair.left);
    pair.right = PlaceOf(pair.right);
  }
}

uint32_t EntityGrower::PlaceOf(uint32_t record) const {
  return static_cast<uint32_t>(std::lower_bound(records_.begin(), records_.end(), record) -
                               records_.begin());
}

void EntityGrower::NumberDecisions() {
  for (size_t i = 0; i < options_.decisions.size(); ++i) {
    const EntityDecision& decision = options_.decisions[i];
    const auto [left, right] = std::minmax({PlaceOf(decision.left), PlaceOf(decision.right)});
    if (decision.is_link) {
      links_.push_back({left, right, i});
    } else {
      apart_.emplace_back(left, right);
      apart_.emplace_back(right, left);
    }
  }
  std::sort(apart_.begin(), apart_.end());
  std::sort(links_.begin(), links_.end(), [this](const Link& a, const Link& b) {
    const double of_a = options_.decisions[a.decision].strength;
    const double of_b = options_.decisions[b.decision].strength;
    return std::tie(of_b, a.left, a.right, a.decision) <
           std::tie(of_a, b.left, b.right, b.decision);
  });
}

void EntityGrower::ListPairsOfRecords() {
  first_pair_.assign(records_.size() + 1, 0);
  for (const EntityPair& pair : pairs_) {
    ++first_pair_[pair.left + 1];
    ++first_pair_[pair.right + 1];
  }
  std::partial_sum(first_pair_.begin(), first_pair_.end(), first_pair_.begin());
  pairs_of_.resize(2 * pairs_.size());
  std::vector<uint32_t> end(first_pair_.begin(), first_pair_.end() - 1);
  for (size_t i = 0; i < pairs_.size(); ++i) {
    pairs_of_[end[pairs_[i].left]++] = static_cast<uint32_t>(i);
    pairs_of_[end[pairs_[i].right]++] = static_cast<uint32_t>(i);
  }
}

void EntityGrower::StartAnew() {
  parent_.resize(records_.size());
  std::iota(parent_.begin(), parent_.end(), 0);
  next_ = parent_;
  size_.assign(records_.size(), 1);
  has_apart_.assign(apart_.empty() ? 0 : records_.size(), false);
  for (const auto& [record, other] : apart_) has_apart_[record] = true;
  FollowLinks();
}

void EntityGrower::FollowLinks() {
  dropped_links_.clear();
  for (const Link& link : links_) {
    const uint32_t left = Find(link.left);
    const uint32_t right = Find(link.right);
    if (left == right) continue;
    if (MustBeApart(left, right)) {
      dropped_links_.push_back(link.decision);
    } else {
      Join(left, right);
    }
  }
}

bool EntityGrower::MustBeApart(uint32_t left, uint32_t right) {
  if (has_apart_.empty() || !has_apart_[left] || !has_apart_[right]) return false;
  if (size_[right] < size_[left]) std::swap(left, right);
  uint32_t record = left;
  do {
    if (IsApartFrom(record, right)) return true;
    record = next_[record];
  } while (record != left);
  return false;
}

bool EntityGrower::IsApartFrom(uint32_t record, uint32_t root) {
  for (auto at = std::lower_bound(apart_.begin(), apart_.end(), std::pair(record, uint32_t{0}));
       at != apart_.end() && at->first == record; ++at) {
    if (Find(at->second) == root) return true;
  }
  return false;
}

uint32_t EntityGrower::Find(uint32_t record) {
  while (parent_[record] != record) {
    parent_[record] = parent_[parent_[record]];
    record = parent_[record];
  }
  return record;
}

void EntityGrower::Join(uint32_t left, uint32_t right) {
  if (size_[left] < size_[right]) std::swap(left, right);
  parent_[right] = left;
  size_[left] += size_[right];
  std::swap(next_[left], next_[right]);
  if (!has_apart_.empty() && has_apart_[right]) has_apart_[left] = true;
}

std::vector<uint16_t> EntityGrower::SitesOf(uint32_t root) const {
  std::vector<uint16_t> sites;
  uint32_t record = root;
  do {
    sites.push_back(site_[record]);
    record = next_[record];
  } while (record != root);
  std::sort(sites.begin(), sites.end());
  return sites;
}

EntityGrower::Union EntityGrower::Consider(uint32_t left, uint32_t right) const {
  const std::vector<uint16_t> lefts = SitesOf(left);
  const std::vector<uint16_t> rights = SitesOf(right);
  Union both;
  both.compared = uint64_t{lefts.size()} * rights.size();
  auto l = lefts.begin();
  auto r = rights.begin();
  while (l != lefts.end() || r != rights.end()) {
    const uint16_t site = r == rights.end() || (l != lefts.end() && *l < *r) ? *l : *r;
    const uint32_t in_left = CountFirst(l, lefts.end(), site);
    const uint32_t in_right = CountFirst(r, rights.end(), site);
    if (in_left > 0) AddSite(in_left, &both.left);
    if (in_right > 0) AddSite(in_right, &both.right);
    AddSite(in_left + in_right, &both.joined);
    if (!options_.within_site) both.compared -= uint64_t{in_left} * in_right;
    both.against_statement |= options_.one_per_person[site] && in_left > 0 && in_right > 0;
    l += in_left;
    r += in_right;
  }
  return both;
}

EntityGrower::Evidence EntityGrower::WeighPairs(uint32_t left, uint32_t right) {
  if (size_[right] < size_[left]) std::swap(left, right);
  Evidence evidence;
  uint32_t record = left;
  do {
    for (uint32_t i = first_pair_[record]; i < first_pair_[record + 1]; ++i) {
      const EntityPair& pair = pairs_[pairs_of_[i]];
      if (Find(pair.left == record ? pair.right : pair.left) != right) continue;
      evidence.best = std::max(evidence.best, pair.score);
      evidence.sum += pair.score;
    }
    record = next_[record];
  } while (record != left);
  return evidence;
}

bool EntityGrower::SpeaksForOne(double score, uint32_t left, uint32_t right, const Union& both) {
  const bool both_grown = size_[left] > 1 && size_[right] > 1;
  if (both_grown && BandOf(score) != Band::kHigh) return false;
  if (!options_.by_probability) return true;
  if (size_[left] == 1 && size_[right] == 1) return score >= options_.min_score;
  const Evidence evidence = WeighPairs(left, right);
  // That the best of many pairs scores high by accident is as many times more likely.
  const double support = evidence.sum / evidence.best / static_cast<double>(both.compared);
  double gain = 0;
  if (sizes_.has_value()) {
    gain = std::min(most_gain_, sizes_->GainOfJoining(both.left, both.right, both.joined));
  }
  return LogOdds(evidence.best) + std::log(support) + gain >= LogOdds(options_.min_score);
}

EntityGrower::Outcome EntityGrower::Offer(const EntityPair& pair) {
  const uint32_t left = Find(pair.left);
  const uint32_t right = Find(pair.right);
  if (left == right) return kJoined;
  if (MustBeApart(left, right)) return kDecision;
  if (uint64_t{size_[left]} + size_[right] > options_.max_size) return kSize;
  const Union both = Consider(left, right);
  if (both.against_statement) return kStatement;
  if (!SpeaksForOne(pair.score, left, right, both)) return kWeak;
  Join(left, right);
  return kJoined;
}

void EntityGrower::LearnSizes() {
  sizes_.emplace(options_.one_per_person.size(), options_.within_site);
  const uint64_t without_pair = record_count_ - records_.size();
  sizes_->Count({1, 1, 0}, without_pair - std::min(without_pair, options_.fakes));
  for (uint32_t record = 0; record < records_.size(); ++record) {
    if (Find(record) != record) continue;
    EntityShape shape;
    const std::vector<uint16_t> of = SitesOf(record);
    for (auto at = of.begin(); at != of.end();) {
      const uint32_t records = CountFirst(at, of.end(), *at);
      AddSite(records, &shape);
      at += records;
    }
    sizes_->Count(shape, 1);
  }
}

void EntityGrower::LearnMostGain() {
  double inside = 0.5;  // so that a few pairs say little
  double between = 0.5;
  double sum = 0;
  for (auto pair = pairs_.rbegin(); pair != pairs_.rend() && pair->score < options_.min_score;
       ++pair) {
    const uint32_t left = Find(pair->left);
    const uint32_t right = Find(pair->right);
    if (size_[left] == 1 || size_[right] == 1) continue;  // nothing else says whose they are
    ++(left == right ? inside : between);
    sum += pair->score;
  }
  const double said = sum / std::max(1.0, inside + between - 1);
  // Twice, because some of those between entities are true as well.
  const double better = 2 * (std::log(inside / between) - LogOdds(said));
  most_gain_ = sum > 0 ? std::clamp(better, 0.0, kMostGain) : 0;
}

void EntityGrower::CountRefused(const std::vector<Outcome>& outcomes) {
  for (size_t i = 0; i < pairs_.size() && pairs_[i].score >= options_.min_score; ++i) {
    if (Find(pairs_[i].left) != Find(pairs_[i].right)) ++refused_[outcomes[i]];
  }
}

absl::Status EntityGrower::Grow(absl::FunctionRef<absl::Status(double share)> check) {
  const int growths = options_.by_probability ? kGrowths : 1;
  std::vector<Outcome> outcomes(pairs_.size());
  for (int growth = 0; growth < growths; ++growth) {
    if (growth > 0) {
      LearnSizes();
      LearnMostGain();
    }
    StartAnew();
    for (size_t i = 0;; ++i) {
      if (i % 65536 == 0) {
        const double share = static_cast<double>(i) / static_cast<double>(pairs_.size() + 1);
        BL_RETURN_IF_ERROR(check((growth + share) / growths));
      }
      if (i == pairs_.size()) break;
      outcomes[i] = Offer(pairs_[i]);
    }
  }
  CountRefused(outcomes);
  return absl::OkStatus();
}

std::vector<uint32_t> EntityGrower::FirstRecords() {
  std::vector<uint32_t> first(record_count_);
  std::iota(first.begin(), first.end(), 0);
  std::vector<uint32_t> first_of_root(records_.size(), ~uint32_t{0});
  for (uint32_t i = 0; i < records_.size(); ++i) {
    uint32_t& known = first_of_root[Find(i)];
    known = std::min(known, records_[i]);
    first[records_[i]] = known;
  }
  return first;
}

}  // namespace blindlink
