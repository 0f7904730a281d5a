#include "common/drift/dataset_drift.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

namespace blindlink {
namespace {

using Measures = std::map<MeasureName, Measure>;

constexpr int kMostFindings = 40;

bool IsComparable(const CountedDataset& dataset, const CountedDataset& earlier) {
  const std::string& replaces = dataset.manifest.replaces();
  return IsSample(earlier.manifest) && earlier.records > 0 &&
         earlier.manifest.tokenization_digest() == dataset.manifest.tokenization_digest() &&
         (replaces.empty() || earlier.manifest.dataset() == replaces);
}

std::vector<const CountedDataset*> ComparableOf(const CountedDataset& dataset,
                                                const std::vector<CountedDataset>& earlier) {
  std::vector<const CountedDataset*> found;
  for (const CountedDataset& each : earlier) {
    if (IsComparable(dataset, each)) found.push_back(&each);
  }
  const auto extra =
      static_cast<std::ptrdiff_t>(found.size() - std::min(found.size(), kMostEarlier));
  found.erase(found.begin(), found.begin() + extra);
  return found;
}

// One measure of the dataset beside the same of the earlier ones.
struct Comparison {
  MeasureName name;
  Measure now;
  std::vector<CountedShare> before;
};

std::vector<Comparison> ComparisonsOf(const Measures& now, const std::vector<Measures>& before) {
  std::vector<Comparison> comparisons;
  for (const auto& [name, measure] : now) {
    Comparison comparison{name, measure, {}};
    for (const Measures& each : before) {
      const auto found = each.find(name);
      if (found != each.end()) comparison.before.push_back(found->second.share);
    }
    if (!comparison.before.empty()) comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

bool IsLarge(v1::DriftMeasure measure, double before, double now) {
  if (measure == v1::TOKENS_PER_RECORD) return std::abs(now - before) >= kLeastRatio * before;
  return std::abs(now - before) >= kLeastPoints && EffectSize(before, now) >= kLeastEffect;
}

std::optional<v1::DriftFinding> Judge(const Comparison& comparison, double most_chance) {
  const CountedShare pooled = Pooled(comparison.before);
  v1::DriftFinding finding;
  finding.set_measure(comparison.name.first);
  finding.set_subject(comparison.name.second);
  finding.set_before(comparison.now.ValueOf(pooled.value()));
  finding.set_now(comparison.now.ValueOf(comparison.now.share.value()));
  if (!IsLarge(finding.measure(), finding.before(), finding.now())) return std::nullopt;
  const double effect = DesignEffect(comparison.before);
  finding.set_chance(
      ChanceOfDifference(pooled.Divided(effect), comparison.now.share.Divided(effect)));
  if (finding.chance() > most_chance) return std::nullopt;
  return finding;
}

// The larger, the earlier it is told: shares by Cohen's h, means by their ratio.
double SizeOf(const v1::DriftFinding& finding) {
  if (finding.measure() != v1::TOKENS_PER_RECORD) {
    return EffectSize(finding.before(), finding.now());
  }
  return std::abs(std::log(finding.now() / finding.before()));
}

}  // namespace

bool IsSample(const v1::UploadManifest& manifest) { return manifest.kind() != v1::CORRECTION; }

v1::DatasetDrift CompareWithEarlier(const CountedDataset& dataset,
                                    const std::vector<CountedDataset>& earlier, const Plan& plan) {
  v1::DatasetDrift drift;
  if (!IsSample(dataset.manifest)) {
    drift.set_not_compared("a correction has only records that were wrong");
    return drift;
  }
  const std::vector<const CountedDataset*> compared = ComparableOf(dataset, earlier);
  if (compared.empty()) {
    drift.set_not_compared("the site has committed nothing before that it could be compared with");
    return drift;
  }
  std::vector<Measures> before;
  for (const CountedDataset* each : compared) {
    drift.add_compared_with(each->manifest.dataset());
    before.push_back(MeasuresOf(*each, plan));
  }
  const std::vector<Comparison> comparisons = ComparisonsOf(MeasuresOf(dataset, plan), before);
  drift.set_comparisons(static_cast<uint32_t>(comparisons.size()));
  std::vector<v1::DriftFinding> findings;
  for (const Comparison& comparison : comparisons) {
    const auto found = Judge(comparison, kFalseAlarms / static_cast<double>(comparisons.size()));
    if (found.has_value()) findings.push_back(*found);
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const auto& a, const auto& b) { return SizeOf(a) > SizeOf(b); });
  for (const v1::DriftFinding& finding : findings) {
    if (drift.findings_size() < kMostFindings) *drift.add_findings() = finding;
  }
  return drift;
}

}  // namespace blindlink
