#include "common/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/hex.h"
#include "common/crypto/sha256.h"
#include "common/plan/plan_difference.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

constexpr char kPlan[] = R"(
name: "tiny"
version: 1
description: "For tests."
standardizer_version: "3"
fields { name: "first_name" standardizer: GIVEN_NAME }
fields { name: "last_name" standardizer: SURNAME }
fields { name: "date_of_birth" standardizer: DATE }
match_keys {
  name: "name-dob" id: 1
  components { field: "first_name" variants { form: NICKNAME_ROOT meets: BASE_OR_SAME } }
  components { field: "last_name" }
  components { field: "date_of_birth" variants { form: DAY_MONTH_SWAPPED } variants { form: NEAR_YEAR } }
  exchange { first: "first_name" second: "last_name" }
}
match_rules {
  name: "exact" level: FULL score: 0.99
  all_of { match_key: "name-dob" }
}
)";

TEST(Plan, AValidPlanIsReadWithItsDefaults) {
  const auto plan = Plan::Parse(kPlan);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->proto().limits().max_records_per_token(), 500u);
  EXPECT_EQ(plan->proto().token_scheme(), v1::HMAC_SHA256);
  EXPECT_EQ(plan->proto().match_keys(0).components(0).form(), v1::EXACT);
}

TEST(Plan, FormCodesGoThereAndBack) {
  const auto plan = Plan::Parse(kPlan);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const MatchKeyLayout& key = plan->match_keys()[0];
  ASSERT_EQ(key.FormCodeCount(), 12u);
  for (size_t code = 0; code < key.FormCodeCount(); ++code) {
    const DecodedFormCode decoded = key.DecodeForms(static_cast<uint8_t>(code));
    EXPECT_EQ(key.EncodeForms(decoded.form_indices, decoded.exchanged), code);
  }
  EXPECT_EQ(key.DecodeForms(0).form_indices, (std::vector<uint8_t>{0, 0, 0}));
}

TEST(Plan, TooManyCombinationsOfFormsAreRefused) {
  std::string fields;
  std::string components;
  for (int i = 0; i < 16; ++i) {
    absl::StrAppend(&fields, "fields { name: \"f", i, "\" standardizer: SURNAME }\n");
    absl::StrAppend(&components, "components { field: \"f", i, "\" variants { form: SOUNDEX } }\n");
  }
  const auto plan = Plan::Parse(absl::StrCat(
      "name: \"wide\" version: 1 description: \"For tests.\" standardizer_version: \"2\"\n", fields,
      "match_keys { name: \"k\" id: 1\n", components,
      "}\nmatch_rules { name: \"r\" level: FULL score: 1 all_of { match_key: \"k\" } }"));
  EXPECT_THAT(std::string(plan.status().message()),
              testing::HasSubstr("more than 256 combinations of forms"));
}

TEST(Plan, AMistakeIsReportedWithItsLineAndField) {
  const std::string text = absl::StrReplaceAll(kPlan, {{"form: NEAR_YEAR", "form: SOUNDEX"}});
  const auto plan = Plan::Parse(text);
  ASSERT_FALSE(plan.ok());
  EXPECT_THAT(std::string(plan.status().message()), HasSubstr("13:"));
  EXPECT_THAT(
      std::string(plan.status().message()),
      HasSubstr("match_keys[1].components[3].variants[2].form: SOUNDEX is no form of DATE"));
}

TEST(Plan, AnUnknownFieldIsAMistake) {
  const auto plan = Plan::Parse(std::string(kPlan) + "\nfoo: 1\n");
  ASSERT_FALSE(plan.ok());
  EXPECT_THAT(std::string(plan.status().message()), HasSubstr("foo"));
}

TEST(Plan, AllMistakesAreReportedAtOnce) {
  const auto plan = Plan::Parse("name: \"Bad Name\" version: 1 description: \"x\"");
  ASSERT_FALSE(plan.ok());
  for (const char* part :
       {"name:", "standardizer_version:", "fields:", "match_keys:", "match_rules:"}) {
    EXPECT_THAT(std::string(plan.status().message()), HasSubstr(part));
  }
}

TEST(Plan, AMistakeIsFoundWhereItIsWrittenOrWhereItsMessageBegins) {
  const auto plan =
      Plan::Parse(absl::StrReplaceAll(kPlan, {{"id: 1", "id: 300"}, {"level: FULL ", ""}}));
  ASSERT_FALSE(plan.ok());
  const std::string message(plan.status().message());
  EXPECT_THAT(message, HasSubstr("\n  10:20: match_keys[1].id: must be from 1 to 255"));
  EXPECT_THAT(message, HasSubstr("\n  16:1: match_rules[1].level: write FULL or PARTIAL"));
}

