#include "resolver/console/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace blindlink::resolver {
namespace {

TEST(Explanation, EveryOutcomeHasWordsOfItsOwn) {
  std::set<std::string> words;
  for (int i = 0; i < v1::Outcome_ARRAYSIZE; ++i) {
    if (!v1::Outcome_IsValid(i)) continue;
    const auto outcome = static_cast<v1::Outcome>(i);
    EXPECT_TRUE(words.insert(WordsFor(outcome)).second) << v1::Outcome_Name(outcome);
  }
  EXPECT_GT(words.size(), 8u);
}

TEST(Explanation, APairThatSharedMatchKeysAndWasNotConsideredWasHopeless) {
  v1::PairExplanation pair;
  EXPECT_THAT(DecisionWords(pair), testing::HasSubstr("share no token"));
  pair.add_match_keys("name-dob");
  EXPECT_THAT(DecisionWords(pair), testing::HasSubstr("hopeless"));
}

}  // namespace
}  // namespace blindlink::resolver
