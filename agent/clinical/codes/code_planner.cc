#include "agent/clinical/codes/code_planner.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/clinical/codes/node_forest.h"

namespace blindlink::agent {
namespace {

// After linkage a pair is as frequent as at one site or more, since persons' codes of several sites
// meet: expected counts of single sites are too small by up to this factor.
constexpr double kMeeting = 2;
// Who has one rare combination usually has several, and would be counted for each.
constexpr double kRarePairsOfPerson = 2;
// Added to the persons exposed so that nodes which expose nobody are ordered by their entropy.
constexpr double kEpsilon = 0.02;
constexpr double kLeastGain = 1e-6;
// Bits that a row with any code is worth beside its share of the entropy: a coarse code is better
// than none even if nearly all rows have it.
constexpr double kBitsOfRow = 0.01;

double BitsOf(double rows, double all) {
  return rows <= 0 || all <= 0 ? 0 : -rows / all * std::log2(std::min(rows / all, 1.0));
}

// Chooses the nodes of one system.
class Chooser {
 public:
  Chooser(const NodeForest& forest, const CodeTarget& target, double max_rare)
      : forest_(forest), target_(target), chosen_(forest.size(), false), rests_(forest.size()) {
    for (size_t s = 0; s < forest.sites(); ++s) {
      persons_ = std::max(persons_, static_cast<double>(forest.SitePersons(s)));
    }
    // A pair that a person has at one site is frequent there, or the site gives it up. Of the
    // others, whose codes are dealt out to the sites, this share has them at two.
    const double sites = std::max(2.0, static_cast<double>(forest.sites()));
    exposing_ = (sites - 1) / sites / kRarePairsOfPerson;
    budget_ = max_rare * persons_;
    worst_mean_ = MostExposing(target.min_combination);
  }

  void Run();
  std::vector<CodeMap::Row> Rows() const;
  double bits() const { return total_.bits; }
  double exposed() const { return persons_ > 0 ? total_.exposed / persons_ : 0; }

 private:
  struct Change {
    double bits = 0;
    double rows = 0;  // released, as a share of all
    double exposed = 0;
    double Gain() const { return bits + kBitsOfRow * rows; }
    // Gain for each person exposed.
    double Worth() const { return Gain() / (std::max(exposed, 0.0) + kEpsilon); }
  };
  // Applies the choice of `node`, which drops coarser nodes whose rest becomes too small.
  Change Choose(uint32_t node, std::vector<std::pair<uint32_t, NodeForest::Rest>>* undo);
  void Undo(uint32_t node, std::vector<std::pair<uint32_t, NodeForest::Rest>>* undo);
  Change Try(uint32_t node);
  // Entropy and exposure of `nodes` (those that are chosen), with each other and with the others.
  Change ValueOf(const std::vector<uint32_t>& nodes) const;
  double ExposedBy(uint32_t a, uint32_t b) const;
  std::pair<double, double> TogetherAt(uint32_t a, uint32_t b, size_t site) const;
  // The largest expected number of persons exposed by a pair whose mean is within these.
  double WorstBetween(double low, double high) const;
  void UpdateRests(const std::vector<uint32_t>& nodes);