TEST(Plan, NamesThatCouldSteerATerminalOrASpreadsheetAreMistakes) {
  for (const char* name : {"\\033[2J", "=HYPERLINK(1)", "+1", "-1", "@x", "a b", "a,b", ".x", ""}) {
    for (const char* before : {"\"name-dob\" id", "\"exact\" level"}) {
      std::string after = before;
      after = after.substr(after.rfind('"') + 1);
      const auto plan = Plan::Parse(
          absl::StrReplaceAll(kPlan, {{before, absl::StrCat("\"", name, "\"", after)}}));
      ASSERT_FALSE(plan.ok()) << name;
      EXPECT_THAT(std::string(plan.status().message()), HasSubstr("must be 1 to 64 characters"));
    }
  }
  EXPECT_FALSE(Plan::Parse(absl::StrCat(kPlan, "# \x1b[2J\n")).ok());
  EXPECT_FALSE(Plan::Parse(absl::StrCat(kPlan, "# \xc2\x9b\n")).ok());
  EXPECT_TRUE(Plan::Parse(absl::StrCat(kPlan, "# \xc3\xa9\t\r\n")).ok());
}

TEST(Plan, WhatAnEarlierReleaseHasAcceptedIsStillRead) {
  const std::string text = absl::StrReplaceAll(kPlan, {{"\"exact\"", "\"exact match\""}});
  EXPECT_FALSE(Plan::Parse(text).ok());
  const auto plan = Plan::ParseAccepted(text);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->proto().match_rules(0).name(), "exact match");
}

TEST(Plan, ALargePlanIsRefusedSoonAndItsMistakesAreNotAllListed) {
  const auto refused = [](const std::string& text) {
    const auto plan = Plan::Parse(text);
    EXPECT_FALSE(plan.ok());
    EXPECT_LT(plan.status().message().size(), 50u * 1000);
    return std::string(plan.status().message());
  };
  EXPECT_THAT(refused(std::string(3 << 20, '#')), HasSubstr("at most 262144 (256 KiB)"));
  const auto repeated = [](const char* part, int times) {
    std::string text = kPlan;
    for (int i = 0; i < times; ++i) absl::StrAppend(&text, part);
    return text;
  };
  EXPECT_THAT(refused(repeated("fields{}", 30000)),
              HasSubstr("fields: there are 30003, at most 128"));
  EXPECT_THAT(refused(repeated("match_keys{}", 20000)), HasSubstr("match_keys: there are 20001"));
  EXPECT_THAT(refused(repeated("match_rules{}", 18000)), HasSubstr("match_rules: there are 18001"));
  EXPECT_THAT(refused(repeated("match_rules{all_of{}}", 200)), HasSubstr("more mistakes"));
  EXPECT_THAT(
      refused(absl::StrReplaceAll(kPlan, {{"all_of { match_key: \"name-dob\" }",
                                           repeated("all_of{}", 65).substr(strlen(kPlan))}})),
      HasSubstr("all_of: there are 65, at most 64"));
}

TEST(Plan, MatchKeysOfManyFormsAreRefusedTogether) {
  std::string text = kPlan;
  for (int id = 2; id <= 60; ++id) {
    absl::StrAppend(&text, "match_keys { name: \"k", id, "\" id: ", id);
    for (const char* field : {"first_name", "last_name"}) {
      absl::StrAppend(&text, " components { field: \"", field, "\"");
      for (const char* form : {"NICKNAME_ROOT", "INITIAL", "SOUNDEX", "DOUBLE_METAPHONE", "NYSIIS",
                               "NAME_PART", "PREFIX_3"}) {
        absl::StrAppend(&text, " variants { form: ", form, " }");
      }
      absl::StrAppend(&text, " }");
    }
    absl::StrAppend(&text,
                    " components { field: \"date_of_birth\" variants { form: YEAR } variants { "
                    "form: NEAR_YEAR } variants { form: MONTH_DAY } } }\n");
  }
  const auto plan = Plan::Parse(text);
  ASSERT_FALSE(plan.ok());
  EXPECT_THAT(std::string(plan.status().message()), HasSubstr("pairs of form codes together"));
}

TEST(PlanDifference, NamesThePartThatDiffers) {
  const auto plan = Plan::Parse(kPlan);
  const auto with = [&](absl::string_view from, absl::string_view to) {
    const auto other = Plan::Parse(absl::StrReplaceAll(kPlan, {{from, to}}));
    EXPECT_TRUE(other.ok()) << other.status();
    return DescribeTokenizationDifference(*other, *plan);
  };
  EXPECT_EQ(with("0.99", "0.5"), "");
  EXPECT_EQ(with("standardizer_version: \"3\"", "standardizer_version: \"2\""),
            "standardizer version 2 instead of 3");
  EXPECT_EQ(with("variants { form: NEAR_YEAR }", ""), "match key name-dob is made differently");
  EXPECT_EQ(with("id: 1", "id: 7"),
            "match key name-dob is only in this plan; match key name-dob is missing in this plan");
  EXPECT_EQ(with("version: 1", "version: 1 limits { earliest_year: 1900 }"),
            "earliest year 1900 instead of 1840");
}

