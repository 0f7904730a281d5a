#include "resolver/linkage/chance_check.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace blindlink::resolver {
namespace {

// How many times more often strangers agree at a site than elsewhere, from which on it is named.
constexpr double kDeviates = 10;
// A family, or one wrong value that thirty records have, makes this many pairs agree.
constexpr double kFewPairs = 400;
// A site near its patients has few places: it is named only if half of its strangers agree.
constexpr double kLocalSite = 0.5;

struct Site {
  std::string name;
  SiteCounts counts;
};

// By name of site and dataset, so that not even the last digit depends on the order of the uploads.
std::vector<Site> SitesOf(const std::vector<storage::v1::CommittedDataset>& datasets) {
  std::map<std::string, std::map<std::string, const v1::UploadCounts*>> by_name;
  for (const auto& dataset : datasets) {
    auto& site = by_name[dataset.manifest().site()];
    if (CheckChance(dataset.counts()).ok()) site[dataset.manifest().dataset()] = &dataset.counts();
  }
  std::vector<Site> sites;
  for (const auto& [name, counts] : by_name) {
    Site& site = sites.emplace_back(Site{name, {}});
    for (const auto& [dataset, of_dataset] : counts) site.counts.push_back(of_dataset);
  }
  return sites;
}

ChanceRates RatesOf(const std::vector<Site>& sites, const std::vector<ScoredField>& fields) {
  std::vector<SiteCounts> counts;
  for (const Site& site : sites) counts.push_back(site.counts);
  return CombineChance(fields, counts);
}

double AgreeingIn(const LevelRates& levels, const ScoredField& field) {
  return std::accumulate(levels.begin() + static_cast<std::ptrdiff_t>(field.agrees_from),
                         levels.end(), 0.0);
}

// Of a site's pairs of strangers, those that agree in a field.
struct Agreement {
  const Site* site;
  double pairs;
  double share;
};

// Of the sites that counted enough to be judged.
std::vector<Agreement> Agreements(const std::vector<Site>& sites, const ScoredField& field) {
  std::vector<Agreement> agreements;
  for (const Site& site : sites) {
    const LevelRates counted = CountedLevels(site.counts, field, /*situation=*/0);
    const double pairs = std::accumulate(counted.begin() + 1, counted.end(), 0.0);
    if (pairs < kEnoughPairs) continue;
    agreements.push_back({&site, pairs, AgreeingIn(counted, field) / pairs});
  }
  return agreements;
}

bool Deviates(const ScoredField& field, const Agreement& here, double elsewhere) {
  const auto [less, more] = std::minmax(here.share, elsewhere);
  const bool of_place = IsPlace(field.comparison) || field.comparison == Comparison::kStreetAddress;
  if (of_place && more < kLocalSite) return false;
  return more > kDeviates * less && more * here.pairs >= kFewPairs;
}

std::string Percent(double share) { return absl::StrFormat("%.3g %%", 100 * share); }

std::string Deviation(const ScoredField& field, const Agreement& here, const std::string& others,
                      double elsewhere) {
  return absl::StrCat("strangers agree in ", field.name, " in ", Percent(here.share),
                      " of the pairs that ", here.site->name, " counted, and in ",
                      Percent(elsewhere), " ", others, ": either the people of ", here.site->name,
                      " differ from the others, or its counts are wrong. The scores of pairs that "
                      "agree in ",
                      field.name, " are uncertain");
}

}  // namespace

ChanceRates ChanceOfSites(const std::vector<storage::v1::CommittedDataset>& datasets,
                          const std::vector<ScoredField>& fields) {
  return RatesOf(SitesOf(datasets), fields);
}

void WarnOfDeviatingSites(const std::vector<storage::v1::CommittedDataset>& datasets,
                          const std::vector<ScoredField>& fields, v1::ScoreReport* report) {
  const std::vector<Site> sites = SitesOf(datasets);
  const ChanceRates rates = RatesOf(sites, fields);
  for (size_t f = 0; f < fields.size(); ++f) {
    std::vector<Agreement> agreements = Agreements(sites, fields[f]);
    if (agreements.size() == 2) {  // each is the other's measure: one sentence names both
      std::sort(agreements.begin(), agreements.end(),
                [](const Agreement& a, const Agreement& b) { return a.share > b.share; });
      const auto& [site, pairs, share] = agreements[1];
      if (!Deviates(fields[f], agreements[0], share)) continue;
      report->add_warnings(Deviation(
          fields[f], agreements[0], absl::StrCat("of those that ", site->name, " counted"), share));
    } else if (agreements.size() > 2) {
      const double usual = AgreeingIn(rates[0][f], fields[f]);
      for (const Agreement& here : agreements) {
        if (!Deviates(fields[f], here, usual)) continue;
        report->add_warnings(Deviation(fields[f], here, "at most sites", usual));
      }
    }
  }
}

}  // namespace blindlink::resolver
