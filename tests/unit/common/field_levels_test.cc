#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <bitset>
#include <random>
#include <string>
#include <vector>

#include "common/plan/plan.h"
#include "common/score/field_levels.h"
#include "common/score/pattern_check.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

constexpr char kPlan[] = R"(
  name: "p" version: 1 description: "d" standardizer_version: "3"
  fields { name: "first_name" standardizer: GIVEN_NAME }
  fields { name: "last_name" standardizer: SURNAME }
  fields { name: "date_of_birth" standardizer: DATE }
  fields { name: "zip" standardizer: POSTAL_CODE }
  match_keys { name: "last-dob" id: 1
    components { field: "last_name" form: SOUNDEX } components { field: "date_of_birth" } }
  match_keys { name: "last-swapped" id: 2
    components { field: "last_name" form: SOUNDEX }
    components { field: "date_of_birth" variants { form: DAY_MONTH_SWAPPED } } }
  evidence { field: "first_name" } evidence { field: "last_name" }
  evidence { field: "date_of_birth" } evidence { field: "zip" }
  scoring { decision: BY_SCORE })";

Plan MakePlan(const std::string& text = kPlan) {
  absl::StatusOr<Plan> plan = Plan::Parse(text);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

// Values of a record by field and kind; 0 means no value.
class Record {
 public:
  explicit Record(const EvidenceLayout& layout) : layout_(layout), values_(64, 0) {}
  Record& Set(size_t field, EvidenceKind kind, uint64_t value) {
    values_[static_cast<size_t>(layout_.BitOf(field, kind))] = value;
    return *this;
  }
  // Sets every kind of a name field to this one name.
  Record& Name(size_t field, uint64_t name) {
    for (const EvidenceItem& item : layout_.items()) {
      if (item.field == field) Set(field, item.kind, name);
    }
    return *this;
  }
  Record& Date(uint64_t year, uint64_t month, uint64_t day) {
    return Set(2, EvidenceKind::kYear, year)
        .Set(2, EvidenceKind::kMonth, month)
        .Set(2, EvidenceKind::kDay, day);
  }
  const uint64_t* values() const { return values_.data(); }

 private:
  const EvidenceLayout& layout_;
  std::vector<uint64_t> values_;
};

class FieldLevelsTest : public testing::Test {
 protected:
  explicit FieldLevelsTest(const char* plan = kPlan) : plan_(MakePlan(plan)) {}

  // The name of the level at which two records agree on a field.
  std::string LevelOf(const std::string& field, const Record& left, const Record& right) {
    const FieldLevels levels(plan_.proto(), plan_.evidence());
    const AgreementPattern pattern =
        levels.PatternOf(plan_.evidence().CompareValues(left.values(), right.values()), 2, 0);
    for (size_t i = 0; i < levels.fields().size(); ++i) {
      if (levels.fields()[i].name == field) {
        return levels.fields()[i].levels[LevelIn(pattern, i)];
      }
    }
    return "no such field";
  }
  Record NewRecord() const { return Record(plan_.evidence()); }

  const Plan plan_;
};

TEST_F(FieldLevelsTest, AMissingValueSaysNothing) {
  EXPECT_EQ(LevelOf("first_name", NewRecord().Name(0, 5), NewRecord()), "missing");
}

TEST_F(FieldLevelsTest, TheSameNameIsExactAndAnotherDiffers) {
  EXPECT_EQ(LevelOf("first_name", NewRecord().Name(0, 5), NewRecord().Name(0, 5)), "exact");
  EXPECT_EQ(LevelOf("first_name", NewRecord().Name(0, 5), NewRecord().Name(0, 6)), "differs");
}

TEST_F(FieldLevelsTest, ASharedRootIsANickname) {
  EXPECT_EQ(LevelOf("first_name", NewRecord().Name(0, 5).Set(0, EvidenceKind::kNicknameRoot, 9),
                    NewRecord().Name(0, 6).Set(0, EvidenceKind::kNicknameRoot, 9)),
            "nickname");
}

TEST_F(FieldLevelsTest, ExchangedNamesAreSeenOnceInTheFirstName) {
  const Record left = NewRecord().Name(0, 5).Name(1, 6);
  const Record right = NewRecord().Name(0, 6).Name(1, 5);
  EXPECT_EQ(LevelOf("first_name", left, right), "exchanged");
  EXPECT_EQ(LevelOf("last_name", left, right), "missing");
}

TEST_F(FieldLevelsTest, OnePartOfACompoundNameIsAPart) {
  const Record compound =
      NewRecord().Name(1, 7).Set(1, EvidenceKind::kFirstPart, 5).Set(1, EvidenceKind::kLastPart, 6);
  EXPECT_EQ(LevelOf("last_name", compound, NewRecord().Name(1, 6)), "part");
}

TEST_F(FieldLevelsTest, ADateMayBeSwappedOrPartlyRight) {
  const Record date = NewRecord().Date(70, 3, 4);
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(70, 3, 4)), "exact");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(70, 4, 3)), "swapped");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(70, 3, 9)), "month or day");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(71, 3, 4)), "month and day");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(70, 8, 9)), "year");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(71, 8, 4)), "differs");
}

