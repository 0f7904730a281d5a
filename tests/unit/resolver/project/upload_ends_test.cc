// The ends of datasets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <string>

#include "tests/unit/resolver/project/project_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int64_t kNow = 1'900'000'000;

class DatasetEnds : public RegisterTest {
 protected:
  absl::Status SetEnd(const std::string& dataset, int64_t end) {
    return uploads_->SetEnd("north", dataset, end, kNow).status();
  }
  // As the clock calls it, second after second.
  void PassSeconds(int64_t from, int seconds) {
    for (int second = 0; second < seconds; ++second) {
      uploads_->EndDatasets(from + second, decisions_.Enter());
    }
  }
  bool IsGone(const std::string& dataset) {
    for (int i = 0; i < 2000; ++i) {
      if (uploads_->Info("north", dataset).status().code() == absl::StatusCode::kNotFound) {
        return true;
      }
      Sleep();
    }
    return false;
  }
};

TEST_F(DatasetEnds, AtItsEndADatasetLeavesRunsAndThenTheIndex) {
  SendAndCommit("north", "all");
  SendAndCommit("south", "all");
  ASSERT_TRUE(SetEnd("all", kNow + 100).ok());
  EXPECT_EQ(uploads_->Info("north", "all")->end_unix_seconds(), kNow + 100);
  PassSeconds(kNow + 90, 10);
  EXPECT_EQ(StateOf("north", "all"), v1::COMMITTED);
  EXPECT_THAT(decisions_.entered, IsEmpty());
  decisions_.writable = false;
  PassSeconds(kNow + 100, 3);
  EXPECT_EQ(StateOf("north", "all"), v1::COMMITTED) << "before it is in the audit log";
  decisions_.writable = true;
  PassSeconds(kNow + 100, 1);
  EXPECT_EQ(StateOf("north", "all"), v1::WITHDRAWN);
  EXPECT_THAT(*index_.Datasets(), SizeIs(2));
  PassSeconds(kNow + 101, 10);
  EXPECT_TRUE(IsGone("all"));
  EXPECT_THAT(*index_.Datasets(), SizeIs(1));
  EXPECT_EQ(StateOf("south", "all"), v1::COMMITTED);
  EXPECT_THAT(decisions_.entered, ElementsAre("DATASET_ENDED site=north dataset=all"));
  // Its name is free, and has no end any more; a restart misses nothing.
  Close();
  Open();
  SendAndCommit("north", "all");
  EXPECT_EQ(uploads_->Info("north", "all")->end_unix_seconds(), 0);
}

TEST_F(DatasetEnds, AnUploadThatIsNotCommittedIsDiscarded) {
  Send("north", "all");
  ASSERT_TRUE(SetEnd("all", kNow + 100).ok());
  PassSeconds(kNow + 100, 1);
  EXPECT_TRUE(IsGone("all"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "uploads/north/all"));
  EXPECT_THAT(decisions_.entered, ElementsAre("DATASET_ENDED site=north dataset=all"));
}

TEST_F(DatasetEnds, AnEndIsBroughtForwardAndNeverPutOff) {
  SendAndCommit("north", "all");
  EXPECT_EQ(SetEnd("all", kNow).code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(SetEnd("all", kNow + 100).ok());
  EXPECT_TRUE(SetEnd("all", kNow + 100).ok());
  const absl::Status later = SetEnd("all", kNow + 101);
  EXPECT_EQ(later.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(later.message()), HasSubstr("ends earlier already"));
  EXPECT_TRUE(SetEnd("all", kNow + 99).ok());
  EXPECT_EQ(SetEnd("none", kNow + 100).code(), absl::StatusCode::kNotFound);
}

TEST_F(DatasetEnds, ARemovalThatWasInterruptedIsDoneAfterTheRestart) {
  SendAndCommit("north", "all");
  ASSERT_TRUE(SetEnd("all", kNow + 100).ok());
  StopWork();
  PassSeconds(kNow + 100, 10);
  EXPECT_THAT(*index_.Datasets(), SizeIs(1));
  Close();
  Open();
  EXPECT_EQ(StateOf("north", "all"), v1::WITHDRAWN);
  PassSeconds(kNow + 200, 10);
  EXPECT_TRUE(IsGone("all"));
  EXPECT_THAT(*index_.Datasets(), IsEmpty());
}

TEST_F(DatasetEnds, OfAProjectWithARuleAreCountedFromTheUploadsBegin) {
  dataset_days_ = 30;
  Close();
  Open();
  Send("north", "all");
  const int64_t end = uploads_->Info("north", "all")->end_unix_seconds();
  EXPECT_LE(end, time(nullptr) + 30 * 86400);
  EXPECT_GT(end, time(nullptr) + 30 * 86400 - 600);
  EXPECT_EQ(uploads_->SetEnd("north", "all", end + 1, end - 1).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace blindlink::resolver
