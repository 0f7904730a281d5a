#include "agent/profile/input_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "agent/profile/distinct_counter.h"
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