TEST_F(FieldLevelsTest, ADateKnownInPartDoesNotDifferInWhatItLacks) {
  const Record date = NewRecord().Date(70, 3, 4);
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(70, 0, 0)), "year only");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(71, 0, 0)), "differs");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(70, 3, 0)), "year and month");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(70, 8, 0)), "year");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(71, 3, 0)), "differs");
}

TEST_F(FieldLevelsTest, ADateMayLackItsYearOrItsMonth) {
  const Record date = NewRecord().Date(70, 3, 4);
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(0, 3, 4)), "month and day");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(0, 3, 5)), "differs");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(0, 3, 0)), "missing");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(70, 0, 4)), "month or day");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(70, 0, 5)), "year");
  EXPECT_EQ(LevelOf("date_of_birth", date, NewRecord().Date(71, 0, 4)), "differs");
}

TEST_F(FieldLevelsTest, BirthsInOneYearAreSeenWhateverDayTheyHave) {
  const FieldLevels levels(plan_.proto(), plan_.evidence());
  const auto same_year = [&](const Record& right) {
    const Record left = NewRecord().Date(70, 3, 4);
    return SameBirthYear(
        levels.fields(),
        levels.PatternOf(plan_.evidence().CompareValues(left.values(), right.values()), 2, 0));
  };
  EXPECT_TRUE(same_year(NewRecord().Date(70, 8, 9)));
  EXPECT_FALSE(same_year(NewRecord().Date(71, 3, 4)));
  EXPECT_FALSE(same_year(NewRecord()));
}

// The same records under a plan that sends codes in brief.
constexpr char kBriefPlan[] = R"(
  name: "p" version: 1 description: "d" standardizer_version: "3"
  fields { name: "first_name" standardizer: GIVEN_NAME }
  fields { name: "last_name" standardizer: SURNAME }
  fields { name: "date_of_birth" standardizer: DATE }
  fields { name: "zip" standardizer: POSTAL_CODE }
  fields { name: "middle_name" standardizer: MIDDLE_NAME }
  fields { name: "street_address" standardizer: STREET_ADDRESS }
  fields { name: "phone" standardizer: PHONE }
  fields { name: "email" standardizer: EMAIL }
  fields { name: "address_line2" standardizer: ADDRESS_LINE }
  match_keys { name: "last-dob" id: 1
    components { field: "last_name" form: SOUNDEX } components { field: "date_of_birth" } }
  evidence { field: "first_name" detail: BRIEF } evidence { field: "last_name" detail: BRIEF }
  evidence { field: "date_of_birth" detail: BRIEF } evidence { field: "zip" detail: BRIEF }
  evidence { field: "middle_name" detail: BRIEF } evidence { field: "street_address" detail: BRIEF }
  evidence { field: "phone" detail: BRIEF } evidence { field: "email" detail: BRIEF }
  evidence { field: "address_line2" detail: BRIEF }
  scoring { decision: BY_SCORE })";

class BriefLevelsTest : public FieldLevelsTest {
 protected:
  BriefLevelsTest() : FieldLevelsTest(kBriefPlan) {}
};

