#include "agent/why_missed/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "agent/address_reference/address_reference.h"
#include "agent/address_reference/address_validator.h"
#include "agent/why_missed/reason_summary.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

constexpr char kPlan[] = R"(
  name: "test" version: 1 description: "For tests." standardizer_version: "3"
  fields { name: "first_name" standardizer: GIVEN_NAME }
  fields { name: "middle_name" standardizer: MIDDLE_NAME }
  fields { name: "last_name" standardizer: SURNAME }
  fields { name: "date_of_birth" standardizer: DATE }
  fields { name: "zip" standardizer: POSTAL_CODE }
  match_keys {
    name: "first-dob" id: 1
    components {
      field: "first_name"
      variants { form: NICKNAME_ROOT meets: BASE_ONLY }
    }
    components { field: "date_of_birth" }
  }
  match_keys {
    name: "last-zip" id: 2
    components { field: "last_name" }
    components { field: "zip" }
  }
  match_rules { name: "r" level: FULL score: 0.9 all_of { match_key: "first-dob" any_form: true } }
  evidence { field: "middle_name" }
)";

using Row = std::vector<std::string>;  // id, first, middle, last, date, zip

class Rows : public RecordSource {
 public:
  explicit Rows(std::vector<Row> rows) : rows_(std::move(rows)) {}
  absl::StatusOr<std::optional<RawRecord>> Next() override {
    if (at_ == rows_.size()) return std::nullopt;
    RawRecord record;
    record.record_id = rows_[at_][0];
    for (size_t i = 1; i < rows_[at_].size(); ++i) {
      record.values.emplace_back();
      if (!rows_[at_][i].empty()) record.values.back().push_back(rows_[at_][i]);
    }
    ++at_;
    return record;
  }
  double ShareRead() const override { return -1; }

 private:
  const std::vector<Row> rows_;
  size_t at_ = 0;
};

class ExplanationTest : public testing::Test {
 protected:
  explicit ExplanationTest(const char* plan = kPlan) : plan_(*Plan::Parse(plan)) {}

  // The explanation of one missed pair: record 1 of each of two sites.
  Explanation Explained(const Row& left, const Row& right, const Row& more_of_right = {}) {
    std::ofstream(folder_ / "truth.csv") << "site,record,person\na,1,x\nb,1,x\n";
    std::ofstream(folder_ / "pairs.csv") << "left_site,left_record,right_site,right_record\n";
    const auto pairs = PairsInQuestion::Read((folder_ / "truth.csv").string(),
                                             (folder_ / "pairs.csv").string(), std::nullopt);
    EXPECT_TRUE(pairs.ok()) << pairs.status();
    KeptRecords kept(plan_, *pairs);
    Rows lefts({left});
    std::vector<Row> right_rows = {right};
    if (!more_of_right.empty()) right_rows.push_back(more_of_right);
    Rows rights(right_rows);
    EXPECT_TRUE(kept.Read("a", lefts, {}, addresses_, [] {}).ok());
    EXPECT_TRUE(kept.Read("b", rights, {}, addresses_, [] {}).ok());
    return Explain(plan_, *kept.Find(pairs->missed[0].left), *kept.Find(pairs->missed[0].right));
  }

  TemporaryFolder folder_;
  const Plan plan_;
  const AddressValidator* addresses_ = nullptr;
};

TEST_F(ExplanationTest, TheFieldThatDiffersMostIsTheReason) {
  const Explanation explanation =
      Explained({"1", "Bobby", "Lee", "Carter", "1961-03-14", "02139"},
                {"1", "Robert", "Lee", "Carter", "1961-03-14", "90210"});
  EXPECT_THAT(explanation.fields,
              testing::ElementsAre(Difference::kNickname, Difference::kSame, Difference::kSame,
                                   Difference::kSame, Difference::kDifferent));
  EXPECT_EQ(explanation.main, Subject::kAddress);
}

TEST_F(ExplanationTest, TwoSubjectsThatDifferAlikeAreSeveral) {
  EXPECT_EQ(Explained({"1", "Ann", "", "Roe", "1961-03-14", "02139"},
                      {"1", "Zoe", "", "Roe", "1975-08-30", "02139"})
                .main,
            Subject::kSeveral);
  EXPECT_EQ(Explained({"1", "Ann", "Lee", "Roe", "1961-03-14", "02139"},
                      {"1", "Ann", "Lee", "Roe", "1961-03-14", "02139"})
                .main,
            Subject::kNothing);
}

