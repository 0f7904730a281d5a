#include "researcher/timeline/copies.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace blindlink::researcher {
namespace {

// Weights of the evidence, in natural logarithms as if of likelihood ratios.
constexpr double kSameReceipt = 8;
constexpr double kSameAmount = 3;
constexpr double kOtherAmount = -4;
constexpr double kNoAmount = 0.5;  // both 0
constexpr double kSamePayer = 0.5;
constexpr double kOtherPayer = -3;
constexpr double kSameProvider = 1;
constexpr double kOtherProvider = -1;
constexpr double kSameDay = 1;
constexpr double kSameEnd = 0.5;
constexpr double kMostOfCodes = 4;
constexpr double kOtherCodes = -3;
constexpr double kCodesMissing = -2;
// Of the visits that begin within the window, so many are compared with one. More are no person's.
constexpr size_t kMostNeighbours = 200;

struct Visit {
  uint32_t event;               // position among the person's events
  std::vector<uint32_t> codes;  // numbers of texts, ascending, each once
  size_t rows = 0;              // events that belong to it
};

// A code with its system; a name, where there is no code.
using CodeText = std::pair<absl::string_view, absl::string_view>;

struct Candidate {
  double evidence;
  uint32_t first;  // positions among the visits
  uint32_t second;
};

bool IsZero(absl::string_view amount) {
  return amount.find_first_not_of("0.") == absl::string_view::npos;
}

// The weight for two texts that are the same or not; 0 if one is missing.
double Compare(absl::string_view a, absl::string_view b, double same, double other) {
  if (a.empty() || b.empty()) return 0;
  return a == b ? same : other;
}

class CopyFinder {
 public:
  explicit CopyFinder(std::vector<Event>* events) : events_(*events) {}

  CopyCounts Find() {
    ListVisits();
    if (visits_.size() < 2 || !FindCandidates()) return {};
    ReadCodes();
    for (Candidate& candidate : candidates_) candidate.evidence = Evidence(candidate);
    Accept();
    return MarkGroups();
  }

 private:
  const Event& EventOf(uint32_t visit) const { return events_[visits_[visit].event]; }

  void ListVisits() {
    for (uint32_t i = 0; i < events_.size(); ++i) {
      if (events_[i].kind == EventKind::kVisit && events_[i].date.has_value()) {
        visits_.push_back({i, {}});
      }
    }
  }

  // Whether two visits may be copies at all.
  bool MayBeCopies(const Event& a, const Event& b) const {
    if (!a.setting.empty() && !b.setting.empty() && a.setting != b.setting) return false;
    const int32_t days = DaysBetween(*a.date, *b.date);
    if (!a.receipt.empty() && !b.receipt.empty()) {
      return a.receipt == b.receipt && days <= kReceiptDays;
    }
    return a.site != b.site && days <= 1;
  }

  bool FindCandidates() {
    for (uint32_t i = 0; i < visits_.size(); ++i) {
      const size_t end = std::min<size_t>(visits_.size(), i + 1 + kMostNeighbours);
      for (uint32_t j = i + 1; j < end; ++j) {
        const Event& a = EventOf(i);
        const Event& b = EventOf(j);
        if (b.date->first - a.date->last > kReceiptDays) break;
        if (MayBeCopies(a, b)) candidates_.push_back({0, i, j});
      }
    }
    return !candidates_.empty();
  }

  void ReadCodes() {
    absl::flat_hash_map<std::pair<uint32_t, uint64_t>, uint32_t> visit_of;
    for (uint32_t i = 0; i < visits_.size(); ++i) {
      visit_of[{EventOf(i).record, EventOf(i).visit_number}] = i;
    }
    std::vector<std::pair<CodeText, uint32_t>> codes;  // with the visit of each
    for (const Event& event : events_) {
      const absl::string_view text = event.code.empty() ? event.name : event.code;
      const auto visit = visit_of.find({event.record, event.visit_number});
      if (visit == visit_of.end()) continue;
      ++visits_[visit->second].rows;
      if (!text.empty()) codes.push_back({{event.code_system, text}, visit->second});
    }
    NumberCodes(&codes);
  }

  // Numbers the texts in their alphabetical order, so that weights are added in the same order, and
  // to the same last bit, in every process.
  void NumberCodes(std::vector<std::pair<CodeText, uint32_t>>* codes) {
    std::sort(codes->begin(), codes->end());
    codes->erase(std::unique(codes->begin(), codes->end()), codes->end());
    for (size_t i = 0; i < codes->size(); ++i) {
      const auto& [text, visit] = (*codes)[i];
      if (i == 0 || text != (*codes)[i - 1].first) visits_with_.push_back(0);
      ++visits_with_.back();
      visits_[visit].codes.push_back(static_cast<uint32_t>(visits_with_.size() - 1));
    }
  }

  // What a code says: the more, the fewer of the person's visits have it.
  double WeightOf(uint32_t code) const {
    const double all = static_cast<double>(visits_.size() + 1);
    return std::log(all / visits_with_[code]) + 0.1;
  }