TEST_F(BriefLevelsTest, AllThatASingleCodeSaysIsExactOrDiffers) {
  size_t field = 4;  // the fields after the zip in the plan
  for (const char* name : {"middle_name", "street_address", "phone", "email", "address_line2"}) {
    EXPECT_EQ(LevelOf(name, NewRecord().Name(field, 5), NewRecord().Name(field, 5)), "exact")
        << name;
    EXPECT_EQ(LevelOf(name, NewRecord().Name(field, 5), NewRecord().Name(field, 6)), "differs")
        << name;
    EXPECT_EQ(LevelOf(name, NewRecord().Name(field, 5), NewRecord()), "missing") << name;
    ++field;
  }
  EXPECT_EQ(LevelOf("place", NewRecord().Name(3, 5), NewRecord().Name(3, 5)), "exact");
  EXPECT_EQ(LevelOf("place", NewRecord().Name(3, 5), NewRecord().Name(3, 6)), "differs");
}

TEST_F(BriefLevelsTest, AFirstNameThatSoundsTheSameNeedsNoMinHash) {
  const Record left = NewRecord().Name(0, 5).Set(0, EvidenceKind::kDoubleMetaphone, 9);
  const Record right = NewRecord().Name(0, 6).Set(0, EvidenceKind::kDoubleMetaphone, 9);
  EXPECT_EQ(LevelOf("first_name", left, right), "sounds");
}

TEST_F(BriefLevelsTest, TheLastNamesOneMinHashMakesItSimilar) {
  const Record left = NewRecord().Name(1, 5).Set(1, EvidenceKind::kMinHash0, 9);
  EXPECT_EQ(LevelOf("last_name", left, NewRecord().Name(1, 6).Set(1, EvidenceKind::kMinHash0, 9)),
            "similar");
  EXPECT_EQ(LevelOf("last_name", left, NewRecord().Name(1, 6)), "differs");
}

TEST_F(BriefLevelsTest, ExchangedNamesAreSeenByTheWholeNames) {
  const Record left = NewRecord().Name(0, 5).Name(1, 6);
  const Record right = NewRecord().Name(0, 6).Name(1, 5);
  EXPECT_EQ(LevelOf("first_name", left, right), "exchanged");
  EXPECT_EQ(LevelOf("last_name", left, right), "missing");
}

TEST_F(BriefLevelsTest, TheLastPartOfACompoundNameIsAPart) {
  const Record compound = NewRecord().Name(1, 7).Set(1, EvidenceKind::kLastPart, 6);
  EXPECT_EQ(LevelOf("last_name", compound, NewRecord().Name(1, 6)), "part");
}

TEST_F(BriefLevelsTest, AStreetIsReadFromNumberAndName) {
  const Record left = NewRecord().Name(5, 5);
  EXPECT_EQ(
      LevelOf("street_address", left, NewRecord().Name(5, 5).Set(5, EvidenceKind::kHouseNumber, 6)),
      "same street");
  EXPECT_EQ(
      LevelOf("street_address", left, NewRecord().Name(5, 5).Set(5, EvidenceKind::kStreetName, 6)),
      "house number");
}

// The bits of all items, including those that a match key fixes.
size_t BitsSent(const Plan& plan) {
  size_t bits = 0;
  for (const EvidenceItem& item : plan.evidence().items()) bits += item.code_bits;
  return bits;
}

