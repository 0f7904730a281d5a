#include "tests/population/generate.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::population {
namespace {

std::string Text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> Lines(const std::string& path) {
  return absl::StrSplit(Text(path), '\n', absl::SkipEmpty());
}

class GenerateTest : public testing::Test {
 protected:
  Options OptionsIn(const std::string& name) {
    Options options;
    options.seed = 11;
    options.sizes = {.registry = 2000, .claims = 20000, .claims_records_per_person = 1.1};
    options.registry_out = (folder_ / (name + ".registry")).string();
    options.claims_out = (folder_ / (name + ".claims")).string();
    options.truth_out = (folder_ / (name + ".truth")).string();
    options.errors_out = (folder_ / (name + ".errors")).string();
    return options;
  }
  static std::string All(const Options& options) {
    return absl::StrCat(Text(options.registry_out), Text(options.claims_out),
                        Text(options.truth_out), Text(options.errors_out));
  }
  TemporaryFolder folder_;
};

TEST_F(GenerateTest, TheSameSeedGivesTheSameBytesWhateverTheBuffer) {
  Options one = OptionsIn("one"), other = OptionsIn("other"), another = OptionsIn("another");
  other.buffer = 1;
  another.seed = 12;
  for (const Options& options : {one, other, another}) ASSERT_TRUE(Generate(options).ok());
  EXPECT_EQ(All(one), All(other));
  EXPECT_NE(All(one), All(another));
}

TEST_F(GenerateTest, FilesWrittenApartAreTheSameAsTogether) {
  const Options both = OptionsIn("both");
  Options alone = OptionsIn("alone");
  alone.registry_out.clear();
  ASSERT_TRUE(Generate(both).ok());
  ASSERT_TRUE(Generate(alone).ok());
  EXPECT_EQ(Text(both.claims_out), Text(alone.claims_out));
}

TEST_F(GenerateTest, ErrorsComeOutAsOftenAsAsked) {
  Options options = OptionsIn("rates");
  options.sizes.claims = 60000;
  options.claims_errors = ErrorRates(1.5);
  ASSERT_TRUE(options.claims_errors.Override("nickname=0.5").ok());
  const absl::StatusOr<Report> report = Generate(options);
  ASSERT_TRUE(report.ok());
  for (const ErrorKindFacts& facts : AllErrorKinds()) {
    const auto at = static_cast<size_t>(facts.kind);
    const auto possible = static_cast<double>(report->claims.possible[at]);
    const double rate = facts.name == "nickname" ? 0.5 : std::min(1.0, facts.usual_rate * 1.5);
    ASSERT_GT(possible, 100) << facts.name;
    const double spread = std::sqrt(rate * (1 - rate) / possible);
    EXPECT_NEAR(static_cast<double>(report->claims.made[at]) / possible, rate, 4 * spread + 1e-9)
        << facts.name;
  }
}

TEST_F(GenerateTest, TheErrorsFileHasARowForEachErrorMade) {
  const Options options = OptionsIn("errors");
  const absl::StatusOr<Report> report = Generate(options);
  ASSERT_TRUE(report.ok());
  std::map<std::string, uint64_t> rows;
  for (const std::string& line : Lines(options.errors_out)) {
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    if (fields[0] == "claims") ++rows[fields[2]];
  }
  for (const ErrorKindFacts& facts : AllErrorKinds()) {
    EXPECT_EQ(rows[std::string(facts.name)], report->claims.made[static_cast<size_t>(facts.kind)]);
  }
}

TEST_F(GenerateTest, GroupsSayTheOriginAndTheFamilyOfEveryRecord) {
  Options options = OptionsIn("groups");
  options.groups_out = (folder_ / "groups").string();
  ASSERT_TRUE(Generate(options).ok());
  EXPECT_EQ(Lines(options.groups_out).size(), Lines(options.truth_out).size());
  std::map<std::string, int> origins, families;
  for (const std::string& line : Lines(options.groups_out)) {
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    ASSERT_EQ(fields.size(), 4U);
    ++origins[fields[2]];
    ++families[fields[3]];
  }
  EXPECT_GT(origins["Hispanic"], 0);
  EXPECT_GT(origins["general"], origins["Hispanic"]);
  EXPECT_GT(families["twin"], 0);
  EXPECT_GT(families["surname by marriage"], 0);
}

TEST_F(GenerateTest, WithoutErrorsTwoRecordsOfOnePersonAgree) {
  Options options = OptionsIn("clean");
  options.registry_errors = options.claims_errors = ErrorRates(0);
  ASSERT_TRUE(Generate(options).ok());
  EXPECT_EQ(Lines(options.errors_out).size(), 1U);
  std::map<std::string, std::string> person_of, ssn_of;
  for (const std::string& line : Lines(options.truth_out)) {
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    person_of[fields[1]] = fields[2];
  }
  for (const std::string& line : Lines(options.claims_out)) {
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    if (fields[0] == "member_id") continue;
    const auto [known, is_new] = ssn_of.emplace(person_of[fields[0]], fields[11]);
    EXPECT_EQ(known->second, fields[11]);
  }
  EXPECT_EQ(person_of.size(), 22000U + 1);
  EXPECT_LT(ssn_of.size(), 20000U);
}

TEST_F(GenerateTest, WhatASiteIsWithoutHasNoColumn) {
  Options options = OptionsIn("without");
  options.without = {.address = true, .ssn = true};
  ASSERT_TRUE(Generate(options).ok());
  EXPECT_EQ(Lines(options.registry_out)[0],
            "id,given_name,middle_name,surname,suffix,gender,birth_date,phone,email");
  EXPECT_EQ(Lines(options.claims_out)[0],
            "member_id,last_name,first_name,mi,dob,sex,phone_number,email");
}

TEST_F(GenerateTest, AFileThatCannotBeWrittenSaysSo) {
  Options options = OptionsIn("nowhere");
  options.claims_out = (folder_ / ("no/such/folder/claims.csv")).string();
  const absl::StatusOr<Report> report = Generate(options);
  EXPECT_NE(report.status().message().find("cannot write"), std::string::npos);
}

TEST(ErrorRates, WhatIsNoRateIsRefused) {
  ErrorRates rates(1);
  EXPECT_FALSE(rates.Override("nickname").ok());
  EXPECT_FALSE(rates.Override("nickname=2").ok());
  EXPECT_FALSE(rates.Override("nick=0.2").ok());
  EXPECT_TRUE(rates.Override("nickname=0.2").ok());
}

}  // namespace
}  // namespace blindlink::population
