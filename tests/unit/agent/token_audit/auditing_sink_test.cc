#include "agent/token_audit/auditing_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/pipeline/tokenize_input.h"
#include "tests/unit/agent/tokenize/tokenize_fixture.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kWeak[] = R"(
  name: "weak" version: 1 description: "For tests." standardizer_version: "3"
  fields { name: "last_name" standardizer: SURNAME }
  fields { name: "sex" standardizer: SEX }
  match_keys { name: "last-sex" id: 1 components { field: "last_name" } components { field: "sex" } }
  match_rules { name: "r" level: FULL score: 1 all_of { match_key: "last-sex" } }
)";
// Classes of up to 20 records chain nobody.
constexpr char kThresholds[] = "audit { max_chained: 0.01 max_named_above_guess: 0.001 }";

// So many women of each surname: one of the first, two of the second, …
class Women : public RecordSource {
 public:
  explicit Women(std::vector<int> of_surname) : left_(std::move(of_surname)) {}

  absl::StatusOr<std::optional<RawRecord>> Next() override {
    while (!left_.empty() && left_.back() == 0) left_.pop_back();
    if (left_.empty()) return std::optional<RawRecord>();
    RawRecord record;
    record.row = ++row_;
    record.record_id = absl::StrCat("r", row_);
    record.values = {
        {absl::StrCat("Al", std::string(1, static_cast<char>('a' + left_.size())), "ison")}, {"F"}};
    --left_.back();
    return std::optional<RawRecord>(std::move(record));
  }
  double ShareRead() const override { return -1; }

 private:
  std::vector<int> left_;
  uint64_t row_ = 0;
};

class NowhereSink : public BlockSink {
 public:
  absl::Status Write(v1::TokenBlock) override { return absl::OkStatus(); }
};

class AuditingSinkTest : public testing::Test {
 protected:
  AuditingSinkTest() : record_key_(*RecordKey::ReadOrGenerate(folder_ / "record.key")) {}

  // What `tokenize` finds.
  v1::TokenSetAudit Audit(const std::string& plan_text, std::vector<int> of_surname) {
    const auto plan = Plan::Parse(plan_text);
    EXPECT_TRUE(plan.ok()) << plan.status();
    NowhereSink nowhere;
    AuditingSink sink(*plan, folder_.path(), nowhere);
    const TokenizerSetup setup(*plan, TestTokenKey(), "flu", {});
    PipelineOptions options{.project = "flu", .site = "general", .threads = 3};
    options.order.folder = folder_.path();
    options.truth = &sink.truth();
    Women women(std::move(of_surname));
    EXPECT_TRUE(TokenizeInput(women, rejects_, setup, record_key_, options, sink, nullptr).ok());
    const auto audit = sink.Finish();
    EXPECT_TRUE(audit.ok()) << audit.status();
    return audit.value_or(v1::TokenSetAudit());
  }

  TemporaryFolder folder_;
  RecordKey record_key_;
  RejectLog rejects_;
};

TEST_F(AuditingSinkTest, APlanThatChainsNobodyButNamesExceedsItsThreshold) {
  const v1::TokenSetAudit audit = Audit(absl::StrCat(kWeak, kThresholds), {9, 11, 15, 20});
  ASSERT_EQ(audit.named_size(), 1);
  EXPECT_EQ(audit.named(0).field(), "last_name");
  EXPECT_EQ(audit.named(0).records(), 55);
  EXPECT_EQ(audit.named(0).named(), 55);
  EXPECT_EQ(audit.named(0).guessed(), 20);
  EXPECT_EQ(audit.chained(0).chained_records(), 0);
  EXPECT_THAT(audit.exceeded(),
              ElementsAre("last_name: 100.000% of the records are named rightly by the sizes of "
                          "classes that last_name joins, and 36.364% by guessing; the plan allows "
                          "0.100% more"));
}

TEST_F(AuditingSinkTest, ANamingOfNoMoreThanAClassBeyondGuessingIsChance) {
  const v1::TokenSetAudit audit = Audit(absl::StrCat(kWeak, kThresholds), {9, 11, 15});
  EXPECT_EQ(audit.named(0).named() - audit.named(0).guessed(), 20);
  EXPECT_THAT(audit.exceeded(), IsEmpty());
  EXPECT_EQ(Audit(absl::StrCat(kWeak, "audit { max_chained: 1 class_size: 19 }"), {9, 11, 15})
                .exceeded_size(),
            1);
}

TEST_F(AuditingSinkTest, ThePlanMayAllowMore) {
  EXPECT_THAT(Audit(absl::StrCat(kWeak, "audit { max_chained: 1 max_named_above_guess: 0.65 }"),
                    {9, 11, 15, 20})
                  .exceeded(),
              IsEmpty());
}

TEST_F(AuditingSinkTest, FakesAreNotNamed) {
  const v1::TokenSetAudit audit =
      Audit(absl::StrCat(kWeak, kThresholds, "fakes_per_1000_records: 500"), {9, 11, 15, 20});
  EXPECT_EQ(audit.named(0).records(), 55);
  EXPECT_EQ(audit.named(0).named(), 55);
}

TEST_F(AuditingSinkTest, ItMustKnowTheValuesOfAllRecordsItSees) {
  const auto plan = Plan::Parse(absl::StrCat(kWeak, kThresholds));
  ASSERT_TRUE(plan.ok());
  NowhereSink nowhere;
  AuditingSink sink(*plan, folder_.path(), nowhere);
  Marks none;
  sink.truth().marks().AppendNone(&none);
  sink.truth().Add(none);
  EXPECT_EQ(sink.Finish().status().code(), absl::StatusCode::kInternal);
}

TEST(AllowSending, ASetThatNamesIsSentOnlyWithAReasonWhichIsRecorded) {
  v1::UploadCounts counts;
  counts.mutable_audit()->add_exceeded("last_name: 100.000% of the records are named rightly");
  const absl::Status refused = AllowSending("", &counts);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("last_name: 100.000%"), HasSubstr("--send-despite-audit")));
  EXPECT_TRUE(AllowSending("agreed by the board", &counts).ok());
  EXPECT_EQ(counts.audit().sent_despite(), "agreed by the board");
}

}  // namespace
}  // namespace blindlink::agent
