#pragma once

#include <memory>
#include <string>

#include "resolver/review/review_list.h"
#include "resolver/review/review_run.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {

// A small run that the score decided: many pairs north-south of one token, some of two. Its scores
// are those of the model only if the test asks for them; otherwise they are spread over the bands.
class ReviewRunTest : public LinkageTest {
 protected:
  ReviewRunTest() {
    std::vector<SampleRecord> north;
    std::vector<SampleRecord> south;
    for (int i = 0; i < 40; ++i) {
      const std::string number = std::to_string(i);
      SampleRecord n{"n" + number, {{"t" + number, 1}}};
      SampleRecord s{"s" + number, {{"t" + number, 1}}};
      if (i % 4 == 0) {
        n.tokens.push_back({"u" + number, 2});
        s.tokens.push_back({"u" + number, 2});
      }
      north.push_back(n);
      south.push_back(s);
    }
    Add("north", north);
    Add("south", south);
    Add("west", {{"w0", {{"t0", 1}}}, {"w9", {{"x", 1}}}});
    rules_.set_questions_per_site(5);
    review_ = *ReviewRegister::Open(folder_ / "review", rules_);
  }

  static Plan ScoringPlan(const std::string& min_score = "0.000001") {
    absl::StatusOr<Plan> plan = Plan::Parse(absl::StrCat(R"(
      name: "tiny" version: 1 description: "d" standardizer_version: "3"
      fields { name: "last_name" standardizer: SURNAME }
      fields { name: "date_of_birth" standardizer: DATE }
      match_keys { name: "last-dob" id: 1
        components { field: "last_name" } components { field: "date_of_birth" } }
      match_keys { name: "dob-last" id: 2
        components { field: "date_of_birth" } components { field: "last_name" } }
      match_rules { name: "exact" level: FULL score: 0.99 all_of { match_key: "last-dob" } }
      evidence { field: "last_name" } evidence { field: "date_of_birth" }
      scoring { decision: BY_SCORE min_score: )",
                                                         min_score, " }"));
    EXPECT_TRUE(plan.ok()) << plan.status();
    return *std::move(plan);
  }

  enum class Scores { kOfTheModel, kSpread };
  std::unique_ptr<const RunExplanation> Explained(const Plan& plan,
                                                  Scores scores = Scores::kSpread) {
    decisions_ = review_->DecisionsAfter(review_->events());
    Run(plan);
    run_.mutable_run()->set_run("run-000001");
    if (scores == Scores::kSpread) SpreadScores();
    return Opened(plan);
  }
  std::unique_ptr<const RunExplanation> Opened(const Plan& plan) {
    auto explanation = RunExplanation::Open(folder_.path(), run_, plan);
    EXPECT_TRUE(explanation.ok()) << explanation.status();
    return *std::move(explanation);
  }
  std::shared_ptr<const ReviewRun> Reviewed(const Plan& plan) {
    auto made = ReviewRun::Make(Explained(plan));
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }
  static NamedPair Pair(const std::string& left_site, const std::string& left,
                        const std::string& right_site, const std::string& right) {
    return {{left_site, RecordNamed(left)}, {right_site, RecordNamed(right)}};
  }
  static NamedPair PairNumber(int number) {
    return Pair("north", absl::StrCat("n", number), "south", absl::StrCat("s", number));
  }
  void Decide(const NamedPair& pair, v1::Verdict verdict, const std::string& who = "ann") {
    const absl::Status decided =
        review_->Decide(pair, {who, {}}, verdict, "Both have the same twin.", "run-000001", 1000);
    EXPECT_TRUE(decided.ok()) << decided;
  }

  void SpreadScores() {
    constexpr double kScores[] = {0.97, 0.1, 0.7, 0.4, 0.9, 0.62};
    std::vector<ConsideredPairRow> rows = Considered();
    for (size_t i = 0; i < rows.size(); ++i) {
      rows[i].score = kScores[i % std::size(kScores)];
      if (rows[i].outcome < PairOutcome::kMatchedByDecision) {
        rows[i].outcome =
            rows[i].score >= 0.65 ? PairOutcome::kMatched : PairOutcome::kBelowThreshold;
      }
    }
    Rewrite(rows);
  }
  // Gives the first pair that the run considered another score and outcome.
  void SetFirst(double score, PairOutcome outcome) {
    std::vector<ConsideredPairRow> rows = Considered();
    ASSERT_FALSE(rows.empty());
    rows[0].score = score;
    rows[0].outcome = outcome;
    Rewrite(rows);
  }

  v1::ReviewRules rules_;
  std::unique_ptr<ReviewRegister> review_;

 private:
  std::vector<ConsideredPairRow> Considered() const {
    const auto reader = RowFileReader<ConsideredPairRow>::Open(folder_ / kConsideredFile);
    return *(*reader)->Read(0, (*reader)->rows());
  }
  void Rewrite(const std::vector<ConsideredPairRow>& rows) {
    const auto writer =
        RowFileWriter<ConsideredPairRow>::Create(folder_ / kConsideredFile, WithDigest::kYes);
    for (const ConsideredPairRow& row : rows) EXPECT_TRUE((*writer)->Append(row).ok());
    EXPECT_TRUE((*writer)->Finish().ok());
    for (storage::v1::StoredResultFile& file : *run_.mutable_files()) {
      if (file.name() == kConsideredFile) {
        file.set_sha256(std::string(AsView((*writer)->Digest())));
      }
    }
  }
};

}  // namespace blindlink::resolver