// Computed by hand from docs/formats: sites and resolver of different releases must agree.
TEST(PlanDigest, TheTokenizationDigestIsTheDocumentedOne) {
  const auto plan = Plan::Parse(kPlan);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(HexEncode(plan->match_keys()[0].canonical_definition),
            "00000001000000030000000a66697273745f6e616d650000000100000002000000010000000a"
            "000000096c6173745f6e616d650000000300000001000000010000000d646174655f6f665f6269727468"
            "0000000500000003000000010000001e0000001f00000001000000000000000100000040");
  EXPECT_EQ(HexEncode(AsView(plan->tokenization_digest())),
            "23ecadc1a0be2ca3c0dcc5deb54d42aabbb011cd7bd5697d452a94023126e106");
}

TEST(PlanDigest, RulesAndCommentsDoNotChangeTheTokenizationDigest) {
  const auto plan = Plan::Parse(kPlan);
  const auto other = Plan::Parse("# a comment\n" + absl::StrReplaceAll(kPlan, {{"0.99", "0.5"}}));
  ASSERT_TRUE(plan.ok() && other.ok());
  EXPECT_EQ(plan->tokenization_digest(), other->tokenization_digest());
  EXPECT_NE(plan->digest(), other->digest());
}

TEST(PlanDigest, TheEarliestYearChangesTheTokenizationDigestUnlessItIsTheDefault) {
  const auto plan = Plan::Parse(kPlan);
  const auto as_usual = Plan::Parse(absl::StrCat(kPlan, "limits { earliest_year: 1840 }"));
  const auto other = Plan::Parse(absl::StrCat(kPlan, "limits { earliest_year: 1900 }"));
  ASSERT_TRUE(plan.ok() && as_usual.ok() && other.ok());
  EXPECT_EQ(plan->tokenization_digest(), as_usual->tokenization_digest());
  EXPECT_NE(plan->tokenization_digest(), other->tokenization_digest());
}

TEST(Plan, TheEarliestYearIsNeitherTooEarlyNorTooLate) {
  for (const char* year : {"1799", "2001"}) {
    const auto plan = Plan::Parse(absl::StrCat(kPlan, "limits { earliest_year: ", year, " }"));
    ASSERT_FALSE(plan.ok());
    EXPECT_THAT(std::string(plan.status().message()),
                HasSubstr("limits.earliest_year: must be from 1800 to 2000"));
  }
}

TEST(PlanDigest, FakesChangeTheTokenizationDigestAndPaddingDoesNot) {
  const auto plan = Plan::Parse(kPlan);
  const auto padded = Plan::Parse(absl::StrCat(kPlan, "padding { tokens: 3 }"));
  const auto no_fakes = Plan::Parse(absl::StrCat(kPlan, "fakes_per_1000_records: 0"));
  const auto fakes = Plan::Parse(absl::StrCat(kPlan, "fakes_per_1000_records: 5"));
  ASSERT_TRUE(plan.ok() && padded.ok() && no_fakes.ok() && fakes.ok());
  EXPECT_EQ(plan->tokenization_digest(), padded->tokenization_digest());
  EXPECT_EQ(plan->tokenization_digest(), no_fakes->tokenization_digest());
  EXPECT_NE(plan->tokenization_digest(), fakes->tokenization_digest());
  EXPECT_EQ(DescribeTokenizationDifference(*plan, *fakes), "fakes_per_1000_records 0 instead of 5");
}

constexpr char kObliviousKey[] =
    "oblivious_key { public_key: "
    "\"c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e\" }";
std::string WithObliviousNameDob() {
  return absl::StrReplaceAll(kPlan, {{"name: \"name-dob\"", "name: \"name-dob\" oblivious: true"}});
}

