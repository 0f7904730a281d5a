#include "resolver/linkage/population_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PopulationCheck : public testing::Test {
 protected:
  PopulationCheck() {
    summary_.set_records(2000);
    summary_.set_candidate_pairs(100);
  }

  // A dataset of 1000 records with tokens of one match key, and so many pairs of strangers.
  void Add(const std::string& site, uint32_t match_key = kNameDob, uint64_t strangers = 499'000,
           uint64_t records = 1000) {
    storage::v1::CommittedDataset& dataset = datasets_.emplace_back();
    dataset.mutable_manifest()->set_site(site);
    dataset.mutable_manifest()->set_dataset("d1");
    v1::UploadCounts& counts = *dataset.mutable_counts();
    counts.set_records(records);
    v1::MatchKeyCounts& key = *counts.add_match_keys();
    key.set_match_key(match_key);
    key.set_tokens(records);
    v1::ChanceAgreement& field = *counts.add_chance();
    field.add_levels(strangers / 2);
    field.add_levels(strangers - strangers / 2);
  }

  std::vector<std::string> Warnings(const Plan& plan = TinyPlan()) {
    WarnOfOddPopulations(plan, datasets_, &summary_);
    return {summary_.score().warnings().begin(), summary_.score().warnings().end()};
  }

  std::vector<storage::v1::CommittedDataset> datasets_;
  v1::RunSummary summary_;
};

TEST_F(PopulationCheck, UsualOnesAreNotSpokenOf) {
  Add("north");
  Add("south");
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(PopulationCheck, SitesWithoutAMatchKeyInCommon) {
  Add("north", kNameDob);
  Add("south", kLastDob);
  summary_.set_candidate_pairs(0);
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("no match key in common")));
}

TEST_F(PopulationCheck, NoCandidates) {
  Add("north");
  Add("south");
  summary_.set_candidate_pairs(0);
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("no two records that could be compared")));
}

TEST_F(PopulationCheck, OneSiteWithoutAnother) {
  Add("north");
  summary_.set_candidate_pairs(0);
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("only one site has records")));
  summary_.clear_score();
  EXPECT_THAT(Warnings(TinyPlan("entity_rules { within_site_duplicates: true }")),
              ElementsAre(HasSubstr("no two records that could be compared")));
}

TEST_F(PopulationCheck, RecordsWithOnlyOverusedTokens) {
  Add("north");
  Add("south");
  summary_.set_tokens_overused(12);
  summary_.set_records_only_overused(19);
  EXPECT_THAT(Warnings(), IsEmpty());
  summary_.set_records_only_overused(500);
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr(
                              "500 records (25 %) share with others only tokens that more than "
                              "500 records have; these 12 tokens are not used")));
}

TEST_F(PopulationCheck, ASiteFullOfCopiesIsNamed) {
  Add("north");
  Add("south", kNameDob, 249'750);
  Add("tiny", kNameDob, 0, 9);  // a family, perhaps
  EXPECT_THAT(Warnings(),
              ElementsAre(HasSubstr("50 % of the pairs of records in south/d1 look like one")));
}

// The agent counted its sample when it sent the dataset.
TEST_F(PopulationCheck, ASiteFullOfCopiesIsNamedAlsoWhenItHasWithdrawnRecords) {
  Add("north");
  Add("south", kNameDob, 249'750);
  datasets_[1].set_records_at_commit(1000);
  datasets_[1].mutable_counts()->set_records(700);
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("50 % of the pairs of records in south/d1")));
}

}  // namespace
}  // namespace blindlink::resolver
