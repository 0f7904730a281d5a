#include "agent/synthetic/history_model.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace blindlink::agent {
namespace {

using std::chrono::days;

// Bins of the numbers of visits. Those of the persons are finer than those of the steps, and every
// bound of the steps is one of them, so that a person's bin lies within one of the steps'.
constexpr int64_t kVolumeBounds[] = {1, 2, 4, 7, 13, 25, 49};
constexpr int64_t kVisitBounds[] = {0, 1, 2, 3, 4, 5, 7, 10, 13, 18, 25, 35, 49, 70, 100, 140, 200};
constexpr int64_t kLongestStay = 365;

std::vector<std::string> GroupNames(const SynthesisSpec& spec) {
  std::vector<std::string> names;
  for (const CodeGroups::Group& group : spec.code_groups.groups()) names.push_back(group.prefix);
  return names;
}

std::vector<int64_t> Bounds(const google::protobuf::RepeatedField<uint32_t>& bounds) {
  return {bounds.begin(), bounds.end()};
}

Domain VisitsDomain(uint32_t most) {
  std::vector<int64_t> bounds;
  for (const int64_t bound : kVisitBounds) {
    if (bound <= most) bounds.push_back(bound);
  }
  return Domain::OfBounds("visits", std::move(bounds), int64_t{most} + 1);
}

// Rows of a table of steps by what the next step depends on, from all of it to the least.
class StepIndex {
 public:
  StepIndex(const CodedTable& steps, std::vector<std::vector<size_t>> levels)
      : levels_(std::move(levels)), rows_(levels_.size()) {
    for (uint32_t row = 0; row < steps.rows(); ++row) {
      for (size_t level = 0; level < levels_.size(); ++level) {
        std::vector<uint32_t> key;
        for (const size_t column : levels_[level]) key.push_back(steps.columns[column][row]);
        rows_[level][key].push_back(row);
      }
    }
  }

  // A row that agrees with `wanted` (codes by column) at the finest level that has any; -1: none.
  int64_t Pick(const std::vector<uint32_t>& wanted, RandomSource& random) const {
    for (size_t level = 0; level < levels_.size(); ++level) {
      std::vector<uint32_t> key;
      for (const size_t column : levels_[level]) key.push_back(wanted[column]);
      const auto found = rows_[level].find(key);
      if (found != rows_[level].end()) return found->second[random.Below(found->second.size())];
    }
    return -1;
  }

 private:
  std::vector<std::vector<size_t>> levels_;
  std::vector<std::map<std::vector<uint32_t>, std::vector<uint32_t>>> rows_;  // of each level
};

}  // namespace

HistoryModel::HistoryModel(const SynthesisSpec& spec)
    : spec_(spec), visits_(VisitsDomain(spec.proto.claims().max_visits())) {
  const v1::SyntheticClaims& claims = spec.proto.claims();
  const std::vector<std::string> groups = GroupNames(spec);
  std::vector<std::string> before = groups;
  start_ = static_cast<uint32_t>(before.size());
  before.emplace_back("(first visit)");
  const int64_t window = (spec.last_day - spec.first_day).count() + 1;
  domains_.push_back(Domain::OfCategories("before", before));
  domains_.push_back(Domain::OfCategories("group", groups));
  domains_.push_back(Domain::OfCategories("second", groups));
  domains_.push_back(
      Domain::OfCategories("setting", {claims.settings().begin(), claims.settings().end()}));
  const std::vector<int64_t> gaps = Bounds(claims.gap_bounds());
  domains_.push_back(Domain::OfBounds("gap", gaps, std::max(gaps.back(), window) + 1));
  const std::vector<int64_t> stays = Bounds(claims.stay_bounds());
  domains_.push_back(Domain::OfBounds("stay", stays, std::max(stays.back(), kLongestStay) + 1));
  domains_.push_back(Domain::OfBounds(
      "visits", {std::begin(kVolumeBounds), std::end(kVolumeBounds)}, int64_t{1} << 40));
  for (const size_t column : spec.person_columns) domains_.push_back(spec.columns[column]);
}

uint32_t HistoryModel::VolumeOf(size_t visits) const {
  return domains_[kVolume].CodeOfNumber(static_cast<int64_t>(visits));
}

uint32_t HistoryModel::BeforeCode(uint32_t group) const {
  return group < start_ ? group : group + 1;
}

