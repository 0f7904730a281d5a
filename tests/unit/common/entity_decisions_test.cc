#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "common/entity/entity_grower.h"

namespace blindlink {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

EntityDecision Link(uint32_t left, uint32_t right, double strength = 0) {
  return {left, right, true, strength};
}
EntityDecision DoNotLink(uint32_t left, uint32_t right) { return {left, right, false}; }

// Ten records a site.
EntityGrower Grown(uint32_t records, const std::vector<EntityPair>& pairs,
                   const EntityOptions& options) {
  EntityGrower grower(
      records, pairs, [](uint32_t record) { return static_cast<uint16_t>(record / 10); }, options);
  EXPECT_TRUE(grower.Grow([](double) { return absl::OkStatus(); }).ok());
  return grower;
}

EntityOptions Options(std::vector<EntityDecision> decisions, size_t sites = 1) {
  EntityOptions options;
  options.max_size = 10;
  options.min_score = 0.6;
  options.within_site = true;
  options.one_per_person.assign(sites, false);
  options.decisions = std::move(decisions);
  return options;
}

TEST(EntityDecisionsTest, ALinkJoinsRecordsThatNoPairConnects) {
  EXPECT_THAT(Grown(3, {}, Options({Link(0, 2)})).FirstRecords(), ElementsAre(0, 1, 0));
}

TEST(EntityDecisionsTest, ALinkJoinsPastTheSizeAndTheStatementOfASite) {
  EntityOptions options = Options({Link(0, 1), Link(1, 2), Link(2, 3)});
  options.max_size = 2;
  options.one_per_person = {true};
  options.within_site = false;
  EXPECT_THAT(Grown(4, {}, options).FirstRecords(), ElementsAre(0, 0, 0, 0));
}

TEST(EntityDecisionsTest, RecordsOfASiteWithOnePerPersonThatAreLinkedStillFindTheirPartner) {
  EntityOptions options = Options({Link(0, 1)}, 2);
  options.one_per_person = {true, true};
  options.within_site = false;
  EXPECT_THAT(Grown(11, {{0.99, 0, 10}, {0.98, 1, 10}}, options).FirstRecords(),
              ElementsAre(0, 0, 2, 3, 4, 5, 6, 7, 8, 9, 0));
}

TEST(EntityDecisionsTest, DoNotLinkKeepsTheBestPairApart) {
  EntityGrower grower = Grown(2, {{0.999, 0, 1}}, Options({DoNotLink(0, 1)}));
  EXPECT_THAT(grower.FirstRecords(), ElementsAre(0, 1));
  EXPECT_EQ(grower.refused_by_decision(), 1);
}

TEST(EntityDecisionsTest, DoNotLinkHoldsAgainstAChainOfPairs) {
  const std::vector<EntityPair> chain = {{0.99, 0, 1}, {0.98, 1, 2}, {0.97, 2, 3}};
  EntityOptions options = Options({DoNotLink(0, 3)});
  options.by_probability = false;  // pairs join whatever the others say
  options.min_score = 0;
  EXPECT_THAT(Grown(4, chain, options).FirstRecords(), ElementsAre(0, 0, 0, 3));
}

TEST(EntityDecisionsTest, OfAChainOfLinksThatContradictsTheWeakestIsDropped) {
  EntityGrower grower =
      Grown(4, {}, Options({Link(0, 1, 0.9), Link(1, 2, 0.3), Link(2, 3, 0.8), DoNotLink(0, 3)}));
  EXPECT_THAT(grower.FirstRecords(), ElementsAre(0, 0, 2, 2));
  EXPECT_THAT(grower.dropped_links(), ElementsAre(1));
}

TEST(EntityDecisionsTest, OfOnePairThatIsDecidedBothWaysDoNotLinkHolds) {
  EntityGrower grower = Grown(2, {{0.99, 0, 1}}, Options({Link(0, 1, 1), DoNotLink(1, 0)}));
  EXPECT_THAT(grower.FirstRecords(), ElementsAre(0, 1));
  EXPECT_THAT(grower.dropped_links(), ElementsAre(0));
}

TEST(EntityDecisionsTest, LinksThatContradictNothingAreAllFollowed) {
  EntityGrower grower =
      Grown(6, {}, Options({Link(0, 1), Link(1, 2), Link(3, 4), DoNotLink(0, 3), DoNotLink(2, 5)}));
  EXPECT_THAT(grower.FirstRecords(), ElementsAre(0, 0, 0, 3, 3, 5));
  EXPECT_THAT(grower.dropped_links(), IsEmpty());
}

// --- Random graphs ----------------------------------------------------------

struct RandomCase {
  uint32_t records;
  std::vector<EntityPair> pairs;
  EntityOptions options;
};

RandomCase MakeCase(uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](uint32_t end) { return static_cast<uint32_t>(random() % end); };
  RandomCase made;
  made.records = 4 + below(40);
  made.options = Options({}, (made.records + 9) / 10);
  made.options.max_size = 2 + below(20);
  made.options.within_site = below(2) == 0;
  made.options.by_probability = below(3) != 0;
  made.options.min_score = made.options.by_probability ? 0.5 : 0;
  for (size_t site = 0; site < made.options.one_per_person.size(); ++site) {
    made.options.one_per_person[site] = below(3) == 0;
  }
  const auto two = [&] {
    const uint32_t left = below(made.records);
    return std::minmax({left, (left + 1 + below(made.records - 1)) % made.records});
  };
  for (uint32_t i = below(4 * made.records); i > 0; --i) {
    const auto [left, right] = two();
    made.pairs.push_back({0.05 + 0.95 * below(1000) / 1000.0, left, right});
  }
  for (uint32_t i = below(made.records); i > 0; --i) {
    const auto [left, right] = two();
    made.options.decisions.push_back({left, right, below(2) == 0, below(5) / 5.0});
  }
  return made;
}

