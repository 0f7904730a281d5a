#include "resolver/console/upload_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace blindlink::resolver {
namespace {

using testing::Optional;

v1::UploadInfo Dataset(uint64_t records) {
  v1::UploadInfo upload;
  upload.set_records(records);
  upload.mutable_counts()->set_records(records);
  v1::MatchKeyCounts& key = *upload.mutable_counts()->add_match_keys();
  key.set_match_key(4);
  key.set_records_without(records / 2);
  return upload;
}

TEST(UploadFigures, AreOfTheRecordsThatWereCommittedAlsoWhenMostHaveLeft) {
  v1::UploadInfo upload = Dataset(100);
  upload.mutable_counts()->set_rows(110);
  upload.mutable_counts()->set_rejected_rows(10);
  upload.mutable_counts()->set_tokens(300);
  upload.mutable_counts()->set_records(20);  // 80 were withdrawn
  upload.set_records(20);
  EXPECT_THAT(FillOf(upload, 4), Optional(0.5));
  EXPECT_THAT(TokensPerRecordOf(upload), Optional(3.0));
  upload.mutable_counts()->set_rows(0);  // a program that does not count rows
  EXPECT_THAT(FillOf(upload, 4), Optional(0.0));
}

TEST(UploadFigures, AreNotShownOfAFewRecords) {
  EXPECT_EQ(FillOf(Dataset(kSmallDataset), 4), std::nullopt);
  EXPECT_EQ(MeanFillOf(Dataset(1), {4}), std::nullopt);
  EXPECT_EQ(TokensPerRecordOf(Dataset(3)), std::nullopt);
  EXPECT_EQ(RecordsText(Dataset(3)), "1 to 10");
  EXPECT_EQ(RecordsText(Dataset(kSmallDataset + 1)), "11");
  EXPECT_THAT(FillOf(Dataset(kSmallDataset + 2), 4), Optional(0.5));
  EXPECT_EQ(RecordsText(Dataset(0)), "0");
}

TEST(MeanFillOf, CountsAMatchKeyThatNoRecordHasAnyMoreButNoneThatNoDatasetHas) {
  v1::UploadInfo before = Dataset(100);
  v1::UploadInfo now = Dataset(100);
  now.mutable_counts()->mutable_match_keys(0)->set_records_without(100);
  for (v1::UploadInfo* upload : {&before, &now}) {
    v1::MatchKeyCounts& never = *upload->mutable_counts()->add_match_keys();
    never.set_match_key(5);
    never.set_records_without(100);
  }
  const auto keys = FilledKeys({before, now});
  EXPECT_THAT(keys, testing::ElementsAre(4u));
  EXPECT_THAT(MeanFillOf(before, keys), Optional(0.5));
  EXPECT_THAT(MeanFillOf(now, keys), Optional(0.0));
  EXPECT_EQ(MeanFillOf(now, {}), std::nullopt);
}

TEST(UploadFigures, OfAMatchKeyThatIsNotCountedAreNone) {
  EXPECT_EQ(FillOf(Dataset(100), 5), std::nullopt);
  EXPECT_EQ(FillOf({}, 4), std::nullopt);
}

TEST(SortByCommit, PutsThoseOfAnEarlierReleaseFirstAndCallsTheirTimeUnknown) {
  std::vector<v1::UploadInfo> uploads(3);
  uploads[0].set_commit_unix_seconds(1'700'000'000);
  uploads[1].set_commit_unix_seconds(1'600'000'000);
  uploads[2].set_state(v1::COMMITTED);
  SortByCommit(&uploads);
  EXPECT_EQ(CommittedText(uploads[0]), "unknown");
  EXPECT_EQ(CommittedText(uploads[1]), "2020-09-13 12:26 UTC");
  EXPECT_EQ(CommittedText(uploads[2]), "2023-11-14 22:13 UTC");
  EXPECT_EQ(CommittedText({}), "-");
}

}  // namespace
}  // namespace blindlink::resolver