std::vector<uint32_t> HistoryModel::StepOf(const History& history, size_t visit,
                                           const CodedTable& persons, size_t person) const {
  const Visit& now = history[visit];
  std::vector<uint32_t> step(domains_.size());
  step[kBefore] = visit == 0 ? start_ : BeforeCode(history[visit - 1].group);
  step[kGroup] = now.group;
  step[kSecond] = now.second;
  step[kSetting] = now.setting;
  const auto since = visit == 0 ? spec_.first_day : history[visit - 1].start;
  step[kGap] = domains_[kGap].CodeOfNumber((now.start - since).count());
  step[kStay] = domains_[kStay].CodeOfNumber((now.end - now.start).count());
  step[kVolume] = VolumeOf(history.size());
  for (size_t i = 0; i < spec_.person_columns.size(); ++i) {
    step[kColumns + i] = persons.columns[spec_.person_columns[i]][person];
  }
  return step;
}

CodedTable HistoryModel::StepsOf(const std::vector<History>& histories, const CodedTable& persons,
                                 uint64_t steps_per_person, RandomSource& random) const {
  CodedTable steps = CodedTable::For(domains_);
  for (size_t person = 0; person < histories.size(); ++person) {
    std::vector<size_t> chosen(histories[person].size());
    for (size_t i = 0; i < chosen.size(); ++i) chosen[i] = i;
    if (steps_per_person > 0 && chosen.size() > steps_per_person) {
      for (size_t i = 0; i < steps_per_person; ++i) {
        std::swap(chosen[i], chosen[i + random.Below(chosen.size() - i)]);
      }
      chosen.resize(steps_per_person);
    }
    for (const size_t visit : chosen) {
      const std::vector<uint32_t> step = StepOf(histories[person], visit, persons, person);
      for (size_t c = 0; c < step.size(); ++c) {
        steps.columns[c].push_back(static_cast<uint16_t>(step[c]));
      }
    }
  }
  return steps;
}

// Draws one history after another from the rows of a table of steps.
class HistoryModel::Chain {
 public:
  Chain(const HistoryModel& model, const CodedTable& steps, RandomSource& random)
      : model_(model),
        steps_(steps),
        random_(random),
        index_(steps, LevelsOf(model.spec_.person_columns.size())) {}

  // `wanted` visits. Gaps are drawn one by one, so together they may reach beyond the last day:
  // then another history is drawn, and in the end the one taken that has most of the visits.
  History Draw(const std::vector<uint32_t>& first, int64_t wanted) {
    constexpr int kTries = 20;
    History best;
    for (int i = 0; i < kTries && static_cast<int64_t>(best.size()) < wanted; ++i) {
      History history = DrawOnce(first, wanted);
      if (history.size() > best.size()) best = std::move(history);
    }
    return best;
  }

 private:
  static std::vector<std::vector<size_t>> LevelsOf(size_t person_columns) {
    std::vector<size_t> finest{kBefore, kVolume};
    for (size_t i = 0; i < person_columns; ++i) finest.push_back(kColumns + i);
    return {finest, {kBefore, kVolume}, {kBefore}, {kVolume}, {}};
  }

  History DrawOnce(std::vector<uint32_t> at, int64_t wanted) {
    const SynthesisSpec& spec = model_.spec_;
    History history;
    auto day = spec.first_day;
    for (int64_t visit = 0; visit < wanted; ++visit) {
      const int64_t row = index_.Pick(at, random_);
      if (row < 0) break;
      day += days(NumberAt(row, kGap));
      if (day > spec.last_day) break;
      const auto end = std::min(day + days(NumberAt(row, kStay)), spec.last_day);
      history.push_back(
          {day, end, CodeAt(row, kSetting), CodeAt(row, kGroup), CodeAt(row, kSecond)});
      at[kBefore] = model_.BeforeCode(CodeAt(row, kGroup));
    }
    return history;
  }

  uint32_t CodeAt(int64_t row, Column column) const { return steps_.columns[column][row]; }
  int64_t NumberAt(int64_t row, Column column) {
    const Domain& domain = model_.domains_[column];
    const uint32_t bin = CodeAt(row, column);
    return bin < domain.listed() ? domain.NumberOf(bin, random_) : 0;
  }

  const HistoryModel& model_;
  const CodedTable& steps_;
  RandomSource& random_;
  const StepIndex index_;
};

std::vector<History> HistoryModel::Draw(const CodedTable& persons, const CodedTable& steps,
                                        RandomSource& random) const {
  Chain chain(*this, steps, random);
  std::vector<History> histories;
  for (size_t person = 0; person < persons.rows(); ++person) {
    const uint32_t code = persons.columns.back()[person];
    const int64_t wanted = code < visits_.listed() ? visits_.NumberOf(code, random) : 0;
    std::vector<uint32_t> first(domains_.size());
    first[kBefore] = start_;
    first[kVolume] = VolumeOf(wanted);
    for (size_t i = 0; i < spec_.person_columns.size(); ++i) {
      first[kColumns + i] = persons.columns[spec_.person_columns[i]][person];
    }
    histories.push_back(chain.Draw(first, wanted));
  }
  return histories;
}

}  // namespace blindlink::agent
