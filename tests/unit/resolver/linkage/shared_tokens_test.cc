#include "resolver/linkage/shared_tokens.h"

#include <gmock/gmock.h>

#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SharedTokensTest : public LinkageTest {
 protected:
  // Forms of the match key, by code: 0 as it is, 1 NICKNAME_ROOT, 2 SOUNDEX; 3 to 5 with the names
  // exchanged.
  SharedTokensTest() {
    absl::StatusOr<Plan> plan = Plan::Parse(R"(
      name: "tiny" version: 1 description: "d" standardizer_version: "3"
      fields { name: "first_name" standardizer: GIVEN_NAME }
      fields { name: "last_name" standardizer: SURNAME }
      match_keys { name: "names" id: 1
        components { field: "first_name"
          variants { form: NICKNAME_ROOT meets: BASE_OR_SAME } variants { form: SOUNDEX } }
        components { field: "last_name" }
        exchange { first: "first_name" second: "last_name" } }
      match_rules { name: "exact" level: FULL score: 0.99 all_of { match_key: "names" } })");
    EXPECT_TRUE(plan.ok()) << plan.status();
    plan_ = std::make_unique<Plan>(*std::move(plan));
  }

  absl::StatusOr<std::vector<v1::SharedToken>> Find(const std::string& left,
                                                    const std::string& right) {
    return FindSharedTokens(*index_, *index_->Datasets(), *plan_, {"north", RecordNamed(left)},
                            {"south", RecordNamed(right)}, [this] { return cancelled_; });
  }

  // "left forms | right forms", with "!" if the two make no pair.
  std::vector<std::string> FormsOf(const std::string& left, const std::string& right) {
    const auto found = Find(left, right);
    EXPECT_TRUE(found.ok()) << found.status();
    std::vector<std::string> lines;
    for (const v1::SharedToken& token : *found) {
      EXPECT_EQ(token.match_key(), "names");
      lines.push_back(absl::StrCat(absl::StrJoin(token.left_forms(), ","), "|",
                                   absl::StrJoin(token.right_forms(), ","),
                                   token.may_meet() ? "" : "!"));
    }
    return lines;
  }

  std::unique_ptr<Plan> plan_;
  bool cancelled_ = false;
};

TEST_F(SharedTokensTest, SayInWhichFormsEachRecordMadeThem) {
  Add("north", {{"anna", {{"a", 1, 0}, {"b", 1, 1}, {"c", 1, 4}, {"d", 1, 2}, {"alone", 1, 0}}}});
  Add("south", {{"ann", {{"a", 1, 0}, {"b", 1, 0}, {"c", 1, 0}, {"d", 1, 2}, {"other", 1, 0}}}});
  EXPECT_THAT(
      FormsOf("anna", "ann"),
      ElementsAre("|", "first_name NICKNAME_ROOT|", "first_name SOUNDEX|first_name SOUNDEX!",
                  "first_name NICKNAME_ROOT,first_name and last_name exchanged|"));
}

TEST_F(SharedTokensTest, AreTheSameWhicheverSiteIsTheLargerOne) {
  Add("north", {{"anna", {{"b", 1, 1}}}});
  Add("south", {{"ann", {{"b", 1, 0}}}, {"x", {{"x", 1, 0}}}, {"y", {{"y", 1, 0}}}});
  EXPECT_THAT(FormsOf("anna", "ann"), ElementsAre("first_name NICKNAME_ROOT|"));
  Add("north", {{"p", {{"p", 1, 0}}}, {"q", {{"q", 1, 0}}}, {"r", {{"r", 1, 0}}}});
  EXPECT_THAT(FormsOf("anna", "ann"), ElementsAre("first_name NICKNAME_ROOT|"));
}

TEST_F(SharedTokensTest, OfARecordInSeveralDatasetsAreThoseOfAll) {
  Add("north", {{"anna", {{"a", 1, 0}}}});
  Add("north", {{"anna", {{"b", 1, 0}}}});
  Add("south", {{"ann", {{"a", 1, 0}, {"b", 1, 1}}}});
  EXPECT_THAT(FormsOf("anna", "ann"), ElementsAre("|", "|first_name NICKNAME_ROOT"));
}

TEST_F(SharedTokensTest, AreNoneOfOtherRecordsNorOfOtherMatchKeys) {
  Add("north", {{"anna", {{"a", 1, 0}}}, {"eve", {{"b", 1, 0}}}});
  Add("south", {{"ann", {{"b", 1, 0}, {"a", 2, 0}}}});
  EXPECT_THAT(FormsOf("anna", "ann"), IsEmpty());
}

TEST_F(SharedTokensTest, ARecordThatTheIndexHasNoMoreIsSaidToBeGone) {
  Add("north", {{"anna", {{"a", 1, 0}}}});
  Add("south", {{"ann", {{"a", 1, 0}}}});
  EXPECT_TRUE(absl::IsNotFound(Find("anna", "nobody").status()));
}

TEST_F(SharedTokensTest, AFormThatTheMatchKeyDoesNotHaveIsDamage) {
  Add("north", {{"anna", {{"a", 1, 6}}}});
  Add("south", {{"ann", {{"a", 1, 0}}}});
  EXPECT_TRUE(absl::IsDataLoss(Find("anna", "ann").status()));
}

TEST_F(SharedTokensTest, AreSoughtNoLongerThanSomebodyWaits) {
  Add("north", {{"anna", {{"a", 1, 0}}}});
  Add("south", {{"ann", {{"a", 1, 0}}}});
  cancelled_ = true;
  EXPECT_TRUE(absl::IsCancelled(Find("anna", "ann").status()));
}

}  // namespace
}  // namespace blindlink::resolver
