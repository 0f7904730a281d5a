#include "resolver/linkage/run_entities.h"

#include "common/plan/plan.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

class RunEntitiesTest : public LinkageTest {
 protected:
  // Its only match key fixes all evidence, so tokens carry no codes.
  static Plan PlanThat(const std::string& decides, const std::string& rest = "") {
    absl::StatusOr<Plan> plan = Plan::Parse(absl::StrCat(R"(
      name: "tiny" version: 1 description: "d" standardizer_version: "3"
      fields { name: "last_name" standardizer: SURNAME }
      fields { name: "date_of_birth" standardizer: DATE }
      match_keys { name: "last-dob" id: 1
        components { field: "last_name" } components { field: "date_of_birth" } }
      match_rules { name: "exact" level: FULL score: 0.99 all_of { match_key: "last-dob" } }
      evidence { field: "last_name" } evidence { field: "date_of_birth" }
      scoring { decision: )",
                                                         decides, " min_score: 0.000001 } ", rest));
    EXPECT_TRUE(plan.ok()) << plan.status();
    return *std::move(plan);
  }
};

TEST_F(RunEntitiesTest, NoEntityHasTwoRecordsOfASiteWithOneRecordPerPerson) {
  Add("north", {{"twin", {{"t", 1}}}, {"twix", {{"u", 1}}}});
  Add("south", {{"b", {{"t", 1}, {"v", 1}}}});
  Add("west", {{"c", {{"u", 1}, {"v", 1}}}});
  const std::string once = "entity_rules { one_record_per_person: true }";
  for (const char* decides : {"BY_RULES", "BY_SCORE", "BY_RULES_AND_SCORE"}) {
    const auto result = Run(PlanThat(decides, once));
    EXPECT_EQ(Entities(*result), (Lines{"north/twin=south/b", "north/twix=west/c"})) << decides;
    EXPECT_EQ(summary().joins_refused_by_statement(), 1u);
  }
  EXPECT_EQ(Entities(*Run(PlanThat("BY_RULES"))).size(), 1u) << "without the statement they chain";
}

TEST_F(RunEntitiesTest, IfTheScoreDecidesThePairsAreThoseInsideEntities) {
  Add("north", {{"twin", {{"t", 1}}}, {"twix", {{"u", 1}}}});
  Add("south", {{"b", {{"t", 1}, {"v", 1}}}});
  Add("west", {{"c", {{"u", 1}, {"v", 1}}}});
  const std::string once = "entity_rules { one_record_per_person: true }";
  EXPECT_EQ(Pairs(*Run(PlanThat("BY_RULES_AND_SCORE", once))),
            (Lines{"north/twin south/b exact", "north/twix west/c exact"}));
  EXPECT_EQ(Pairs(*Run(PlanThat("BY_RULES", once))).size(), 3u) << "a rule's pair stands";
}

TEST_F(RunEntitiesTest, APairThatWouldMakeTooLargeAnEntityStaysAPair) {
  Add("north", {{"a", {{"t", 1}}}});
  Add("south", {{"b", {{"t", 1}, {"u", 1}}}});
  Add("west", {{"c", {{"u", 1}}}});
  const auto result = Run(PlanThat("BY_RULES_AND_SCORE", "entity_rules { max_entity_size: 2 }"));
  EXPECT_EQ(Pairs(*result), (Lines{"north/a south/b exact", "south/b west/c exact"}));
  EXPECT_EQ(Entities(*result), Lines{"north/a=south/b"});
  EXPECT_EQ(summary().joins_refused_by_size(), 1u);
}

TEST_F(RunEntitiesTest, TheSummaryHasTheSizesOfEntities) {
  Add("north", {{"a", {{"t"}}}, {"d", {{"x"}}}});
  Add("south", {{"b", {{"t"}, {"u"}}}, {"e", {}}});
  Add("west", {{"c", {{"u"}}}});
  Run(TinyPlan());
  ASSERT_EQ(summary().entity_sizes_size(), 2);
  EXPECT_EQ(summary().entity_sizes(0).records(), 1u);
  EXPECT_EQ(summary().entity_sizes(0).entities(), 2u);
  EXPECT_EQ(summary().entity_sizes(1).records(), 3u);
  EXPECT_EQ(summary().entity_sizes(1).entities(), 1u);
}

}  // namespace
}  // namespace blindlink::resolver