TEST_F(ExplanationTest, NamesInEachOthersPlaceAreToldApart) {
  const Explanation exchanged = Explained({"1", "Carter", "", "James", "1961-03-14", "02139"},
                                          {"1", "James", "", "Carter", "1961-03-14", "02139"});
  EXPECT_EQ(exchanged.fields[0], Difference::kExchanged);
  EXPECT_EQ(exchanged.fields[2], Difference::kExchanged);
  const Explanation middle = Explained({"1", "Lee", "", "Carter", "1961-03-14", "02139"},
                                       {"1", "James", "Lee", "Carter", "1961-03-14", "02139"});
  EXPECT_EQ(middle.fields[0], Difference::kMiddleName);
}

TEST_F(ExplanationTest, MatchKeysAreSharedOnlyInFormsThatMayMeet) {
  // Robert's own name meets Bobby's root.
  EXPECT_THAT(Explained({"1", "Bobby", "", "Carter", "1961-03-14", "02139"},
                        {"1", "Robert", "", "Carter", "1961-03-14", "90210"})
                  .match_keys,
              testing::ElementsAre(0));
  // Bob's and Bobby's roots are the same token, but BASE_ONLY keeps two variants apart.
  EXPECT_THAT(Explained({"1", "Bobby", "", "Carter", "1961-03-14", "02139"},
                        {"1", "Bob", "", "Carter", "1961-03-14", "90210"})
                  .match_keys,
              testing::IsEmpty());
  EXPECT_THAT(Explained({"1", "Ann", "", "Carter", "1961-03-14", "02139"},
                        {"1", "Zoe", "", "Carter", "1961-03-14", "02139"})
                  .match_keys,
              testing::ElementsAre(1));
}

TEST_F(ExplanationTest, AFieldThatOneSiteNeverHasIsNoReason) {
  const Row left = {"1", "Ann", "", "Roe", "1961-03-14", "02139"};
  EXPECT_EQ(Explained(left, {"1", "Ann", "", "Roe", "1961-03-14", ""}).fields[4],
            Difference::kNotInFile);
  EXPECT_EQ(Explained(left, {"1", "Ann", "", "Roe", "1961-03-14", ""},
                      {"2", "Zoe", "", "Poe", "1990-01-02", "02140"})
                .fields[4],
            Difference::kMissingOnOne);
}

TEST_F(ExplanationTest, ReasonsAreCountedWithTheirShare) {
  ReasonSummary summary(plan_);
  summary.Add(Explained({"1", "Ann", "Lee", "Roe", "1961-03-14", "02139"},
                        {"1", "Ann", "Lee", "Roe", "1961-03-14", "90210"}));
  summary.Add(Explained({"1", "Ann", "Lee", "Roe", "1961-03-14", "02139"},
                        {"1", "Zoe", "Lee", "Poe", "1990-01-02", "02139"}));
  summary.AddWithoutRecords();
  EXPECT_EQ(summary.explained(), 2);
  EXPECT_EQ(summary.candidates(), 1);
  EXPECT_EQ(summary.WithMain(Subject::kAddress), 1);
  EXPECT_EQ(summary.WithMain(Subject::kSeveral), 1);
  EXPECT_EQ(summary.With(1, Difference::kSame), 2);
  EXPECT_THAT(summary.ToText(), testing::ContainsRegex("address +1 +50.0 %"));
  EXPECT_THAT(summary.ToText(), testing::HasSubstr("not explained: 1 pairs"));
}

constexpr char kAddressPlan[] = R"(
  name: "test" version: 1 description: "For tests." standardizer_version: "3"
  fields { name: "street_address" standardizer: STREET_ADDRESS }
  fields { name: "zip" standardizer: POSTAL_CODE }
  match_keys { name: "k" id: 1 components { field: "street_address" } components { field: "zip" } }
  match_rules { name: "r" level: FULL score: 1 all_of { match_key: "k" } }
)";

class AddressExplanationTest : public ExplanationTest {
 protected:
  AddressExplanationTest() : ExplanationTest(kAddressPlan) {
    std::ofstream(folder_ / "streets.csv") << "STREET,POSTCODE\nMaple St,02139\n";
    std::vector<std::string> notes;
    reference_.emplace(*AddressReference::Read((folder_ / "streets.csv").string(), &notes));
    validator_.emplace(*reference_, plan_);
  }

  std::optional<AddressReference> reference_;
  std::optional<AddressValidator> validator_;
};

TEST_F(AddressExplanationTest, ACorrectedAddressIsUsedAsInTokens) {
  const Row left = {"1", "12 Maple St", "02139"};
  const Row right = {"1", "12 Mapel St", "02139"};
  EXPECT_EQ(Explained(left, right).fields[0], Difference::kStreetTypo);
  EXPECT_THAT(Explained(left, right).match_keys, testing::IsEmpty());
  addresses_ = &*validator_;
  EXPECT_EQ(Explained(left, right).fields[0], Difference::kSame);
  EXPECT_THAT(Explained(left, right).match_keys, testing::ElementsAre(0));
}

}  // namespace
}  // namespace blindlink::agent
