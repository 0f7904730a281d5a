#include "agent/synthetic/synthesis_run.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/files.h"
#include "common/csv/csv_reader.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

class SynthesisRunTest : public testing::Test {
 protected:
  SynthesisRunTest() {
    std::string persons = "local_id;sex;age\n", claims = "claim_id,local_id,setting,start,end\n";
    std::string diagnoses = "claim_id,seq,code\n";
    for (int i = 0; i < 600; ++i) {
      absl::StrAppend(&persons, "P", i, ";", i % 3 == 0 ? "F" : "M", ";", 20 + i % 50, "\n");
      for (int visit = 0; visit < i % 4; ++visit) {
        absl::StrAppendFormat(&claims, "C%d-%d,P%d,outpatient,2020-0%d-15,2020-0%d-15\n", i, visit,
                              i, visit + 2, visit + 2);
        absl::StrAppendFormat(&diagnoses, "C%d-%d,1,%s\n", i, visit, visit == 0 ? "I10" : "E11.9");
      }
    }
    Write("persons.csv", persons);
    Write("claims.csv", claims);
    Write("diagnoses.csv", diagnoses);
    Write("groups.txt", "I10;Hypertension\nE11;Type 2 diabetes\n");
    options_.spec = Write("spec.textproto", Spec(0));
    options_.input = Path("persons.csv");
    options_.out = Path("out");
  }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string Write(const std::string& name, const std::string& content) {
    EXPECT_TRUE(WriteFileAtomically(folder_ / name, content).ok());
    return Path(name);
  }
  static std::string Spec(double epsilon, bool claims = false) {
    return absl::StrCat(
        "name: \"test\" epsilon: ", epsilon,
        " columns { name: \"sex\" categories { value: \"F\" value: \"M\" } }"
        " columns { name: \"age\" numbers { smallest: 0 largest: 99 } }",
        claims ? " claims { code_groups: \"groups.txt\" settings: \"outpatient\" first_day: "
                 "\"2020-01-01\" last_day: \"2020-12-31\" person_columns: \"sex\" }"
               : "");
  }
  void AskForClaims(double epsilon) {
    Write("spec.textproto", Spec(epsilon, true));
    options_.claims = Path("claims.csv");
    options_.diagnoses = Path("diagnoses.csv");
  }
  std::string Read(const std::string& name) const { return ReadFile(folder_ / name).value_or(""); }

  TemporaryFolder folder_;
  SynthesisOptions options_;
};

TEST_F(SynthesisRunTest, TheSameSeedGivesTheSameBytesWithoutPrivacy) {
  AskForClaims(0);
  options_.seed = 7;
  ASSERT_TRUE(RunSynthesis(options_).ok());
  options_.out = Path("again");
  ASSERT_TRUE(RunSynthesis(options_).ok());
  for (const char* file : {"persons.csv", "claims.csv", "diagnoses.csv", "synthesis.json"}) {
    EXPECT_FALSE(Read(absl::StrCat("out/", file)).empty());
    EXPECT_EQ(Read(absl::StrCat("out/", file)), Read(absl::StrCat("again/", file))) << file;
  }
}

TEST_F(SynthesisRunTest, ASeedIsRefusedWithPrivacy) {
  Write("spec.textproto", Spec(1));
  options_.seed = 7;
  EXPECT_EQ(RunSynthesis(options_).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(options_.out));
}

TEST_F(SynthesisRunTest, NoiseDiffersFromRunToRun) {
  Write("spec.textproto", Spec(1));
  ASSERT_TRUE(RunSynthesis(options_).ok());
  options_.out = Path("again");
  ASSERT_TRUE(RunSynthesis(options_).ok());
  EXPECT_NE(Read("out/persons.csv"), Read("again/persons.csv"));
}

TEST_F(SynthesisRunTest, SyntheticClaimsCanBeReadAsClaimsAndNameOnlyListedCodes) {
  AskForClaims(0);
  const auto summary = RunSynthesis(options_);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->real_visits, 900u);
  EXPECT_NEAR(static_cast<double>(summary->visits), 900, 100);
  auto reader = CsvReader::Open(Path("out/diagnoses.csv"));
  ASSERT_TRUE(reader.ok());
  while ((*reader)->Next().value()) {
    const std::string& code = (*reader)->fields()[3];
    EXPECT_TRUE(code == "I10" || code == "E11");
  }
  // What was made can be synthesized again.
  options_.input = Path("out/persons.csv");
  options_.claims = Path("out/claims.csv");
  options_.diagnoses = Path("out/diagnoses.csv");
  options_.out = Path("again");
  EXPECT_TRUE(RunSynthesis(options_).ok());
}

TEST_F(SynthesisRunTest, WhatGoesWithTheFilesNamesTheBudgetAndNothingOfTheData) {
  AskForClaims(2);
  const auto summary = RunSynthesis(options_);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_LE(summary->rho_spent, summary->rho);
  const std::string json = Read("out/synthesis.json");
  for (const char* text :
       {"\"epsilon\": 2", "\"delta\": 1e-09", "persons: tree", "visits: columns"}) {
    EXPECT_NE(json.find(text), std::string::npos) << text << json;
  }
  // Counts are those of the synthetic files.
  EXPECT_NE(json.find(absl::StrCat("\"persons\": ", summary->persons)), std::string::npos) << json;
  EXPECT_NE(json.find(absl::StrCat("\"visits\": ", summary->visits)), std::string::npos) << json;
  EXPECT_EQ(json.find("real"), std::string::npos) << json;
}

TEST_F(SynthesisRunTest, TheReportComparesWithAHoldOut) {
  options_.holdout = Path("persons.csv");
  EXPECT_EQ(RunSynthesis(options_).status().code(), absl::StatusCode::kInvalidArgument);
  options_.report = Path("report.html");
  std::vector<std::string> activities;
  options_.progress = [&](const char* activity) { activities.emplace_back(activity); };
  ASSERT_TRUE(RunSynthesis(options_).ok());
  EXPECT_EQ(activities.size(), 4u);
  EXPECT_NE(Read("report.html").find("<svg"), std::string::npos);
  EXPECT_NE(Read("report.json").find("\"nearer_to_real\": 0.5"), std::string::npos);
}

TEST_F(SynthesisRunTest, BadInputIsNamedAndNothingIsWritten) {
  options_.input = Write("other.csv", "sex;alter\nF;3\n");
  const auto missing = RunSynthesis(options_);
  EXPECT_NE(missing.status().message().find("no column 'age'"), std::string::npos);
  AskForClaims(0);
  options_.input = Write("twice.csv", "local_id;sex;age\nP1;F;3\nP1;F;4\n");
  const auto twice = RunSynthesis(options_);
  EXPECT_NE(twice.status().message().find("row 2, column local_id"), std::string::npos);
  options_.diagnoses.clear();
  EXPECT_EQ(RunSynthesis(options_).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(options_.out));
}

TEST_F(SynthesisRunTest, AFolderWithFilesIsNotOverwritten) {
  ASSERT_TRUE(RunSynthesis(options_).ok());
  EXPECT_EQ(RunSynthesis(options_).status().code(), absl::StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace blindlink::agent