TEST(EvidenceLayout, CodesArePackedBitByBit) {
  const Plan plan = MakePlan();
  const EvidenceLayout& layout = plan.evidence();
  EvidenceLayout::Codes least{};
  EvidenceLayout::Codes most{};
  std::mt19937 random(1);
  for (size_t i = 0; i < layout.items().size(); ++i) {
    const unsigned codes = layout.items()[i].CodeCount();
    least[i] = static_cast<uint8_t>(1 + random() % (codes / 2));
    most[i] = static_cast<uint8_t>(codes);
  }
  for (size_t key = 0; key < plan.match_keys().size(); ++key) {
    std::vector<uint8_t> packed_least, packed_most;
    layout.Pack(key, least, &packed_least);
    layout.Pack(key, most, &packed_most);
    ASSERT_EQ(packed_least.size(), layout.WidthOf(key));
    // The highest bit first, without gaps, as docs/formats/evidence.md says.
    std::string bits;
    const uint64_t fixed =
        layout.Compare(key, packed_least.data(), packed_least.data(), true).compared &
        ~layout.Compare(key, packed_least.data(), packed_least.data(), false).compared;
    for (size_t i = 0; i < layout.items().size(); ++i) {
      if (fixed >> i & 1) continue;
      for (unsigned bit = layout.items()[i].code_bits; bit-- > 0;) {
        bits += least[i] >> bit & 1 ? '1' : '0';
      }
    }
    std::string packed_bits;
    for (const uint8_t byte : packed_least) packed_bits += std::bitset<8>(byte).to_string();
    bits.resize(packed_bits.size(), '0');
    EXPECT_EQ(packed_bits, bits);
    const EvidenceBits same = layout.Compare(key, packed_least.data(), packed_least.data(), false);
    const EvidenceBits other = layout.Compare(key, packed_least.data(), packed_most.data(), false);
    const uint64_t items = (uint64_t{1} << layout.items().size()) - 1;
    EXPECT_EQ(same.differs & items, 0u);
    EXPECT_EQ(same.compared, other.compared);
    EXPECT_EQ(other.differs & items, other.compared & items) << "every item's codes differ";
  }
}

TEST(EvidenceInThePlan, ItsDetailIsPartOfTheTokenizationDigest) {
  std::string brief(kPlan);
  brief.replace(brief.find("\"first_name\" } evidence"), 12, "\"first_name\" detail: BRIEF");
  EXPECT_NE(MakePlan().tokenization_digest(), MakePlan(brief).tokenization_digest());
  EXPECT_EQ(BitsSent(MakePlan(brief)) + 4 * 4 + 6, BitsSent(MakePlan()))
      << "four min-hashes and the first part";
}

TEST(EvidenceLayout, WhatAMatchKeyFixesIsNotSentAndAgreesOnlyWhenMetExactly) {
  const Plan plan = MakePlan();
  const EvidenceLayout& layout = plan.evidence();
  EXPECT_LT(layout.WidthOf(0), layout.WidthOf(1)) << "year, month and day are fixed by last-dob";
  const std::vector<uint8_t> none(layout.WidthOf(0), 0);
  const auto year = static_cast<size_t>(layout.BitOf(2, EvidenceKind::kYear));
  EXPECT_TRUE(layout.Compare(0, none.data(), none.data(), /*exact_meeting=*/true).Agrees(year));
  EXPECT_FALSE(layout.Compare(0, none.data(), none.data(), /*exact_meeting=*/false).Compared(year));
}

TEST(EvidenceLayout, OneTokenThatDiffersOutweighsAnotherThatAgreesByChance) {
  EvidenceBits agrees{1, 0};
  agrees |= EvidenceBits{1, 1};
  EXPECT_FALSE(agrees.Agrees(0));
  EXPECT_TRUE(agrees.Compared(0));
}

TEST(EvidenceInThePlan, ChangesTheTokenizationDigestButScoringDoesNot) {
  const Plan plan = MakePlan();
  std::string without(kPlan);
  without.replace(without.find("evidence { field: \"zip\" }"), 25, "");
  EXPECT_NE(plan.tokenization_digest(), MakePlan(without).tokenization_digest());
  std::string other(kPlan);
  other.replace(other.find("BY_SCORE"), 8, "BY_SCORE min_score: 0.9");
  EXPECT_EQ(plan.tokenization_digest(), MakePlan(other).tokenization_digest());
}

TEST(EvidenceInThePlan, MistakesAreNamed) {
  std::string unknown(kPlan);
  unknown.replace(unknown.find("evidence { field: \"zip\" }"), 25, "evidence { field: \"zap\" }");
  EXPECT_THAT(std::string(Plan::Parse(unknown).status().message()),
              HasSubstr("evidence[4].field: there is no such field"));
  std::string none(kPlan);
  none.erase(none.find("evidence"), none.find("scoring") - none.find("evidence"));
  EXPECT_THAT(std::string(Plan::Parse(none).status().message()),
              HasSubstr("scoring.decision: a score needs evidence"));
}

