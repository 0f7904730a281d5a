#include "agent/clinical/release/care_change.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "absl/strings/str_format.h"
#include "common/base/compact_encoding.h"

namespace blindlink::agent {
namespace {

constexpr int kToldBits = 6;

// To four digits: enough to compare, and too few for differences to tell of one visit.
// A half is rounded up though its binary fraction may be a little less.
double Rounded(double value) {
  if (value == 0) return 0;
  value *= 1 + 1e-13;
  const double unit = std::pow(10, std::floor(std::log10(std::abs(value))) - 3);
  return unit >= 1 ? std::round(value / unit) * unit : std::round(value / unit) / (1 / unit);
}

double RateOf(uint64_t cases, uint64_t of) {
  return of == 0 ? 0 : std::round(1e4 * static_cast<double>(cases) / static_cast<double>(of)) / 1e4;
}

CareChange::Cost CostOf(std::vector<int64_t> amounts) {
  CareChange::Cost cost;
  cost.visits = amounts.size();
  if (amounts.empty()) return cost;
  std::sort(amounts.begin(), amounts.end());
  double total = 0;
  for (const int64_t amount : amounts) total += static_cast<double>(amount);
  const size_t middle = amounts.size() / 2;
  const int64_t upper = amounts[middle];
  const int64_t lower = amounts.size() % 2 == 1 ? upper : amounts[middle - 1];
  cost.total = Rounded(total / 100);
  cost.mean = Rounded(total / 100 / static_cast<double>(amounts.size()));
  cost.median = Rounded(static_cast<double>(lower + upper) / 200);
  return cost;
}

bool HasColumn(const v1::DataProduct& product, absl::string_view table, absl::string_view column) {
  for (const v1::Table& one : product.tables()) {
    if (one.name() != table) continue;
    if (column.empty()) return true;
    return std::any_of(one.columns().begin(), one.columns().end(),
                       [&](const std::string& name) { return name == "*" || name == column; });
  }
  return false;
}

void AddTo(const PersonCare& care, PersonCare* sum) {
  sum->stays += care.stays;
  sum->readmitted += care.readmitted;
  sum->complicated += care.complicated;
  sum->amounts.insert(sum->amounts.end(), care.amounts.begin(), care.amounts.end());
}

std::string TextOf(const CareChange::Rate& rate) {
  return absl::StrFormat("%.2f %% of %d stays", 100 * rate.rate, rate.stays);
}

std::string TextOf(const CareChange::Cost& cost) {
  return absl::StrFormat("mean %.6g, median %.6g, total %.6g of %d visits", cost.mean, cost.median,
                         cost.total, cost.visits);
}

template <typename T>
void AppendText(absl::string_view name, const CareChange::Measure<T>& measure, std::string* text) {
  absl::StrAppend(text, "  ", name, ": ");
  if (!measure.missing.empty()) {
    absl::StrAppend(text, "not measured, since ", measure.missing, "\n");
  } else if (measure.hidden) {
    absl::StrAppend(text, "hidden, since it would tell of a few persons\n");
  } else {
    absl::StrAppend(text, TextOf(measure.before), " -> ", TextOf(measure.after), "\n");
  }
}

void AddValues(const CareChange::Rate& rate, JsonWriter* json) {
  json->BeginObject().Key("stays").Number(rate.stays).Key("rate").Number(rate.rate).EndObject();
}

void AddValues(const CareChange::Cost& cost, JsonWriter* json) {
  json->BeginObject().Key("visits").Number(cost.visits).Key("mean").Number(cost.mean);
  json->Key("median").Number(cost.median).Key("total").Number(cost.total).EndObject();
}

template <typename T>
void AddMeasure(absl::string_view name, const CareChange::Measure<T>& measure, JsonWriter* json) {
  json->Key(name);
  if (!measure.missing.empty()) {
    json->BeginObject().Key("missing").Text(measure.missing).EndObject();
  } else if (measure.hidden) {
    json->Null();
  } else {
    json->BeginObject().Key("before");
    AddValues(measure.before, json);
    json->Key("after");
    AddValues(measure.after, json);
    json->EndObject();
  }
}

template <typename T>
void AppendMeasure(const CareChange::Measure<T>& measure, std::string* out) {
  AppendCompact(measure.missing, out);
  AppendCompact(uint64_t{measure.hidden}, out);
  for (const T& value : {measure.before, measure.after}) {
    out->append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
}

template <typename T>
void TakeMeasure(absl::string_view* bytes, CareChange::Measure<T>* measure) {
  measure->missing = TakeCompactText(bytes);
  measure->hidden = TakeCompactNumber(bytes) != 0;
  for (T* const value : {&measure->before, &measure->after}) {
    std::memcpy(value, bytes->data(), sizeof(T));
    bytes->remove_prefix(sizeof(T));
  }
}

}  // namespace

void CareComparison::Tell(uint64_t* told, Kind kind, uint64_t cases_before, uint64_t of_before,
                          uint64_t cases_after, uint64_t of_after) {
  const uint64_t other_before = of_before - cases_before;
  const uint64_t other_after = of_after - cases_after;
  const auto set = [&](bool is_told, Told what) {
    if (is_told) *told |= uint64_t{1} << (kind * kToldBits + what);
  };
  set(cases_before > 0, kBefore);
  set(other_before > 0, kOtherBefore);
  set(cases_after > 0, kAfter);
  set(other_after > 0, kOtherAfter);
  set(cases_before != cases_after, kChanged);
  set(other_before != other_after, kOtherChanged);
}

void CareComparison::Add(uint64_t person, const PersonCare& before, const PersonCare& after) {
  AddTo(before, &before_);
  AddTo(after, &after_);
  uint64_t& told = told_[person];
  Tell(&told, kReadmission, before.readmitted, before.stays, after.readmitted, after.stays);
  Tell(&told, kComplication, before.complicated, before.stays, after.complicated, after.stays);
  const uint64_t cost_before = before.amounts.size();
  uint64_t cost_after = after.amounts.size();
  if (before.amounts != after.amounts && cost_before == cost_after) ++cost_after;  // it changed
  Tell(&told, kCost, cost_before, cost_before, cost_after, cost_after);
}

bool CareComparison::IsHidden(Kind kind, uint32_t min_cell) const {
  std::array<uint64_t, kToldBits> persons = {};
  for (const auto& [person, told] : told_) {
    for (int what = 0; what < kToldBits; ++what) {
      persons[what] += told >> (kind * kToldBits + what) & 1;
    }
  }
  return std::any_of(persons.begin(), persons.end(),
                     [&](uint64_t count) { return count > 0 && count < min_cell; });
}

CareChange::Measure<CareChange::Rate> CareComparison::RateOf(Kind kind, uint64_t cases_before,
                                                             uint64_t cases_after,
                                                             uint32_t min_cell) const {
  CareChange::Measure<CareChange::Rate> measure;
  if (before_.stays == 0) {
    measure.missing = "the source has no visit with the setting inpatient";
  } else if (IsHidden(kind, min_cell)) {
    measure.hidden = true;
  } else {
    measure.before = {before_.stays, agent::RateOf(cases_before, before_.stays)};
    measure.after = {after_.stays, agent::RateOf(cases_after, after_.stays)};
  }
  return measure;
}

CareChange CareComparison::Finish(const v1::ReleasePlan& plan, uint32_t min_cell) {
  CareChange change;
  change.readmission = RateOf(kReadmission, before_.readmitted, after_.readmitted, min_cell);
  change.complication = RateOf(kComplication, before_.complicated, after_.complicated, min_cell);
  if (plan.complications().empty() &&
      std::all_of(plan.codes().begin(), plan.codes().end(),
                  [](const v1::CodeRule& rule) { return rule.keep().empty(); })) {
    change.complication = {.missing = "the release plan names no complications"};
  }
  if (plan.dates().unit() != v1::DAYS) {
    change.readmission = {.missing = "dates are not released as days"};
    change.complication = change.readmission;
  }
  if (before_.amounts.empty()) {
    change.cost.missing = "the source has no amounts of visits";
  } else if (IsHidden(kCost, min_cell)) {
    change.cost.hidden = true;
  } else {
    change.cost.before = CostOf(std::move(before_.amounts));
    change.cost.after = CostOf(std::move(after_.amounts));
  }
  return change;
}

std::string CareText(const CareChange& change) {
  std::string text = "what can be measured before -> after\n";
  AppendText("readmitted within 30 days", change.readmission, &text);
  AppendText("complication within 90 days", change.complication, &text);
  AppendText("cost", change.cost, &text);
  return text;
}

void AddCare(const CareChange& change, const v1::DataProduct& product, JsonWriter* json) {
  const bool has_stays = HasColumn(product, "visits", "setting");
  if (has_stays) AddMeasure("readmission_within_30_days", change.readmission, json);
  if (has_stays && HasColumn(product, "diagnoses", "")) {
    AddMeasure("complication_within_90_days", change.complication, json);
  }
  if (HasColumn(product, "visits", "amount")) AddMeasure("cost", change.cost, json);
}

void AppendCareChange(const CareChange& change, std::string* out) {
  AppendMeasure(change.readmission, out);
  AppendMeasure(change.complication, out);
  AppendMeasure(change.cost, out);
}

CareChange TakeCareChange(absl::string_view* bytes) {
  CareChange change;
  TakeMeasure(bytes, &change.readmission);
  TakeMeasure(bytes, &change.complication);
  TakeMeasure(bytes, &change.cost);
  return change;
}

}  // namespace blindlink::agent
