#include "absl/strings/str_format.h"
#include "agent/risk/risk_report.h"

namespace blindlink::agent {
namespace {

constexpr double kRounding = 1e-9;

void CheckSensitive(const v1::SensitiveColumn& target, const SensitiveFigures& figures,
                    std::vector<std::string>* above) {
  if (figures.least_distinct < target.distinct()) {
    above->push_back(
        absl::StrFormat("A group has only %u different values of %s; the plan asks for %u.",
                        figures.least_distinct, target.column(), target.distinct()));
  }
  if (target.entropy() > 0 && figures.least_entropy < target.entropy() * (1 - kRounding)) {
    above->push_back(absl::StrFormat(
        "The values of %s in a group are as even as %.3f equal ones; the plan asks for %g.",
        target.column(), figures.least_entropy, target.entropy()));
  }
  if (target.closeness() > 0 && figures.largest_distance > target.closeness() + 2 * kRounding) {
    above->push_back(absl::StrFormat(
        "The distribution of %s in a group differs from the table's by %.3f; the plan allows %g.",
        target.column(), figures.largest_distance, target.closeness()));
  }
}

}  // namespace

std::vector<std::string> FindAboveTargets(const v1::PrivacyTargets& targets, const TableRisk& risk,
                                          const std::optional<AcrossReleases>& across) {
  std::vector<std::string> above;
  if (risk.groups > 0 && risk.smallest_group < targets.k()) {
    above.push_back(
        absl::StrFormat("The smallest group has %u %s, and %u persons are in groups below k; "
                        "the plan asks for k = %u.",
                        risk.smallest_group, risk.smallest_group == 1 ? "person" : "persons",
                        risk.RowsBelow(targets.k()), targets.k()));
  }
  const double suppressed = static_cast<double>(risk.suppressed) / static_cast<double>(risk.rows);
  if (suppressed > targets.max_suppressed() + kRounding) {
    above.push_back(absl::StrFormat(
        "All quasi-identifiers of %.2f %% of the persons are left out; the plan allows %.2f %%.",
        100 * suppressed, 100 * targets.max_suppressed()));
  }
  const double highest =
      targets.population() > 0 ? risk.journalist.highest : risk.prosecutor.highest;
  if (!IsAcceptableRisk(highest, targets.max_risk())) {
    above.push_back(absl::StrFormat(
        "The highest risk that a person is recognized is %.3f; the plan allows %.3f.", highest,
        targets.max_risk()));
  }
  for (int i = 0; i < targets.sensitive_size(); ++i) {
    if (risk.groups > 0) CheckSensitive(targets.sensitive(i), risk.sensitive[i], &above);
  }
  if (across.has_value() && across->rows > 0 && across->smallest_group < targets.k()) {
    above.push_back(absl::StrFormat(
        "Together with the earlier release, %u persons are in groups below k; the smallest has %u.",
        across->rows_below_k, across->smallest_group));
  }
  return above;
}

}  // namespace blindlink::agent
