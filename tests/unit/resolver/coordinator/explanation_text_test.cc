#include "resolver/coordinator/explanation_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ExplanationText, APairThatWasNotConsideredSharedNothingOrWasHopeless) {
  v1::PairExplanation pair;
  const std::string nothing = ExplanationText(pair);
  EXPECT_THAT(nothing, HasSubstr("share no token"));
  EXPECT_THAT(nothing, Not(HasSubstr("match keys")));
  pair.add_match_keys("name-dob");
  v1::FieldEvidence& field = *pair.add_fields();
  field.set_field("last_name");
  field.set_level("sounds");
  field.set_agreement(v1::CLOSE);
  pair.add_classes()->set_name("one person");
  const std::string hopeless = ExplanationText(pair);
  EXPECT_THAT(hopeless, HasSubstr("hopeless (a probability below 0.05)"));
  EXPECT_THAT(hopeless, HasSubstr("match keys    name-dob\n"));
  EXPECT_THAT(hopeless, HasSubstr("last_name                close    sounds"));
}

TEST(ExplanationText, AnEntitysPairsHaveTheirOutcomeAndAMarkIfTheyConnectedIt) {
  v1::EntityExplanation entity;
  for (int i = 0; i < 3; ++i) entity.add_records()->set_site("north");
  v1::EntityPairExplanation& link = *entity.add_pairs();
  link.set_right(2);
  link.set_outcome(v1::MATCHED_BY_DECISION);
  link.set_connects(true);
  v1::EntityPairExplanation& pair = *entity.add_pairs();
  pair.set_left(1);
  pair.set_right(2);
  pair.set_probability(0.5);
  pair.set_outcome(v1::MATCHED_BY_ENTITY);
  pair.add_match_keys("name-dob");
  const std::string text = ExplanationText(entity);
  EXPECT_THAT(text, HasSubstr("  +  1 -  3  0.0000  decided"));
  EXPECT_THAT(text, HasSubstr("     2 -  3  0.5000  by its entity  name-dob\n"));
}

}  // namespace
}  // namespace blindlink::resolver
