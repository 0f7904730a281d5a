#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/evidence/chance_sample.h"
#include "agent/evidence/evidence_coder.h"
#include "agent/evidence/evidence_values.h"
#include "agent/standardize/standardize.h"
#include "common/score/field_levels.h"

namespace blindlink::agent {
namespace {

constexpr char kPlan[] = R"(
  name: "p" version: 1 description: "d" standardizer_version: "3"
  fields { name: "first_name" standardizer: GIVEN_NAME }
  fields { name: "last_name" standardizer: SURNAME }
  fields { name: "date_of_birth" standardizer: DATE }
  match_keys { name: "names" id: 1
    components { field: "first_name" form: INITIAL } components { field: "last_name" form: SOUNDEX } }
  evidence { field: "first_name" } evidence { field: "last_name" } evidence { field: "date_of_birth" }
  scoring { decision: BY_SCORE })";

class EvidenceTest : public testing::Test {
 protected:
  std::vector<uint64_t> Values(const std::string& first, const std::string& last,
                               const std::string& birth) {
    std::vector<std::vector<StandardValue>> values;
    const std::string texts[] = {first, last, birth};
    for (int field = 0; field < 3; ++field) {
      values.push_back(
          Standardize(plan_.proto().fields(field).standardizer(), texts[field], {}).values);
    }
    std::vector<uint64_t> made;
    for (const EvidenceItem& item : plan_.evidence().items()) {
      AppendEvidenceValues({&item, 1}, values[item.field], &made);
    }
    return made;
  }
  std::vector<uint8_t> Codes(const std::string& key, uint8_t token,
                             const std::vector<uint64_t>& values) {
    Token bytes{};
    bytes.bytes.fill(token);
    std::vector<uint8_t> codes;
    std::vector<uint8_t> key_bytes(key.begin(), key.end());
    key_bytes.resize(Aes128::kKeySize);
    EvidenceCoder coder(plan_, key_bytes);
    coder.SetRecord(values, {bytes});
    coder.AppendCodes(0, 0, &codes);
    return codes;
  }
  EvidenceBits Compare(const std::vector<uint8_t>& left, const std::vector<uint8_t>& right) const {
    return plan_.evidence().Compare(0, left.data(), right.data(), /*exact_meeting=*/false);
  }
  // The number of codes that agree, and the number that would agree if they were unrelated.
  struct Agreement {
    double agreeing = 0;
    double by_chance = 0;
  };
  void Count(const std::vector<uint8_t>& left, const std::vector<uint8_t>& right,
             Agreement* found) const {
    const EvidenceBits bits = Compare(left, right);
    for (size_t i = 0; i < plan_.evidence().items().size(); ++i) {
      if (!bits.Compared(i)) continue;
      found->agreeing += bits.Agrees(i) ? 1 : 0;
      found->by_chance += 1.0 / plan_.evidence().items()[i].CodeCount();
    }
  }
  static RecordPseudonym Pseudonym(uint8_t number) {
    RecordPseudonym id;
    id.bytes.fill(number);
    return id;
  }