  const NodeForest& forest_;
  const CodeTarget& target_;
  std::vector<bool> chosen_;
  std::vector<NodeForest::Rest> rests_;  // of the chosen ones
  std::set<uint32_t> list_;              // the chosen ones
  double persons_ = 0;
  double budget_ = 0;
  double worst_mean_ = 0;
  double exposing_ = 1;  // persons exposed for each rare pair of a person
  Change total_;
};

double Chooser::WorstBetween(double low, double high) const {
  const double worst = std::clamp(worst_mean_, low, std::max(low, high));
  return exposing_ * Exposed(worst, target_.min_combination);
}

// The persons who have both of two nodes number between these at a site.
std::pair<double, double> Chooser::TogetherAt(uint32_t a, uint32_t b, size_t site) const {
  const NodeForest::Rest& of_a = rests_[a];
  const NodeForest::Rest& of_b = rests_[b];
  const auto low =
      static_cast<double>(of_a.persons[site]) * static_cast<double>(of_b.persons[site]);
  const double high = of_a.likely[site] * of_b.likely[site];
  const absl::Span<const uint32_t> above_a = forest_.Above(a);
  const absl::Span<const uint32_t> above_b = forest_.Above(b);
  if (std::find(above_a.begin(), above_a.end(), b) != above_a.end() ||
      std::find(above_b.begin(), above_b.end(), a) != above_b.end()) {
    // The survey counts a code with its own group; what is left of the group is another matter.
    const auto all = static_cast<double>(forest_.SitePersons(site));
    return {low / all, kMeeting * high / all};
  }
  if (const auto both = static_cast<double>(forest_.Together(a, b, site)); both > 0) {
    const auto whole = static_cast<double>(forest_.Persons(a, site)) *
                       static_cast<double>(forest_.Persons(b, site));
    return {both * low / whole, both * high / whole};
  }
  // The site has not seen the pair often, so it may be far rarer than chance would have it.
  return {0, kMeeting * high / static_cast<double>(forest_.SitePersons(site))};
}

double Chooser::ExposedBy(uint32_t a, uint32_t b) const {
  double low = 0;
  double high = 0;
  for (size_t site = 0; site < forest_.sites(); ++site) {
    if (forest_.SitePersons(site) == 0) continue;
    const auto [at_least, at_most] = TogetherAt(a, b, site);
    // A pair of whole nodes that one site has seen often enough is safe.
    if (rests_[a].whole && rests_[b].whole && at_least >= target_.min_combination) return 0;
    low = std::max(low, at_least);
    high = std::max(high, at_most);
  }
  return WorstBetween(low, high);
}

Chooser::Change Chooser::ValueOf(const std::vector<uint32_t>& nodes) const {
  Change value;
  std::set<uint32_t> done;
  for (const uint32_t node : nodes) {
    if (!chosen_[node]) continue;
    value.bits += BitsOf(rests_[node].rows, forest_.all_rows());
    value.rows += rests_[node].rows / forest_.all_rows();
    done.insert(node);
    if (target_.combination < 2) continue;
    for (const uint32_t other : list_) {
      if (done.count(other) == 0) value.exposed += ExposedBy(node, other);
    }
  }
  return value;
}

void Chooser::UpdateRests(const std::vector<uint32_t>& nodes) {
  for (const uint32_t node : nodes) {
    if (chosen_[node]) rests_[node] = forest_.RestOf(node, chosen_);
  }
}

Chooser::Change Chooser::Choose(uint32_t node,
                                std::vector<std::pair<uint32_t, NodeForest::Rest>>* undo) {
  std::vector<uint32_t> touched;
  for (const uint32_t above : forest_.Above(node)) {
    if (!chosen_[above]) continue;
    touched.push_back(above);
    undo->emplace_back(above, rests_[above]);
  }
  const Change before = ValueOf(touched);
  touched.push_back(node);
  chosen_[node] = true;
  list_.insert(node);
  UpdateRests(touched);
  for (const uint32_t above : touched) {
    if (!chosen_[above] || rests_[above].AtLeast() >= target_.min_persons) continue;
    chosen_[above] = false;
    list_.erase(above);
    UpdateRests(touched);
  }
  const Change after = ValueOf(touched);
  return {after.bits - before.bits, after.rows - before.rows, after.exposed - before.exposed};
}

void Chooser::Undo(uint32_t node, std::vector<std::pair<uint32_t, NodeForest::Rest>>* undo) {
  chosen_[node] = false;
  list_.erase(node);
  for (auto& [above, rest] : *undo) {
    chosen_[above] = true;
    list_.insert(above);
    rests_[above] = std::move(rest);
  }
  undo->clear();
}

Chooser::Change Chooser::Try(uint32_t node) {
  std::vector<std::pair<uint32_t, NodeForest::Rest>> undo;
  const Change change = Choose(node, &undo);
  Undo(node, &undo);
  return change;
}

void Chooser::Run() {
  // A node's worth changes slowly, so it is computed anew only when it comes to the front. Of two
  // that are worth the same, the finer one comes first.
  std::priority_queue<std::tuple<double, size_t, uint32_t>> queue;
  for (uint32_t node = 0; node < forest_.size(); ++node) {
    if (forest_.RestOf(node, chosen_).AtLeast() < target_.min_persons) continue;
    queue.emplace(Try(node).Worth(), forest_.Above(node).size(), node);
  }
  while (!queue.empty()) {
    const auto [worth, above, node] = queue.top();
    queue.pop();
    const Change change = Try(node);
    if (change.Gain() < kLeastGain || total_.exposed + change.exposed > budget_) continue;
    if (!queue.empty() && change.Worth() < std::get<0>(queue.top())) {
      queue.emplace(change.Worth(), above, node);
      continue;
    }
    std::vector<std::pair<uint32_t, NodeForest::Rest>> undo;
    Choose(node, &undo);
    total_.bits += change.bits;
    total_.rows += change.rows;
    total_.exposed += change.exposed;
  }
}

std::vector<CodeMap::Row> Chooser::Rows() const {
  std::vector<CodeMap::Row> rows;
  for (const uint32_t node : list_) {
    rows.push_back(
        {target_.system, forest_.Level(node), forest_.Name(node), rests_[node].AtLeast()});
  }
  std::sort(rows.begin(), rows.end(),
            [](const CodeMap::Row& a, const CodeMap::Row& b) { return a.code < b.code; });
  return rows;
}

// The entropy of the surveyed codes is known from below: codes that are not shown are missing.
double EntropyOf(const NodeForest& forest) {
  const std::vector<bool> all(forest.size(), true);
  double bits = 0;
  for (uint32_t node = 0; node < forest.size(); ++node) {
    bits += BitsOf(forest.RestOf(node, all).rows, forest.all_rows());
  }
  return bits;
}

absl::Status CheckSurveys(const CodeBook& book, absl::Span<const CodeTarget> targets,
                          absl::Span<const CodeSurvey> surveys) {
  if (surveys.empty()) return absl::InvalidArgumentError("give the survey of each site");
  const std::string rules = RulesDigest(targets);
  for (const CodeSurvey& survey : surveys) {
    // A site without codes, such as a registry, has nothing to count and no book to name.
    if (survey.systems.empty()) continue;
    const std::string name = survey.file.empty() ? "a survey" : survey.file;
    if (survey.book_digest != book.digest()) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, " was made with the code book ", survey.book_digest, ", not with ",
                       book.digest(), ": all sites must use the same code book"));
    }
    if (survey.rules_digest != rules) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, " was counted by other rules for codes than those of the release ",
                       "plan given here: count again with the same plan"));
    }
  }
  return absl::OkStatus();
}

