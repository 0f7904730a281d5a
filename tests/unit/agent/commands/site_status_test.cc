#include "agent/commands/site_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr int64_t kNow = 1'700'000'000;
constexpr int64_t kDay = 86400;

TEST(CountRejects, CountsEachReasonOfEachColumn) {
  const TemporaryFolder folder;
  const std::string file = (folder / "rejects.csv").string();
  ASSERT_TRUE(
      WriteFileAtomically(file,
                          "row,column,reason\n1,dob,impossible-date\n7,dob,impossible-date\n"
                          "9,,no-record-id\n",
                          0600)
          .ok());
  EXPECT_THAT(CountRejects(file).value(), ElementsAre(Pair(Pair("", "no-record-id"), 1),
                                                      Pair(Pair("dob", "impossible-date"), 2)));
}

TEST(CountRejects, NamesTheColumnThatAFileLacks) {
  const TemporaryFolder folder;
  const std::string file = (folder / "rejects.csv").string();
  ASSERT_TRUE(WriteFileAtomically(file, "row,column\n1,dob\n", 0600).ok());
  EXPECT_THAT(std::string(CountRejects(file).status().message()), HasSubstr("reason"));
}

SiteStatus StatusOfOne() {
  SiteStatus status;
  SiteStatus::Dataset& dataset = status.datasets.emplace_back();
  dataset.info.mutable_manifest()->set_dataset("d1");
  dataset.info.set_state(v1::INGEST_FAILED);
  dataset.info.set_failure("the disk is full: make room");
  dataset.info.mutable_counts()->set_rejected_rows(3);
  dataset.rejects[{"dob", "impossible-date"}] = 2;
  dataset.rejects[{"", "no-record-id"}] = 1;
  status.receipts = 4;
  status.audit_entries_seen = 120;
  status.certificate_not_after = kNow + 100 * kDay;
  return status;
}

TEST(SiteStatusToText, SaysWhatFailedWhatWasRejectedAndWhatEnds) {
  SiteStatus status = StatusOfOne();
  const std::string text = SiteStatusToText(status, kNow);
  EXPECT_THAT(text, HasSubstr("the disk is full: make room"));
  EXPECT_THAT(text, HasSubstr("2  dob: impossible-date\n"));
  EXPECT_THAT(text, HasSubstr("1  row: no-record-id\n"));
  EXPECT_THAT(text, HasSubstr("receipts     4, in an audit log of 120 entries\n"));
  EXPECT_THAT(text, HasSubstr("ends in 100 days\n"));
  status.certificate_not_after = kNow + 29 * kDay;
  EXPECT_THAT(SiteStatusToText(status, kNow),
              HasSubstr("ends in 29 days: have a new one issued\n"));
}

TEST(SiteStatusToJson, HasTheSameNumbers) {
  const std::string json = SiteStatusToJson(StatusOfOne(), kNow);
  EXPECT_THAT(json, HasSubstr("\"state\": \"INGEST_FAILED\""));
  EXPECT_THAT(json, HasSubstr("\"rejected_rows\": 3"));
  EXPECT_THAT(json, HasSubstr("\"reason\": \"impossible-date\""));
  EXPECT_THAT(json, HasSubstr("\"receipts\": 4"));
  EXPECT_THAT(json, HasSubstr("\"certificate_days_left\": 100"));
}

TEST(SiteStatusToText, SaysWhatHasChanged) {
  SiteStatus status = StatusOfOne();
  EXPECT_THAT(SiteStatusToText(status, kNow), Not(HasSubstr("not like")));
  status.datasets[0].info.add_notes("records with a usable zip: 90.0 %, before 98.0 %");
  EXPECT_THAT(SiteStatusToText(status, kNow),
              HasSubstr("d1 is not like what this site has sent before (docs/drift.md):\n"
                        "  changed: records with a usable zip: 90.0 %, before 98.0 %\n"));
}

TEST(SiteStatusToJson, HasWhatHasChangedInNumbers) {
  SiteStatus status = StatusOfOne();
  status.datasets[0].info.set_commit_unix_seconds(kNow);
  v1::DatasetDrift& drift = *status.datasets[0].info.mutable_drift();
  drift.add_compared_with("d0");
  v1::DriftFinding& finding = *drift.add_findings();
  finding.set_measure(v1::FIELD_FILL);
  finding.set_subject("zip");
  finding.set_before(0.75);
  finding.set_now(0.5);
  const std::string json = SiteStatusToJson(status, kNow);
  EXPECT_THAT(json, HasSubstr("\"committed_unix_seconds\": 1700000000"));
  EXPECT_THAT(json, HasSubstr("\"d0\""));
  EXPECT_THAT(json, HasSubstr("\"measure\": \"FIELD_FILL\""));
  EXPECT_THAT(json, HasSubstr("\"subject\": \"zip\""));
  EXPECT_THAT(json, HasSubstr("\"before\": 0.75"));
  EXPECT_THAT(json, HasSubstr("\"now\": 0.5"));
}

TEST(SiteStatusToText, SaysNothingOfRejectsIfThereAreNone) {
  SiteStatus status = StatusOfOne();
  status.datasets[0].rejects.clear();
  EXPECT_THAT(SiteStatusToText(status, kNow), Not(HasSubstr("not used")));
}

}  // namespace
}  // namespace blindlink::agent
