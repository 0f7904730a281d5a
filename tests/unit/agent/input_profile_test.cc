#include "agent/profile/input_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/goldstandard/prepared_record.h"
#include "agent/keys/token_key.h"
#include "agent/profile/distinct_counter.h"
#include "agent/tokenize/record_tokenizer.h"
#include "common/plan/site_columns.h"
#include "simdjson.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

const Plan& TestPlan() {
  static const Plan& plan = *[] {
    auto parsed = Plan::Parse(R"(
      name: "test" version: 1 description: "For tests." standardizer_version: "3"
      fields { name: "first_name" standardizer: GIVEN_NAME }
      fields { name: "last_name" standardizer: SURNAME }
      fields { name: "date_of_birth" standardizer: DATE }
      match_keys {
        name: "name" id: 1 components { field: "first_name" } components { field: "last_name" }
      }
      match_keys {
        name: "name-dob" id: 2 components { field: "first_name" form: SOUNDEX }
        components { field: "date_of_birth" }
      }
      match_rules { name: "name" level: FULL score: 0.9 all_of { match_key: "name" } }
    )");
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    return new Plan(*std::move(parsed));
  }();
  return plan;
}

class ListSource : public RecordSource {
 public:
  using Values = std::vector<RawTexts>;
  explicit ListSource(std::vector<Values> records) : records_(std::move(records)) {}

  absl::StatusOr<std::optional<RawRecord>> Next() override {
    if (next_ == records_.size()) return std::optional<RawRecord>();
    RawRecord record{.record_id = absl::StrCat(next_), .row = next_ + 1, .values = records_[next_]};
    ++next_;
    return std::optional<RawRecord>(std::move(record));
  }
  double ShareRead() const override { return 1; }

 private:
  const std::vector<Values> records_;
  size_t next_ = 0;
};

InputProfile Profile(std::vector<ListSource::Values> records) {
  ListSource source(std::move(records));
  RejectLog rejects;
  rejects.Add({7, "", "column-count"}, /*whole_row=*/true);
  auto profile = ProfileInput(source, TestPlan(), {}, rejects, nullptr);
  EXPECT_TRUE(profile.ok()) << profile.status();
  return *std::move(profile);
}

TEST(InputProfile, FillChangesAndDistinctValuesAreCounted) {
  const InputProfile profile = Profile({{{"ANN"}, {"LEE"}, {"1970-03-04"}},
                                        {{"ann"}, {"LEE", "ROE"}, {}},
                                        {{"Bob"}, {}, {"1971-03-04"}},
                                        {{}, {"FOX"}, {}}});
  EXPECT_EQ(profile.records, 4u);
  EXPECT_EQ(profile.rows, 5u);
  EXPECT_EQ(profile.rejected_rows, 1u);
  const FieldProfile& first = profile.fields[0];
  EXPECT_EQ(first.filled, 3u);
  EXPECT_EQ(first.missing, 1u);
  EXPECT_EQ(first.usable, 3u);
  EXPECT_EQ(first.changed, 2u);
  EXPECT_EQ(first.distinct, 2u);
  EXPECT_EQ(profile.fields[1].several, 1u);
  EXPECT_EQ(profile.fields[1].distinct, 3u);
}

TEST(InputProfile, ValuesThatAreNotUsedAreCountedByReason) {
  const InputProfile profile = Profile({{{}, {}, {"1970-02-31"}}, {{}, {}, {"1900-01-01"}}});
  const FieldProfile& birth = profile.fields[2];
  EXPECT_EQ(birth.filled, 2u);
  EXPECT_EQ(birth.usable, 0u);
  EXPECT_EQ(birth.several, 0u);
  EXPECT_EQ(birth.distinct, 0u);
  EXPECT_THAT(birth.invalid, ElementsAre(Pair("impossible-date", 1u)));
  ASSERT_EQ(birth.placeholder.size(), 1u);
  EXPECT_EQ(birth.placeholder.begin()->second, 1u);
}

TEST(InputProfile, WhatWasChangedIsCountedByKind) {
  const InputProfile profile = Profile({{{"Dr. Ann"}, {"O&apos;Brien"}, {"19700304.0"}},
                                        {{"NULL"}, {"lee"}, {"1970-03"}},
                                        {{"Ann"}, {"Null"}, {"NaT"}}});
  EXPECT_THAT(profile.fields[0].changes,
              ElementsAre(Pair("other-writing", 1u), Pair("title-or-degree", 1u),
                          Pair("word-for-nothing", 1u)));
  EXPECT_THAT(profile.fields[1].changes,
              ElementsAre(Pair("other-writing", 2u), Pair("web-text", 1u)));
  EXPECT_THAT(profile.fields[2].changes,
              ElementsAre(Pair("number-format", 1u), Pair("part-of-date", 1u),
                          Pair("word-for-nothing", 1u)));
  EXPECT_EQ(profile.fields[0].filled, 2u);
  EXPECT_EQ(profile.fields[2].missing, 1u);
  EXPECT_THAT(ProfileToText(profile), HasSubstr("values changed, by kind\n"));
}

TEST(InputProfile, AMatchKeyCountsTheRecordsThatHaveAllItsComponents) {
  const InputProfile profile = Profile({{{"Ann"}, {"Lee"}, {"1970-03-04"}},
                                        {{"Ann"}, {"Lee"}, {}},
                                        {{"太郎"}, {"山田"}, {"1970-03-04"}}});
  EXPECT_EQ(profile.match_keys[0].records_with_tokens, 3u);
  // A name in kanji has no Soundex.
  EXPECT_EQ(profile.match_keys[1].records_with_tokens, 1u);
}