  double EvidenceOfCodes(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) const {
    if (a.empty() && b.empty()) return 0;
    if (a.empty() || b.empty()) return kCodesMissing;
    double shared = 0;
    double all = 0;
    for (const uint32_t code : a) {
      const double weight = WeightOf(code);
      all += weight;
      if (std::binary_search(b.begin(), b.end(), code)) shared += weight;
    }
    for (const uint32_t code : b) {
      if (!std::binary_search(a.begin(), a.end(), code)) all += WeightOf(code);
    }
    return std::min(shared, kMostOfCodes) + kOtherCodes * (all - shared) / all;
  }

  double Evidence(const Candidate& candidate) const {
    const Event& a = EventOf(candidate.first);
    const Event& b = EventOf(candidate.second);
    double evidence = Compare(a.receipt, b.receipt, kSameReceipt, 0);
    const bool no_amount = IsZero(a.amount) && IsZero(b.amount);
    evidence += Compare(a.amount, b.amount, no_amount ? kNoAmount : kSameAmount, kOtherAmount);
    evidence += Compare(a.payer, b.payer, kSamePayer, kOtherPayer);
    evidence += Compare(a.provider, b.provider, kSameProvider, kOtherProvider);
    evidence += EvidenceOfCodes(visits_[candidate.first].codes, visits_[candidate.second].codes);
    if (!IsCoarse(candidate)) {
      evidence += a.date->first == b.date->first ? kSameDay : 0;
      evidence += Compare(a.end, b.end, kSameEnd, 0);
    }
    return evidence;
  }

  bool IsCoarse(const Candidate& candidate) const {
    return EventOf(candidate.first).date->detail != DateDetail::kDay ||
           EventOf(candidate.second).date->detail != DateDetail::kDay;
  }

  void Accept() {
    group_.resize(visits_.size());
    std::iota(group_.begin(), group_.end(), 0);
    std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
      return std::tie(b.evidence, a.first, a.second) < std::tie(a.evidence, b.first, b.second);
    });
    absl::flat_hash_set<std::pair<uint32_t, uint32_t>> taken;  // a visit, and the copy's site
    for (const Candidate& candidate : candidates_) {
      const auto [evidence, a, b] = candidate;
      if (evidence < (IsCoarse(candidate) ? kLeastEvidenceOfCoarseDates : kLeastEvidence)) continue;
      const uint32_t site_a = EventOf(a).site;
      const uint32_t site_b = EventOf(b).site;
      if (site_a != site_b) {
        if (taken.contains({a, site_b}) || taken.contains({b, site_a})) continue;
        taken.insert({a, site_b});
        taken.insert({b, site_a});
      }
      group_[Root(a)] = Root(b);
    }
  }

  uint32_t Root(uint32_t visit) {
    while (group_[visit] != visit) visit = group_[visit] = group_[group_[visit]];
    return visit;
  }

  // Whether `a` rather than `b` is the original of their group.
  bool IsOriginalOf(uint32_t a, uint32_t b) const {
    const auto key = [this](uint32_t visit) {
      return std::make_tuple(EventOf(visit).receipt.empty(),
                             -static_cast<int64_t>(visits_[visit].rows), visits_[visit].event);
    };
    return key(a) < key(b);
  }

  CopyCounts MarkGroups() {
    std::vector<uint32_t> original(visits_.size());
    std::iota(original.begin(), original.end(), 0);
    for (uint32_t i = 0; i < visits_.size(); ++i) {
      uint32_t& best = original[Root(i)];
      if (IsOriginalOf(i, best)) best = i;
    }
    CopyCounts counts;
    absl::flat_hash_map<std::pair<uint32_t, uint64_t>, uint32_t> copies;
    for (uint32_t i = 0; i < visits_.size(); ++i) {
      const uint32_t best = original[Root(i)];
      if (best == i) continue;
      const Event& copy = EventOf(i);
      copies[{copy.record, copy.visit_number}] = visits_[best].event;
      const bool same = !copy.receipt.empty() && copy.receipt == EventOf(best).receipt;
      ++(same ? counts.by_receipt : counts.by_content);
    }
    if (copies.empty()) return counts;
    for (Event& event : events_) {
      const auto copy = copies.find({event.record, event.visit_number});
      const bool of_visit = event.kind != EventKind::kEnrolment && event.kind != EventKind::kDeath;
      if (copy != copies.end() && of_visit) event.copy_of = copy->second;
    }
    return counts;
  }

  std::vector<Event>& events_;
  std::vector<Visit> visits_;
  std::vector<Candidate> candidates_;
  std::vector<uint32_t> visits_with_;  // by code
  std::vector<uint32_t> group_;
};

}  // namespace

CopyCounts MarkCopies(PersonEvents* person) { return CopyFinder(&person->events()).Find(); }

}  // namespace blindlink::researcher