  const Plan plan_ = Plan::Parse(kPlan).value();
};

TEST_F(EvidenceTest, OnePersonsCodesAreTheSameUnderOneTokenAndMissingIsNotCompared) {
  const auto values = Values("Robert", "Roe", "1970-03-04");
  EXPECT_EQ(Codes("key", 1, values), Codes("key", 1, values));
  const auto whole = Compare(Codes("key", 1, values), Codes("key", 1, values));
  const auto without_date =
      Compare(Codes("key", 1, values), Codes("key", 1, Values("Robert", "Roe", "")));
  const uint64_t items = (uint64_t{1} << plan_.evidence().items().size()) - 1;
  EXPECT_EQ(without_date.differs & items, 0u);
  for (const EvidenceKind kind : {EvidenceKind::kYear, EvidenceKind::kMonth, EvidenceKind::kDay}) {
    const auto bit = static_cast<size_t>(plan_.evidence().BitOf(2, kind));
    EXPECT_TRUE(whole.Agrees(bit));
    EXPECT_FALSE(without_date.Compared(bit));
  }
}

TEST_F(EvidenceTest, ADamagedDateIsEvidenceByItsParts) {
  const auto level = [&](const std::string& left, const std::string& right) {
    const EvidenceBits bits =
        plan_.evidence().CompareValues(Values("", "", left).data(), Values("", "", right).data());
    const FieldLevels levels(plan_.proto(), plan_.evidence());
    return std::string(levels.fields()[2].levels[LevelIn(levels.PatternOf(bits, 2, 0), 2)]);
  };
  EXPECT_EQ(level("1970-02-31", "1970-02-13"), "month or day");
  EXPECT_EQ(level("1970-02-31", "1970-03-31"), "month or day");
  EXPECT_EQ(level("1970-02-31", "1970-02-31"), "exact");
  EXPECT_EQ(level("1970-17-03", "1970-03-17"), "swapped");
  EXPECT_EQ(level("1070-03-04", "1970-03-04"), "month and day");
  EXPECT_EQ(level("0000-03-04", "1970-03-04"), "month and day");
  EXPECT_EQ(level("13/45/2000", "2000-03-04"), "year only");
  EXPECT_EQ(level("13/45/2000", "2001-03-04"), "differs");
}

TEST_F(EvidenceTest, UnderAnotherTokenTheSameValuesHaveOtherCodes) {
  const auto values = Values("Robert", "Roe", "1970-03-04");
  Agreement found;
  for (uint8_t token = 1; token < 200; ++token) {
    Count(Codes("key", 0, values), Codes("key", token, values), &found);
  }
  EXPECT_LT(found.agreeing, 1.5 * found.by_chance);
}

TEST_F(EvidenceTest, WhoKnowsEveryTokenButNotTheTokenKeyCannotTestAName) {
  // The resolver has only the token and the codes. For the right name, it computes the codes that
  // would result from the token alone, or from a guessed key.
  const auto values = Values("Robert", "Roe", "1970-03-04");
  Agreement found;
  for (uint8_t token = 0; token < 200; ++token) {
    const auto codes = Codes("the sites' secret", token, values);
    for (const std::string& guess : {std::string(), std::string(16, static_cast<char>(token))}) {
      Count(codes, Codes(guess, token, values), &found);
    }
  }
  EXPECT_LT(found.agreeing, 1.5 * found.by_chance) << "no more often than by chance";
}

TEST_F(EvidenceTest, NicknamesAgreeInTheirRoot) {
  const auto bobby = Values("Bobby", "Roe", "");
  const auto robert = Values("Robert", "Roe", "");
  const auto root = static_cast<size_t>(plan_.evidence().BitOf(0, EvidenceKind::kNicknameRoot));
  EXPECT_EQ(bobby[root], robert[root]);
  const auto exact = static_cast<size_t>(plan_.evidence().BitOf(0, EvidenceKind::kExactName));
  EXPECT_NE(bobby[exact], robert[exact]);
}

TEST_F(EvidenceTest, ATypingErrorLeavesSomeOfTheBigramHashesTheSame) {
  const FieldLevels levels(plan_.proto(), plan_.evidence());
  int similar = 0;
  const std::pair<const char*, const char*> typos[] = {{"Montgomery", "Montgomry"},
                                                       {"Fitzgerald", "Fitzgerlad"},
                                                       {"Washington", "Washingtom"},
                                                       {"Hernandez", "Hernandes"},
                                                       {"Christensen", "Christenson"}};
  for (const auto& [right, wrong] : typos) {
    const EvidenceBits bits =
        plan_.evidence().CompareValues(Values("", right, "").data(), Values("", wrong, "").data());
    const size_t level = LevelIn(levels.PatternOf(bits, 2, 0), 1);
    similar += level >= 2 && level + 1 < levels.fields()[1].levels.size() ? 1 : 0;
  }
  EXPECT_GE(similar, 4);
}

TEST_F(EvidenceTest, ChanceIsMeasuredOnStrangersWhateverTheirOrder) {
  ChanceSample forwards, backwards;
  const auto add = [&](ChanceSample* sample, int i) {
    const std::string letters(1, static_cast<char>('a' + i));
    sample->Add(Pseudonym(static_cast<uint8_t>(i)),
                Values(letters + "nna", letters + "oe", absl::StrCat(1950 + i, "-01-02")));
  };
  for (int i = 0; i < 20; ++i) add(&forwards, i);
  for (int i = 19; i >= 0; --i) add(&backwards, i);
  const auto measured = forwards.Measure(plan_);
  ASSERT_EQ(measured.size(), backwards.Measure(plan_).size());
  const auto in_threads = forwards.Measure(plan_, 3);
  for (size_t i = 0; i < measured.size(); ++i) {
    EXPECT_EQ(measured[i].SerializeAsString(), backwards.Measure(plan_)[i].SerializeAsString());
    EXPECT_EQ(measured[i].SerializeAsString(), in_threads[i].SerializeAsString());
  }
  uint64_t pairs = 0;
  for (const uint64_t count : measured[0].levels()) pairs += count;
  EXPECT_EQ(pairs, 20 * 19 / 2);
}

TEST_F(EvidenceTest, OnePersonTwiceInAFileIsNoPairOfStrangers) {
  ChanceSample sample;
  sample.Add(Pseudonym(1), Values("Robert", "Roe", "1970-03-04"));
  sample.Add(Pseudonym(2), Values("Robert", "Roe", "1970-03-04"));
  sample.Add(Pseudonym(3), Values("Mary", "Lee", "1981-05-06"));
  const auto measured = sample.Measure(plan_);
  uint64_t pairs = 0;
  for (const uint64_t count : measured[0].levels()) pairs += count;
  EXPECT_EQ(pairs, 2);
}

}  // namespace
}  // namespace blindlink::agent
