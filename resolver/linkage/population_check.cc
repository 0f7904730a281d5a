#include "resolver/linkage/population_check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/plan/fake_records.h"
#include "common/score/chance_rates.h"

namespace blindlink::resolver {
namespace {

using Datasets = std::vector<storage::v1::CommittedDataset>;

// Of the records, those with only over-used tokens, from which on the run says so.
constexpr double kManyUnreached = 0.01;
// Of a sample's pairs, those left out as one person or household, from which on a third of its
// records are one person. Fewer records say nothing.
constexpr double kManyCopies = 0.1;
constexpr uint64_t kFewRecords = 10;

std::string Percent(double share) { return absl::StrFormat("%.3g %%", 100 * share); }

bool HasTwoSites(const Datasets& datasets) {
  return std::any_of(datasets.begin(), datasets.end(), [&](const auto& dataset) {
    return dataset.manifest().site() != datasets.front().manifest().site();
  });
}

bool HasKeyInCommon(const Datasets& datasets, bool within_site) {
  std::map<uint32_t, std::set<std::string>> sites_of_key;
  for (const auto& dataset : datasets) {
    for (const v1::MatchKeyCounts& key : dataset.counts().match_keys()) {
      if (key.tokens() > 0) sites_of_key[key.match_key()].insert(dataset.manifest().site());
    }
  }
  return std::any_of(sites_of_key.begin(), sites_of_key.end(), [within_site](const auto& key) {
    return key.second.size() >= (within_site ? 1 : 2);
  });
}

void WarnOfNoCandidates(const Plan& plan, const Datasets& datasets, v1::RunSummary* summary) {
  if (summary->candidate_pairs() > 0) return;
  v1::ScoreReport& report = *summary->mutable_score();
  const bool within_site = plan.proto().entity_rules().within_site_duplicates();
  if (!within_site && !HasTwoSites(datasets)) {
    report.add_warnings(
        "only one site has records in this run, and the plan does not compare those of one site");
  } else if (HasKeyInCommon(datasets, within_site)) {
    report.add_warnings("no two records that could be compared share a token that is used");
  } else {
    report.add_warnings(
        "the sites have no match key in common, so that no pair can be found: compare their "
        "columns (blindlink-agent profile)");
  }
}

void WarnOfOveruse(const Plan& plan, v1::RunSummary* summary) {
  const double share = static_cast<double>(summary->records_only_overused()) /
                       static_cast<double>(std::max<uint64_t>(1, summary->records()));
  if (share < kManyUnreached) return;
  summary->mutable_score()->add_warnings(absl::StrCat(
      summary->records_only_overused(), " records (", Percent(share),
      ") share with others only tokens that more than ",
      plan.proto().limits().max_records_per_token(), " records have; these ",
      summary->tokens_overused(),
      " tokens are not used, so that the records are in no pair: there are very many records of "
      "one person, or values that stand for none"));
}

// Of the pairs in the sample that the agent counted, those it left out as one person or household.
double ShareRelated(const v1::UploadCounts& counts, uint64_t real_records) {
  const double records =
      static_cast<double>(std::min<uint64_t>(real_records, kChanceSampleRecords));
  double counted = 0;
  for (const v1::ChanceAgreement& field : counts.chance()) {
    double sum = 0;
    for (const uint64_t pairs : field.levels()) sum += static_cast<double>(pairs);
    counted = std::max(counted, sum);
  }
  return 1 - counted / (records * (records - 1) / 2);
}

void WarnOfCopies(const Plan& plan, const Datasets& datasets, v1::ScoreReport* report) {
  std::map<std::string, double> by_name;  // so that the order of the uploads does not matter
  for (const auto& dataset : datasets) {
    const v1::UploadCounts& counts = dataset.counts();
    // The agent counted the pairs of what it sent.
    const uint64_t sent =
        dataset.records_at_commit() == 0 ? counts.records() : dataset.records_at_commit();
    const uint64_t records = RealAmong(sent, plan.proto().fakes_per_1000_records());
    if (counts.chance().empty() || records < kFewRecords) continue;
    by_name[absl::StrCat(dataset.manifest().site(), "/", dataset.manifest().dataset())] =
        ShareRelated(counts, records);
  }
  for (const auto& [name, share] : by_name) {
    if (share < kManyCopies) continue;
    report->add_warnings(absl::StrCat(
        Percent(share), " of the pairs of records in ", name,
        " look like one person or household: it repeats some records very often, and what it says "
        "of strangers is uncertain"));
  }
}

}  // namespace

void WarnOfOddPopulations(const Plan& plan, const Datasets& datasets, v1::RunSummary* summary) {
  WarnOfNoCandidates(plan, datasets, summary);
  WarnOfOveruse(plan, summary);
  WarnOfCopies(plan, datasets, summary->mutable_score());
}

}  // namespace blindlink::resolver
