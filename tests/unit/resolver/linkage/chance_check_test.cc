#include "resolver/linkage/chance_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::resolver {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Datasets = std::vector<storage::v1::CommittedDataset>;

std::vector<ScoredField> Fields() {
  static constexpr const char* kLevels[] = {"missing", "differs", "similar", "exact"};
  std::vector<ScoredField> fields(2);
  fields[0].name = "last_name";
  fields[1].name = "place";
  fields[1].comparison = Comparison::kPostalCode;
  for (ScoredField& field : fields) field.levels = kLevels;
  return fields;
}

// A dataset of 1500 records, a million pairs of which so many agree.
storage::v1::CommittedDataset Dataset(absl::string_view site, uint64_t agree_in_last_name,
                                      uint64_t agree_in_place = 5000, uint64_t records = 1500) {
  storage::v1::CommittedDataset dataset;
  dataset.mutable_manifest()->set_site(std::string(site));
  dataset.mutable_manifest()->set_dataset("d1");
  v1::UploadCounts& counts = *dataset.mutable_counts();
  counts.set_records(records);
  for (const auto& [name, agree] :
       {std::pair("last_name", agree_in_last_name), std::pair("place", agree_in_place)}) {
    v1::ChanceAgreement& field = *counts.add_chance();
    field.set_field(name);
    for (const uint64_t level : {uint64_t{0}, 1'000'000 - agree, uint64_t{0}, agree}) {
      field.add_levels(level);
    }
  }
  return dataset;
}

std::vector<std::string> Warnings(const Datasets& datasets) {
  v1::ScoreReport report;
  WarnOfDeviatingSites(datasets, Fields(), &report);
  return {report.warnings().begin(), report.warnings().end()};
}

TEST(ChanceCheck, SitesOfOnePopulationAreNotNamed) {
  EXPECT_THAT(Warnings({Dataset("north", 1000), Dataset("south", 4000)}), IsEmpty());
  EXPECT_THAT(Warnings({Dataset("east", 900), Dataset("north", 1000), Dataset("south", 1100)}),
              IsEmpty());
  EXPECT_THAT(Warnings({Dataset("north", 1000)}), IsEmpty());
}

TEST(ChanceCheck, TheSiteThatDeviatesIsNamedWithTheField) {
  EXPECT_THAT(Warnings({Dataset("east", 900), Dataset("north", 1000), Dataset("south", 410'000)}),
              ElementsAre(AllOf(HasSubstr("last_name in 41 % of the pairs that south counted"),
                                HasSubstr("at most sites"))));
  EXPECT_THAT(Warnings({Dataset("east", 9000), Dataset("north", 10'000), Dataset("south", 0)}),
              ElementsAre(HasSubstr("last_name in 0 % of the pairs that south counted")));
}

TEST(ChanceCheck, OfTwoSitesThatDifferBothAreNamed) {
  EXPECT_THAT(Warnings({Dataset("north", 1000), Dataset("south", 410'000)}),
              ElementsAre(AllOf(HasSubstr("41 % of the pairs that south counted"),
                                HasSubstr("0.1 % of those that north counted"))));
}

TEST(ChanceCheck, ASiteNearItsPatientsIsNotNamed) {
  EXPECT_THAT(Warnings({Dataset("north", 1000, 500), Dataset("south", 1000, 200'000)}), IsEmpty());
  EXPECT_THAT(Warnings({Dataset("north", 1000, 500), Dataset("south", 1000, 900'000)}),
              ElementsAre(HasSubstr("place")));
}

TEST(ChanceCheck, CountsThatCannotBeTrueDoNotCount) {
  const std::vector<ScoredField> fields = Fields();
  const Datasets honest = {Dataset("north", 1000), Dataset("south", 1000)};
  Datasets forged = honest;
  forged.push_back(Dataset("west", 1'000'000, 1'000'000, /*records=*/1));
  EXPECT_EQ(ChanceOfSites(honest, fields), ChanceOfSites(forged, fields));
}

TEST(ChanceCheck, TheOrderOfTheDatasetsDoesNotMatter) {
  const std::vector<ScoredField> fields = Fields();
  Datasets datasets = {Dataset("north", 1000), Dataset("south", 3), Dataset("west", 70'001)};
  datasets.push_back(datasets[0]);
  datasets.back().mutable_manifest()->set_dataset("d2");
  const Datasets reversed(datasets.rbegin(), datasets.rend());
  EXPECT_EQ(ChanceOfSites(datasets, fields), ChanceOfSites(reversed, fields));
}

}  // namespace
}  // namespace blindlink::resolver
