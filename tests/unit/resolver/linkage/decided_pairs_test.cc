#include "resolver/linkage/decided_pairs.h"

#include <random>

#include "common/base/files.h"
#include "common/plan/plan.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

// a and b share a token, b and c another; d shares none.
class DecidedPairsTest : public LinkageTest {
 protected:
  DecidedPairsTest() {
    Add("north", {{"a", {{"t", 1}}}});
    Add("south", {{"b", {{"t", 1}, {"u", 1}}}, {"d", {{"x", 1}}}});
    Add("west", {{"c", {{"u", 1}}}});
  }
  void Decide(const std::string& left_site, const std::string& left, const std::string& right_site,
              const std::string& right, bool is_link) {
    decisions_.push_back(
        {{left_site, RecordNamed(left)}, {right_site, RecordNamed(right)}, is_link});
  }
  const v1::RunDecisions& counts() const { return run_.run().decisions(); }
};

constexpr const char* kDeciders[] = {"BY_RULES", "BY_SCORE", "BY_RULES_AND_SCORE"};

TEST_F(DecidedPairsTest, ALinkMatchesAndSaysThatItWasDecidedHoweverTheRunDecides) {
  Decide("west", "c", "south", "d", true);
  for (const char* decides : kDeciders) {
    const auto result = Run(ScoredPlan(decides));
    EXPECT_EQ(Pairs(*result).back(), "south/d west/c decided") << decides;
    const Lines entities = Entities(*result);
    EXPECT_NE(entities.back().find("south/d=west/c"), std::string::npos) << decides;
    EXPECT_EQ(counts().links(), 1u);
    EXPECT_EQ(counts().entities(), 1u);
    v1::EntityChunk chunk;
    ASSERT_TRUE(result->AppendEntities(0, result->entity_row_count(), &chunk).ok());
    for (const v1::EntityMember& member : chunk.members()) {
      const std::string name = NameOf(member.record());
      if (name == "c" || name == "d") {
        EXPECT_TRUE(member.by_decision()) << decides;
      }
    }
  }
}

TEST_F(DecidedPairsTest, RecordsThatMustBeApartAreNoPairAndNoEntityThroughAChainEither) {
  Decide("north", "a", "west", "c", false);
  for (const char* decides : kDeciders) {
    const auto result = Run(ScoredPlan(decides));
    EXPECT_EQ(Pairs(*result).size(), 1u) << decides;
    EXPECT_EQ(Entities(*result).size(), 1u) << decides;
    EXPECT_EQ(Entities(*result)[0].find("north/a") != std::string::npos &&
                  Entities(*result)[0].find("west/c") != std::string::npos,
              false)
        << decides;
    EXPECT_EQ(counts().do_not_links(), 1u);
    EXPECT_EQ(counts().joins_refused(), 1u) << decides;
  }
}

TEST_F(DecidedPairsTest, ADroppedLinkIsCountedAndTheOthersStand) {
  Decide("north", "a", "south", "d", true);  // no token in common: the weakest
  Decide("north", "a", "south", "b", true);
  Decide("south", "b", "south", "d", false);
  Run(ScoredPlan("BY_SCORE"));
  EXPECT_EQ(counts().links(), 1u);
  EXPECT_EQ(counts().links_dropped(), 1u);
  EXPECT_EQ(counts().do_not_links(), 1u);
}

TEST_F(DecidedPairsTest, DecisionsAboutRecordsThatTheRunDoesNotHaveAreCountedAndNothingElse) {
  const std::vector<std::string> before = Pairs(*Run(ScoredPlan("BY_SCORE")));
  Decide("north", "nobody", "south", "b", true);
  Decide("elsewhere", "a", "south", "b", false);
  EXPECT_EQ(Pairs(*Run(ScoredPlan("BY_SCORE"))), before);
  EXPECT_EQ(counts().not_in_run(), 2u);
}

TEST_F(DecidedPairsTest, WithoutDecisionsARunWritesWhatItWroteBefore) {
  const auto result = Run(ScoredPlan("BY_SCORE"));
  v1::EntityChunk chunk;
  ASSERT_TRUE(result->AppendEntities(0, result->entity_row_count(), &chunk).ok());
  for (const v1::EntityMember& member : chunk.members()) EXPECT_FALSE(member.by_decision());
  EXPECT_FALSE(std::filesystem::exists(folder_ / kDecidedFile));
  EXPECT_FALSE(run_.run().has_decisions());
}

TEST_F(DecidedPairsTest, APairThatMustNotBeALinkTakesNobodysPlace) {
  StartAnew();
  Add("north", {{"a", {{"t", 1}}}});
  Add("south", {{"b", {{"t", 1}}}, {"e", {{"t", 1}}}});
  const Plan plan = *Plan::Parse(R"(
      name: "tiny" version: 1 description: "d" standardizer_version: "3"
      fields { name: "last_name" standardizer: SURNAME }
      fields { name: "date_of_birth" standardizer: DATE }
      match_keys { name: "last-dob" id: 1
        components { field: "last_name" } components { field: "date_of_birth" } }
      evidence { field: "last_name" } evidence { field: "date_of_birth" }
      scoring { decision: BY_SCORE min_score: 0.000001 }
      entity_rules { one_record_per_person: true })");
  const std::vector<std::string> of_itself = Pairs(*Run(plan));
  ASSERT_EQ(of_itself.size(), 1u);
  const bool took_b = of_itself[0].find("south/b") != std::string::npos;
  Decide("north", "a", "south", took_b ? "b" : "e", false);
  const std::vector<std::string> pairs = Pairs(*Run(plan));
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_NE(pairs[0].find(took_b ? "south/e" : "south/b"), std::string::npos);
}

TEST_F(DecidedPairsTest, TheResultDependsNeitherOnTheOrderOfDecisionsNorOnTheNumberOfThreads) {
  Decide("north", "a", "west", "c", false);
  Decide("west", "c", "south", "d", true);
  Decide("south", "d", "north", "a", true);
  Decide("north", "nobody", "south", "b", true);
  std::string first;
  std::mt19937 random(7);
  for (int i = 0; i < 6; ++i) {
    threads_ = static_cast<size_t>(1 + i % 3);
    std::shuffle(decisions_.begin(), decisions_.end(), random);
    Run(ScoredPlan("BY_SCORE"));
    std::string files;
    for (const char* file : {kPairsFile, kEntitiesFile, kDecidedFile, kConsideredFile}) {
      files += *ReadFile(folder_ / file);
    }
    if (first.empty()) first = files;
    EXPECT_EQ(files, first);
  }
}

}  // namespace
}  // namespace blindlink::resolver
