#include "agent/clinical/codes/code_generalizer.h"

#include <map>
#include <set>

#include "agent/clinical/codes/code_text.h"
#include "agent/clinical/codes/person_codes.h"
#include "gmock/gmock.h"
#include "tests/unit/agent/clinical/codes/small_codes.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;

class CodeGeneralizerTest : public testing::Test {
 protected:
  CodeGeneralizerTest() {
    codes_.WriteIcd10();
    book_ = codes_.Book();
    rule_.set_code_system("ICD-10-CM");
    rule_.set_min_persons(3);
  }

  // A map that releases E11 and E119.
  CodeMap SmallMap() {
    const std::string path = codes_.Path("map.csv");
    const std::string text = CodeMap::ToText(
        {{"ICD-10-CM", "category", "E11", 40}, {"ICD-10-CM", "code", "E119", 20}}, book_.digest());
    EXPECT_TRUE(WriteFileAtomically(path, text).ok());
    absl::StatusOr<CodeMap> map = CodeMap::Open(path);
    EXPECT_TRUE(map.ok()) << map.status();
    return *std::move(map);
  }
  void Create(const CodeMap* map = nullptr) {
    auto made = CodeGeneralizer::Create(book_, {rule_}, map);
    ASSERT_TRUE(made.ok()) << made.status();
    generalizer_ = *std::move(made);
  }
  // `persons` new persons with these codes.
  void Add(int persons, const std::vector<std::string>& codes) {
    for (int i = 0; i < persons; ++i, ++next_person_) {
      for (const std::string& code : codes) generalizer_->Add(next_person_, "ICD-10-CM", code);
    }
  }
  std::string Released(const std::string& code) {
    return generalizer_->Released("ICD-10-CM", code).code;
  }
  std::string ReleasedOf(uint64_t person, const std::string& code) {
    return generalizer_->Released(person, "ICD-10-CM", code).code;
  }

  SmallCodes codes_;
  CodeBook book_;
  v1::CodeRule rule_;
  std::unique_ptr<CodeGeneralizer> generalizer_;
  uint64_t next_person_ = 1;
};

TEST_F(CodeGeneralizerTest, FrequentCodesStayAndRareOnesRiseUntilTheyAreFrequent) {
  Create();
  Add(3, {"E11.9"});
  Add(2, {"E11.21"});
  Add(1, {"E11.22"});
  generalizer_->Prepare();
  EXPECT_EQ(Released("E119"), "E119");
  EXPECT_EQ(Released("E1121"), "E112");
  EXPECT_EQ(Released("E11.22"), "E112");
}

TEST_F(CodeGeneralizerTest, PersonsCountAndNotRows) {
  Create();
  for (int row = 0; row < 50; ++row) generalizer_->Add(1, "ICD-10-CM", "A00.0");
  generalizer_->Prepare();
  EXPECT_EQ(Released("A000"), "");
}

TEST_F(CodeGeneralizerTest, WhatIsRareEvenAsAChapterIsNotReleased) {
  Create();
  Add(3, {"E11.9"});
  Add(2, {"A00.0"});
  generalizer_->Prepare();
  EXPECT_EQ(Released("A000"), "");
  EXPECT_EQ(Released("E110"), "") << "no person has it";
}

TEST_F(CodeGeneralizerTest, AKeptCodeStaysWholeHoweverRare) {
  rule_.add_keep("E11.2");
  Create();
  Add(1, {"E11.21"});
  Add(1, {"E11.9"});
  generalizer_->Prepare();
  EXPECT_EQ(Released("E11.21"), "E1121");
  EXPECT_EQ(Released("E11.9"), "");
}

TEST_F(CodeGeneralizerTest, LevelsOfThePlanAlone) {
  rule_.add_levels("category");
  Create();
  Add(3, {"E11.9"});
  generalizer_->Prepare();
  EXPECT_EQ(Released("E11.9"), "E11");
}

TEST_F(CodeGeneralizerTest, NoPersonKeepsARareCombination) {
  rule_.set_combination(2);
  rule_.set_min_combination(3);
  Create();
  Add(6, {"E11.9"});
  Add(6, {"A00.0"});
  Add(4, {"E11.9", "E66.9"});
  Add(1, {"E11.9", "A00.0"});
  Add(2, {"A00.0", "E66.9"});
  generalizer_->Prepare();
  std::map<std::pair<std::string, std::string>, int> pairs;
  std::map<std::string, int> singles;
  for (uint64_t person = 1; person < next_person_; ++person) {
    std::set<std::string> released;
    for (const char* code : {"E119", "A000", "E669"}) released.insert(ReleasedOf(person, code));
    released.erase("");
    for (const std::string& a : released) {
      ++singles[a];
      for (const std::string& b : released) {
        if (a < b) ++pairs[{a, b}];
      }
    }
  }
  for (const auto& [pair, persons] : pairs) EXPECT_GE(persons, 3) << pair.first << pair.second;
  for (const auto& [code, persons] : singles) EXPECT_GE(persons, 3) << code;
  EXPECT_EQ(singles["E119"] >= 10, true) << "what is frequent and alone stays";
}