SystemPlan PlanSystem(const NodeForest& forest, const CodeTarget& target, double max_rare) {
  Chooser chooser(forest, target, max_rare);
  chooser.Run();
  SystemPlan plan;
  plan.system = target.system;
  plan.rows = chooser.Rows();
  const double entropy = EntropyOf(forest);
  plan.entropy_kept = entropy > 0 ? chooser.bits() / entropy : 1;
  plan.rare_persons = chooser.exposed();
  return plan;
}

}  // namespace

double Exposed(double mean, uint32_t k) {
  if (k < 2) return 0;
  // mean * P(N <= k - 2), since n P(n) = mean P(n - 1).
  double term = std::exp(-mean);
  double sum = term;
  for (uint32_t n = 1; n + 2 <= k; ++n) {
    term *= mean / n;
    sum += term;
  }
  return mean * sum;
}

double MostExposing(uint32_t k) {
  // Exposed rises to its maximum, below k, and falls.
  double low = 0;
  double high = k;
  for (int i = 0; i < 50; ++i) {
    const double a = low + (high - low) / 3;
    const double b = high - (high - low) / 3;
    if (Exposed(a, k) < Exposed(b, k)) {
      low = a;
    } else {
      high = b;
    }
  }
  return low;
}

absl::StatusOr<std::vector<SystemPlan>> PlanCodes(const CodeBook& book,
                                                  absl::Span<const CodeTarget> targets,
                                                  absl::Span<const CodeSurvey> surveys,
                                                  double max_rare) {
  if (const absl::Status same = CheckSurveys(book, targets, surveys); !same.ok()) return same;
  std::set<std::string> systems;
  for (const CodeSurvey& survey : surveys) {
    for (const auto& [name, system] : survey.systems) systems.insert(name);
  }
  std::vector<SystemPlan> plans;
  for (const std::string& name : systems) {
    std::vector<const SystemSurvey*> sites;
    for (const CodeSurvey& survey : surveys) {
      const auto found = survey.systems.find(name);
      if (found != survey.systems.end()) sites.push_back(&found->second);
    }
    const CodeTarget target = TargetOf(targets, book, name);
    const NodeForest forest(book, target, sites);
    plans.push_back(PlanSystem(forest, target, max_rare));
  }
  return plans;
}

}  // namespace blindlink::agent
