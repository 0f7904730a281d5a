#include "agent/risk/group_tally.h"

#include <algorithm>
#include <cmath>

namespace blindlink::agent {
namespace {

constexpr uint32_t kNone = ~uint32_t{0};
constexpr double kRounding = 1e-9;
// Of the best value's gain: what a value must bring to be taken. Lower wins closer rows, higher
// smaller groups.
constexpr double kWorthwhile = 0.3;

double XLogX(double x) { return x > 0 ? x * std::log(x) : 0; }

}  // namespace

GroupTally::GroupTally(const RecodingProblem& problem) : problem_(problem) {
  for (const SensitiveRule& rule : problem.sensitive) {
    columns_.push_back({&rule,
                        std::vector<uint32_t>(rule.share.size()),
                        {},
                        std::vector<double>(rule.share.size()),
                        0});
  }
}

void GroupTally::Clear() {
  for (Column& column : columns_) {
    for (const uint32_t code : column.present) column.counts[code] = 0;
    column.present.clear();
  }
  size_ = 0;
}

void GroupTally::Add(uint32_t row) {
  for (Column& column : columns_) {
    const uint32_t code = column.rule->codes[row];
    if (column.counts[code]++ == 0) column.present.push_back(code);
  }
  ++size_;
}

double GroupTally::Entropy(const Column& column, uint32_t code) const {
  const double size = size_ + (code == kNone ? 0 : 1);
  double sum = code != kNone && column.counts[code] == 0 ? XLogX(1 / size) : 0;
  for (const uint32_t present : column.present) {
    sum += XLogX((column.counts[present] + (present == code ? 1 : 0)) / size);
  }
  return -sum;
}

double GroupTally::Distance(const Column& column, uint32_t code) const {
  const double size = size_ + (code == kNone ? 0 : 1);
  double above = 0;  // half of the sum of differences is the sum of those above the share
  const auto add = [&](uint32_t of, double count) {
    above += std::max(0.0, count / size - column.rule->share[of]);
  };
  for (const uint32_t present : column.present) {
    add(present, column.counts[present] + (present == code ? 1 : 0));
  }
  if (code != kNone && column.counts[code] == 0) add(code, 1);
  return above;
}

bool GroupTally::Keeps(const Column& column) const {
  const SensitiveRule& rule = *column.rule;
  if (column.present.size() < rule.distinct) return false;
  if (rule.entropy > 0 && Entropy(column, kNone) < std::log(rule.entropy) - kRounding) return false;
  return rule.closeness <= 0 || Distance(column, kNone) <= rule.closeness + kRounding;
}

bool GroupTally::IsWhole() const {
  if (size_ < problem_.k) return false;
  return std::all_of(columns_.begin(), columns_.end(),
                     [this](const Column& column) { return Keeps(column); });
}

double GroupTally::Gain(const Column& column, uint32_t code) const {
  const SensitiveRule& rule = *column.rule;
  if (rule.closeness > 0) return Distance(column, kNone) - Distance(column, code);
  if (rule.entropy > 0) return Entropy(column, code) - Entropy(column, kNone);
  return column.counts[code] == 0 ? 1 : 0;
}

void GroupTally::Prepare() {
  const uint32_t room = problem_.k > size_ ? problem_.k - size_ : 0;
  for (Column& column : columns_) {
    column.least_gain = -1;
    const SensitiveRule& rule = *column.rule;
    if (size_ == 0 || Keeps(column)) continue;
    const bool only_distinct = rule.entropy <= 0 && rule.closeness <= 0;
    if (only_distinct && rule.distinct - column.present.size() < room) continue;
    double best = 0;
    for (uint32_t code = 0; code < column.gain.size(); ++code) {
      column.gain[code] = Gain(column, code);
      best = std::max(best, column.gain[code]);
    }
    column.least_gain = best > 0 ? best * kWorthwhile : -1;
  }
}

bool GroupTally::WouldHelp(uint32_t row) const {
  for (const Column& column : columns_) {
    if (column.least_gain >= 0 && column.gain[column.rule->codes[row]] < column.least_gain) {
      return false;
    }
  }
  return true;
}

bool MayStand(const RecodingProblem& problem, absl::Span<const uint32_t> rows, GroupTally* tally) {
  if (rows.size() < problem.k) return false;
  if (problem.sensitive.empty()) return true;
  tally->Clear();
  for (const uint32_t row : rows) tally->Add(row);
  return tally->IsWhole();
}

}  // namespace blindlink::agent