TEST_F(CodeGeneralizerTest, RareCombinationsOfThreeAreFound) {
  rule_.set_combination(3);
  rule_.set_min_combination(3);
  Create();
  Add(3, {"E11.9", "A00.0"});
  Add(3, {"E11.9", "E66.9"});
  Add(3, {"A00.0", "E66.9"});
  Add(1, {"A00.0", "E11.9", "E66.9"});
  generalizer_->Prepare();
  const uint64_t last = next_person_ - 1;
  std::set<std::string> released = {ReleasedOf(last, "E119"), ReleasedOf(last, "A000"),
                                    ReleasedOf(last, "E669")};
  released.erase("");
  EXPECT_LT(released.size(), 3u);
}

TEST_F(CodeGeneralizerTest, TheOrderOfRowsHasNoEffect) {
  rule_.set_combination(2);
  const std::vector<std::string> some = {"E11.9", "A00.0", "E66.9", "E10.1", "E11.21"};
  std::vector<std::string> texts;
  for (const bool backwards : {false, true}) {
    Create();
    for (uint64_t i = 0; i < 400; ++i) {
      const uint64_t at = backwards ? 399 - i : i;
      generalizer_->Add(at % 60, "ICD-10-CM", some[(at * at + at / 7) % some.size()]);
    }
    generalizer_->Prepare();
    std::string& text = texts.emplace_back();
    for (uint64_t person = 0; person < 60; ++person) {
      for (const std::string& code : some) text += ReleasedOf(person, code) + ",";
    }
  }
  EXPECT_EQ(texts[0], texts[1]);
}

TEST_F(CodeGeneralizerTest, TheCodeMapDecidesIfThereIsOne) {
  const CodeMap map = SmallMap();
  rule_.set_code_map(map.digest());
  Create(&map);
  Add(1, {"E11.9", "E11.21", "A00.0"});
  generalizer_->Prepare();
  EXPECT_EQ(ReleasedOf(1, "E11.9"), "E119");
  EXPECT_EQ(ReleasedOf(1, "E11.21"), "E11");
  EXPECT_EQ(ReleasedOf(1, "A00.0"), "");
}

TEST_F(CodeGeneralizerTest, AnotherCodeMapIsRefused) {
  rule_.set_code_map("00ff");
  const auto made = CodeGeneralizer::Create(book_, {rule_}, nullptr);
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("00ff"));
}

TEST_F(CodeGeneralizerTest, ACodeMapThatNoRuleNamesIsRefusedAndNotIgnored) {
  const CodeMap map = SmallMap();
  for (const std::vector<v1::CodeRule>& rules : {std::vector<v1::CodeRule>{rule_}, {}}) {
    const absl::Status status = CodeGeneralizer::Create(book_, rules, &map).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("write code_map: \"" + map.digest() + "\" into each rule"));
  }
}

TEST_F(CodeGeneralizerTest, WrongRulesAreRefusedWithTheirSystem) {
  rule_.add_levels("chapter");
  rule_.add_levels("category");
  EXPECT_THAT(std::string(CheckRules({rule_}, book_).status().message()),
              HasSubstr("'ICD-10-CM': level 'category' stands after a coarser one"));
  rule_.clear_levels();
  rule_.add_levels("floor");
  EXPECT_THAT(std::string(CheckRules({rule_}, book_).status().message()),
              HasSubstr("there is no level 'floor'; the levels are code, subcategory"));
}

TEST_F(CodeGeneralizerTest, UtilityCountsWhatIsKept) {
  Create();
  Add(4, {"E11.9"});
  Add(4, {"E66.9"});
  generalizer_->Prepare();
  const std::vector<CodeUtility> utility = generalizer_->Utility();
  ASSERT_EQ(utility.size(), 1u);
  EXPECT_DOUBLE_EQ(utility[0].entropy, 1);
  EXPECT_DOUBLE_EQ(utility[0].EntropyKept(), 1);
  EXPECT_DOUBLE_EQ(utility[0].non_uniform_kept, 1);
  EXPECT_EQ(utility[0].kept_codes, 2u);
}

TEST(CodeUtility, RowsWithoutACodeKeepNothing) {
  CodeUtilityCounter counter("x");
  counter.Add("a", {"code", "a"}, 2);
  counter.Add("b", {}, 2);
  const CodeUtility utility = counter.Finish();
  EXPECT_DOUBLE_EQ(utility.EntropyKept(), 0.5);
  EXPECT_DOUBLE_EQ(utility.non_uniform_kept, 0.5);
}

}  // namespace
}  // namespace blindlink::agent
