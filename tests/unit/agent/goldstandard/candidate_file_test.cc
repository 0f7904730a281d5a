#include "agent/goldstandard/candidate_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

TEST(CandidateFileTest, GivesBackWhatWasAppendedAnyNumberOfTimes) {
  const TemporaryFolder folder;
  auto file = CandidateFile::Create(folder.path());
  ASSERT_TRUE(file.ok()) << file.status();
  const uint32_t rows = 5000;
  for (uint32_t row = 0; row < rows; ++row) {
    CandidateRow out{row, std::string(row % 40, 'x'), {}};
    for (uint32_t pair = 0; pair < row % 50; ++pair) {
      out.pairs.push_back({row + pair, AgreementPattern{pair} << 60 | 5});
    }
    ASSERT_TRUE((*file)->Append(out).ok());
  }
  ASSERT_TRUE((*file)->Finish().ok());
  for (int time = 0; time < 2; ++time) {
    uint32_t seen = 0;
    const absl::Status read = (*file)->ForEach([&](const CandidateRow& row) {
      EXPECT_EQ(row.record, seen);
      EXPECT_EQ(row.record_id.size(), seen % 40);
      EXPECT_EQ(row.pairs.size(), seen % 50);
      for (uint32_t pair = 0; pair < row.pairs.size(); ++pair) {
        EXPECT_EQ(row.pairs[pair].held, seen + pair);
        EXPECT_EQ(row.pairs[pair].pattern, AgreementPattern{pair} << 60 | 5);
      }
      ++seen;
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
    EXPECT_EQ(seen, rows);
  }
}

TEST(CandidateFileTest, LeavesNoFileBehindEvenWhileItIsInUse) {
  const TemporaryFolder folder;
  const auto file = CandidateFile::Create(folder.path());
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(CandidateFileTest, WithoutRowsVisitsNothing) {
  const TemporaryFolder folder;
  const auto file = CandidateFile::Create(folder.path());
  ASSERT_TRUE(file.ok() && (*file)->Finish().ok());
  EXPECT_TRUE(
      (*file)->ForEach([](const CandidateRow&) { return absl::InternalError("a row"); }).ok());
}

TEST(CandidateFileTest, AFolderThatIsNotThereIsNamed) {
  const auto file = CandidateFile::Create("/nowhere/at/all");
  EXPECT_EQ(file.status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace blindlink::agent
