#include "agent/clinical/stages/stage_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/crypto/hmac_sha256.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using ::testing::HasSubstr;

const StageOrigin kOrigin = {{"the inputs", "1"}, {"the plan", "2"}};

class StageFolderTest : public ::testing::Test {
 protected:
  absl::StatusOr<StageFolder> Open(const StageOrigin& origin = kOrigin,
                                   const std::string& key = "site") {
    return StageFolder::Open(folder_ / "run", HmacSha256(Sha256Of(key)), origin);
  }
  static void WriteNumbers(const StageFolder& stages, int count) {
    const auto writer = *stages.Write("numbers");
    for (int i = 0; i < count; ++i) EXPECT_TRUE(writer->Add(absl::StrCat("number ", i)).ok());
    EXPECT_TRUE(writer->Finish("that was all").ok());
  }
  // Overwrites one byte, counted from the end.
  void Damage(int from_end) {
    const std::filesystem::path file = folder_ / "run/numbers.stage";
    std::string bytes = *ReadFile(file);
    char& byte = bytes[bytes.size() - static_cast<size_t>(from_end)];
    byte = static_cast<char>(byte ^ 1);
    ASSERT_TRUE(WriteFileAtomically(file, bytes, 0600).ok());
  }

  TemporaryFolder folder_;
};

TEST_F(StageFolderTest, ALaterProcessReadsWhatAnEarlierOneFinished) {
  WriteNumbers(*Open(), 100'000);  // several blocks
  const StageFolder stages = *Open();
  ASSERT_TRUE(stages.Has("numbers"));
  EXPECT_EQ(stages.removed(), "");
  const auto reader = *stages.Read("numbers");
  EXPECT_EQ(reader->summary(), "that was all");
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(**reader->Next(), absl::StrCat("number ", i));
  EXPECT_FALSE(reader->Next()->has_value());
  EXPECT_FALSE(reader->Next()->has_value());
  EXPECT_EQ(reader->ShareRead(), 1);
}

TEST_F(StageFolderTest, AResultWithoutEntriesHasItsSummary) {
  WriteNumbers(*Open(), 0);
  const auto reader = *Open()->Read("numbers");
  EXPECT_EQ(reader->summary(), "that was all");
  EXPECT_FALSE(reader->Next()->has_value());
}

TEST_F(StageFolderTest, AStageThatWasNotFinishedLeavesNothing) {
  {
    const StageFolder stages = *Open();
    const auto writer = *stages.Write("numbers");
    EXPECT_TRUE(writer->Add("one").ok());
    // A killed process leaves it.
    ASSERT_TRUE(WriteFileAtomically(folder_ / "run/other.stage.partial", "half", 0600).ok());
  }
  const StageFolder stages = *Open();
  EXPECT_FALSE(stages.Has("numbers"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "run"));
  EXPECT_EQ(stages.removed(), "");
}

TEST_F(StageFolderTest, ResultsOfAnotherOriginAreRemovedAndSaid) {
  WriteNumbers(*Open(), 3);
  const StageFolder stages = *Open({{"the inputs", "1"}, {"the plan", "3"}});
  EXPECT_FALSE(stages.Has("numbers"));
  EXPECT_EQ(stages.removed(), "not the same as before: the plan");
}

TEST_F(StageFolderTest, ResultsUnderAnotherKeyAreRemovedAndSaid) {
  WriteNumbers(*Open(), 3);
  const StageFolder stages = *Open(kOrigin, "another site");
  EXPECT_FALSE(stages.Has("numbers"));
  EXPECT_THAT(stages.removed(), HasSubstr("another record key"));
}

TEST_F(StageFolderTest, DamageIsRecognizedWhereverItIs) {
  WriteNumbers(*Open(), 3);
  const auto size = static_cast<int>(std::filesystem::file_size(folder_ / "run/numbers.stage"));
  for (int at = 1; at <= size; at += 5) {
    Damage(at);
    const absl::StatusOr<StageFolder> stages = Open();
    ASSERT_TRUE(stages.ok());
    if (stages->Has("numbers")) {  // in an entry: said when it is read
      EXPECT_TRUE(absl::IsDataLoss((*stages->Read("numbers"))->Next().status())) << at;
      Damage(at);
    } else {
      EXPECT_THAT(stages->removed(), HasSubstr("damaged")) << at;
      WriteNumbers(*stages, 3);
    }
  }
}

TEST_F(StageFolderTest, OneProcessAtATimeHasTheFolder) {
  const StageFolder stages = *Open();
  EXPECT_THAT(std::string(Open().status().message()), HasSubstr("another process is at work"));
}

TEST_F(StageFolderTest, NothingIsLeftOfAFinishedRun) {
  StageFolder stages = *Open();
  WriteNumbers(stages, 3);
  EXPECT_TRUE(stages.Remove().ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "run"));
}

}  // namespace
}  // namespace blindlink::agent