TEST(PlanDigest, AnObliviousMatchKeyAndItsPublicKeyChangeTheTokenizationDigest) {
  const auto plan = Plan::Parse(kPlan);
  const auto oblivious = Plan::Parse(WithObliviousNameDob() + kObliviousKey);
  const auto other_server =
      Plan::Parse(WithObliviousNameDob() + absl::StrReplaceAll(kObliviousKey, {{"c803", "c804"}}));
  const auto upper_case = Plan::Parse(
      WithObliviousNameDob() + absl::StrReplaceAll(kObliviousKey, {{"c803e2cc", "C803E2CC"}}));
  ASSERT_TRUE(plan.ok() && oblivious.ok() && other_server.ok() && upper_case.ok())
      << oblivious.status();
  EXPECT_NE(plan->tokenization_digest(), oblivious->tokenization_digest());
  EXPECT_NE(other_server->tokenization_digest(), oblivious->tokenization_digest());
  EXPECT_EQ(upper_case->tokenization_digest(), oblivious->tokenization_digest());
  EXPECT_EQ(oblivious->match_keys()[0].canonical_definition,
            plan->match_keys()[0].canonical_definition + std::string("\0\0\0\tobliv", 9) + "ious" +
                std::string("\0\0\0 ", 4) +
                *HexDecode("c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e"));
  EXPECT_THAT(DescribeTokenizationDifference(*oblivious, *other_server),
              AllOf(HasSubstr("oblivious_key c803"), HasSubstr("instead of c804")));
  EXPECT_THAT(DescribeTokenizationDifference(*plan, *oblivious),
              HasSubstr("oblivious_key none instead of c803"));
}

TEST(Plan, AnObliviousMatchKeyNeedsThePublicKeyOfAKeyServer) {
  const auto message_of = [](const std::string& text) {
    return std::string(Plan::Parse(text).status().message());
  };
  EXPECT_EQ(message_of(WithObliviousNameDob() + kObliviousKey), "");
  EXPECT_THAT(message_of(WithObliviousNameDob()),
              HasSubstr("match_keys[1].oblivious: needs oblivious_key"));
  EXPECT_THAT(message_of(absl::StrCat(kPlan, kObliviousKey)),
              HasSubstr("oblivious_key: no match key is oblivious"));
  EXPECT_THAT(message_of(WithObliviousNameDob() + "oblivious_key { public_key: \"c803\" }"),
              HasSubstr("oblivious_key.public_key: must be the 64 hexadecimal digits"));
}

TEST(Plan, PaddingIsOfMatchKeysThatExistAndOfFewTokens) {
  const auto with = [](const char* more) {
    return std::string(Plan::Parse(absl::StrCat(kPlan, more)).status().message());
  };
  EXPECT_EQ(with("padding {}"), "");
  EXPECT_EQ(with("padding { match_keys { match_key: \"name-dob\" tokens: 64 } }"), "");
  EXPECT_THAT(with("padding { match_keys { match_key: \"other\" tokens: 2 } }"),
              HasSubstr("there is no such match key"));
  EXPECT_THAT(with("padding { match_keys { match_key: \"name-dob\" } }"),
              HasSubstr("must be from 1 to 64"));
  EXPECT_THAT(with("padding { match_keys { match_key: \"name-dob\" tokens: 2 }"
                   " match_keys { match_key: \"name-dob\" tokens: 2 } }"),
              HasSubstr("is a duplicate"));
  EXPECT_THAT(with("padding { tokens: 65 }"), HasSubstr("must be at most 64"));
  EXPECT_THAT(with("fakes_per_1000_records: 1001"), HasSubstr("must be at most 1000"));
  EXPECT_THAT(with("fakes_per_1000_records: 1 max_records_per_token_at_site: 4"),
              HasSubstr("needs padding"));
  EXPECT_EQ(with("fakes_per_1000_records: 1 max_records_per_token_at_site: 4 padding {}"), "");
}

TEST(Plan, BoundsOfAgreementAreForFieldsOfEvidenceAndShares) {
  const std::string plan = absl::StrCat(kPlan, "evidence { field: \"last_name\" } ");
  const auto with = [&](const char* bound) {
    return Plan::Parse(absl::StrCat(plan, "scoring { bounds { ", bound, " } }")).status();
  };
  EXPECT_TRUE(with("field: \"last_name\" least_agreement: 0.5").ok());
  EXPECT_THAT(std::string(with("field: \"first_name\" least_agreement: 0.5").message()),
              HasSubstr("\"first_name\" is not a field of evidence"));
  EXPECT_THAT(std::string(with("field: \"last_name\" least_agreement: 1").message()),
              HasSubstr("least_agreement must be from 0 to less than 1"));
}

TEST(PlanDigest, AnotherVariantChangesTheTokenizationDigest) {
  const auto plan = Plan::Parse(kPlan);
  const auto other =
      Plan::Parse(absl::StrReplaceAll(kPlan, {{"variants { form: NEAR_YEAR }", ""}}));
  ASSERT_TRUE(plan.ok() && other.ok());
  EXPECT_NE(plan->tokenization_digest(), other->tokenization_digest());
}

}  // namespace
}  // namespace blindlink