TEST(InputProfile, AFictitiousPersonHasAPlaceholderForAName) {
  const InputProfile profile =
      Profile({{{"John"}, {"Doe"}, {"1970-03-04"}}, {{"John"}, {"Lee"}, {"1970-03-04"}}});
  for (const FieldProfile& field : {profile.fields[0], profile.fields[1]}) {
    EXPECT_EQ(field.filled, 2u);
    EXPECT_EQ(field.usable, 1u);
    EXPECT_EQ(field.changed, 1u);
    EXPECT_EQ(field.distinct, 1u);
    EXPECT_THAT(field.placeholder, ElementsAre(Pair("fictitious-person", 1u)));
  }
  EXPECT_EQ(profile.match_keys[0].records_with_tokens, 1u);
}

TEST(InputProfile, TheColumnsAreTheFieldsWithUsableValuesAndTheirShares) {
  const InputProfile profile =
      Profile({{{"Ann"}, {"Lee"}, {"1970-02-31"}}, {{"Bob"}, {}, {}}, {{"Cy"}, {"Ray"}, {}}});
  EXPECT_EQ(SiteColumnsText(ColumnsOf(profile)), "first_name=1,last_name=0.67");
  EXPECT_THAT(ProfileToText(profile), HasSubstr("--columns first_name=1,last_name=0.67\n"));
}

TEST(InputProfile, NeitherTableNorJsonHoldsAValue) {
  const InputProfile profile = Profile({{{"Canary"}, {"Canary"}, {"1970-03-04"}}});
  for (const std::string& text : {ProfileToText(profile), ProfileToJson(profile)}) {
    EXPECT_THAT(text, AllOf(HasSubstr("first_name"), HasSubstr("name-dob"),
                            HasSubstr("column-count"), Not(HasSubstr("1970"))));
    EXPECT_THAT(text, AllOf(Not(HasSubstr("Canary")), Not(HasSubstr("CANARY"))));
  }
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  ASSERT_EQ(parser.parse(ProfileToJson(profile)).get(json), simdjson::SUCCESS);
  uint64_t rows = 0;
  ASSERT_EQ(json["rows"].get_uint64().get(rows), simdjson::SUCCESS);
  EXPECT_EQ(rows, 2u);
}

// Everything that looks at clear text takes its values from record_values.h. This walks odd values
// through the three programs and compares what they make of them.
TEST(InputProfile, ProfileGoldStandardAndTokensHaveOneIdeaOfAValue) {
  const Plan& plan = TestPlan();
  const TokenRecipe recipe = MakeTokenRecipe(plan);
  const TokenizerSetup setup(plan, TokenKey::OfPublishedVectors(), "test", {});
  RecordTokenizer tokenizer(setup);
  const std::vector<size_t> compared = {0, 1, 2};
  RejectLog rejects;
  RecordPreparer gold(plan, compared, {}, nullptr, &rejects);
  const char* const kNames[] = {
      "Ann",          "NULL",  "Null",     "nan", "John",           "Doe", "Dr. Ann",
      "O&apos;Brien", "#REF!", "Baby Boy", "XXX", "Ann (deceased)", "-"};
  const char* const kDates[] = {"1970-03-04", "1970-03",    "1970",       "NaT",
                                "1900-01-01", "1970-02-31", "19700304.0", "6.87E+07"};
  for (const char* first : kNames) {
    for (const char* last : kNames) {
      for (const char* date : kDates) {
        const ListSource::Values values = {{first}, {last}, {date}};
        const InputProfile profile = Profile({values});
        RawRecord record{
            .record_id = "1", .row = 1, .row_count = 1, .changes = {}, .values = values};
        std::vector<MadeToken> tokens;
        std::vector<UnusedValue> unused;
        tokenizer.Tokenize(record, &tokens, &unused);
        const PreparedRecord prepared = gold.Prepare(record);
        const std::string what = absl::StrCat(first, " / ", last, " / ", date);
        for (size_t key = 0; key < 2; ++key) {
          const bool made =
              std::any_of(tokens.begin(), tokens.end(),
                          [key](const MadeToken& token) { return token.match_key == key; });
          EXPECT_EQ(profile.match_keys[key].records_with_tokens, made ? 1u : 0u) << what;
        }
        for (size_t field = 0; field < 3; ++field) {
          const bool damaged = !profile.fields[field].invalid.empty();
          EXPECT_EQ(profile.fields[field].usable,
                    prepared.values[field].empty() || damaged ? 0u : 1u)
              << what << " field " << field;
        }
      }
    }
  }
}

TEST(InputProfile, NumbersThatManyRecordsHaveAreCounted) {
  DistinctCounter counter;
  for (int i = 0; i < 20; ++i) counter.Add("typed");
  for (int i = 0; i < 8; ++i) counter.Add("family");
  counter.Add("own");
  const DistinctCounter::Frequent frequent = counter.CountFrequent(FieldProfile::kOftenShared);
  EXPECT_EQ(frequent.texts, 1u);
  EXPECT_EQ(frequent.times, 20u);
  EXPECT_EQ(frequent.most, 20u);
}

TEST(DistinctCounterTest, CountsExactlyWhileThereAreFewAndCloselyWhenThereAreMany) {
  DistinctCounter counter;
  for (int i = 0; i < 1000; ++i) counter.Add(absl::StrCat("text", i % 500));
  EXPECT_EQ(counter.Count(), 500u);
  EXPECT_TRUE(counter.IsExact());
  constexpr int kMany = 5'000'000;
  for (int i = 0; i < kMany; ++i) counter.Add(absl::StrCat("text", i));
  EXPECT_FALSE(counter.IsExact());
  EXPECT_NEAR(static_cast<double>(counter.Count()), kMany, 0.01 * kMany);
}

}  // namespace
}  // namespace blindlink::agent