// The partition that some links alone make.
std::vector<uint32_t> PartitionOf(uint32_t records, const std::vector<EntityDecision>& links) {
  std::vector<uint32_t> of(records);
  for (uint32_t i = 0; i < records; ++i) of[i] = i;
  for (const EntityDecision& link : links) {
    const uint32_t from = std::max(of[link.left], of[link.right]);
    const uint32_t to = std::min(of[link.left], of[link.right]);
    std::replace(of.begin(), of.end(), from, to);
  }
  return of;
}

bool Violates(const std::vector<uint32_t>& partition,
              const std::vector<EntityDecision>& decisions) {
  return std::any_of(decisions.begin(), decisions.end(), [&](const EntityDecision& decision) {
    return !decision.is_link && partition[decision.left] == partition[decision.right];
  });
}

constexpr uint32_t kCases = 3000;

TEST(EntityDecisionsTest, TwoRecordsThatMustBeApartAreNeverOneEntityWhateverChainWouldJoinThem) {
  uint32_t kept_apart = 0;
  for (uint32_t seed = 0; seed < kCases; ++seed) {
    const RandomCase made = MakeCase(seed);
    EntityGrower grower = Grown(made.records, made.pairs, made.options);
    EXPECT_FALSE(Violates(grower.FirstRecords(), made.options.decisions)) << seed;
    EntityOptions without = made.options;
    std::erase_if(without.decisions, [](const EntityDecision& one) { return !one.is_link; });
    kept_apart +=
        Violates(Grown(made.records, made.pairs, without).FirstRecords(), made.options.decisions);
  }
  EXPECT_GT(kept_apart, kCases / 4);  // without the constraint they would have been one
}

TEST(EntityDecisionsTest, EveryLinkIsFollowedOrContradictsStrongerOnes) {
  uint32_t dropped_in_all = 0;
  for (uint32_t seed = 0; seed < kCases; ++seed) {
    const RandomCase made = MakeCase(seed);
    const std::vector<EntityDecision>& decisions = made.options.decisions;
    EntityGrower grower = Grown(made.records, made.pairs, made.options);
    const std::vector<uint32_t> first = grower.FirstRecords();
    const std::vector<size_t>& dropped = grower.dropped_links();
    dropped_in_all += dropped.size();
    for (size_t i = 0; i < decisions.size(); ++i) {
      if (!decisions[i].is_link) continue;
      if (std::find(dropped.begin(), dropped.end(), i) == dropped.end()) {
        EXPECT_EQ(first[decisions[i].left], first[decisions[i].right]) << seed;
        continue;
      }
      std::vector<EntityDecision> at_least_as_strong = {decisions[i]};
      for (size_t j = 0; j < decisions.size(); ++j) {
        const bool followed =
            decisions[j].is_link && std::find(dropped.begin(), dropped.end(), j) == dropped.end();
        if (followed && decisions[j].strength >= decisions[i].strength) {
          at_least_as_strong.push_back(decisions[j]);
        }
      }
      EXPECT_TRUE(Violates(PartitionOf(made.records, at_least_as_strong), decisions)) << seed;
    }
  }
  EXPECT_GT(dropped_in_all, kCases / 4);  // there were contradictions
}

TEST(EntityDecisionsTest, TheResultDependsOnTheSetsAloneAndNotOnTheirOrder) {
  for (uint32_t seed = 0; seed < 500; ++seed) {
    RandomCase made = MakeCase(seed);
    const std::vector<uint32_t> first =
        Grown(made.records, made.pairs, made.options).FirstRecords();
    std::mt19937 random(seed);
    std::shuffle(made.pairs.begin(), made.pairs.end(), random);
    std::shuffle(made.options.decisions.begin(), made.options.decisions.end(), random);
    for (EntityDecision& decision : made.options.decisions) {
      if (random() % 2 == 0) std::swap(decision.left, decision.right);
    }
    EXPECT_EQ(Grown(made.records, made.pairs, made.options).FirstRecords(), first) << seed;
  }
}

}  // namespace
}  // namespace blindlink