TEST(Bounds, OfThePlanStandInForTheUsual) {
  std::string text = kPlan;
  text.insert(text.rfind('}'), R"( bounds { field: "first_name" least_agreement: 0.25 }
                                   bounds { field: "zip" least_agreement: 0.125 } )");
  const Plan plan = MakePlan(text);
  const std::vector<ScoredField> fields = FieldLevels(plan.proto(), plan.evidence()).fields();
  EXPECT_EQ(fields[0].least_agreement, 0.25);
  EXPECT_EQ(fields[2].least_agreement, DescribeScoredField(v1::DATE).least_agreement);
  EXPECT_EQ(fields[3].name, kPlaceName);
  EXPECT_EQ(fields[3].least_agreement, 0.125);
}

constexpr char kPlanOfTokens[] = R"(
  name: "p" version: 1 description: "d" standardizer_version: "3"
  fields { name: "first_name" standardizer: GIVEN_NAME }
  fields { name: "last_name" standardizer: SURNAME }
  fields { name: "phone" standardizer: PHONE }
  match_keys { name: "names" id: 1
    components { field: "first_name" form: SOUNDEX } components { field: "last_name" form: SOUNDEX }
    exchange { first: "first_name" second: "last_name" } }
  match_keys { name: "phone" id: 2
    components { field: "phone" } components { field: "first_name" form: INITIAL } }
  match_keys { name: "phone-end" id: 3
    components { field: "phone" form: LAST_4 } components { field: "last_name" } }
  evidence { field: "first_name" } evidence { field: "last_name" } evidence { field: "phone" }
  scoring { decision: BY_SCORE })";

class TokensTest : public testing::Test {
 protected:
  static MatchKeySet Keys(size_t key) { return MatchKeySet().set(key); }

  const Plan plan_ = MakePlan(kPlanOfTokens);
  const FieldLevels levels_{plan_.proto(), plan_.evidence()};
};

TEST_F(TokensTest, ATokenOfNamesOfWhichNeitherAgreesSaysThatTheyAreExchanged) {
  const AgreementPattern neither = 0x11;
  const AgreementPattern with = levels_.WithTokens(neither, Keys(0), 2);
  EXPECT_STREQ(levels_.fields()[0].levels[LevelIn(with, 0)], "exchanged");
  EXPECT_EQ(LevelIn(with, 1), 0) << "the first name says it";
  EXPECT_EQ(levels_.WithTokens(neither, Keys(1), 2), neither);
  EXPECT_EQ(levels_.WithTokens(0x21, Keys(0), 2), 0x21u) << "one of the two agrees";
}

TEST_F(TokensTest, TheOnlyTokenSaysWhoseValuesAreEqual) {
  const size_t exact = levels_.fields()[2].levels.size() - 1;
  const AgreementPattern pattern = AgreementPattern{exact} << 8 | kThroughOneToken;
  EXPECT_EQ(ProofIn(levels_.WithTokens(pattern, Keys(1), 1)), levels_.fields()[2].proof);
  EXPECT_EQ(ProofIn(levels_.WithTokens(pattern, Keys(2), 1)), 0) << "only its last digits";
  EXPECT_EQ(ProofIn(levels_.WithTokens(pattern, Keys(1), 2)), 0) << "two tokens need no proof";
}

TEST(PatternCheck, APatternFitsIfEveryFieldHasItsLevels) {
  const Plan plan = MakePlan();
  const FieldLevels levels(plan.proto(), plan.evidence());
  AgreementPattern highest = kThroughOneToken;
  for (size_t field = 0; field < levels.fields().size(); ++field) {
    const uint64_t level = levels.fields()[field].levels.size() - 1;
    highest |= level << (4 * field);
    EXPECT_FALSE(Fits((level + 1) << (4 * field), levels)) << field;
  }
  EXPECT_TRUE(Fits(highest, levels));
  EXPECT_TRUE(Fits(0, levels));
  EXPECT_FALSE(Fits(AgreementPattern{1} << (4 * levels.fields().size()), levels));
}

}  // namespace
}  // namespace blindlink
