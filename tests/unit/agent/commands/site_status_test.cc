#include "agent/commands/site_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "agent/commands/parties_text.h"
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

TEST(SiteStatusToText, SaysWhoJoinedLaterAndMarksWhoWasNotThereAtTheNewestDataset) {
  SiteStatus status = StatusOfOne();
  for (const char* site : {"north", "south", "east"}) status.project.add_sites(site);
  for (const char* researcher : {"study", "south"}) status.project.add_researchers(researcher);
  const auto join = [&status](const std::string& site, const std::string& researcher, int64_t at) {
    v1::JoinedParty& joined = *status.project.add_joined();
    joined.set_site(site);
    joined.set_researcher(researcher);
    joined.set_unix_seconds(at);
  };
  join("east", "", kNow);
  join("", "south", kNow - 2 * kDay);
  status.newest_commit = kNow - kDay;
  const std::string text = SiteStatusToText(status, kNow);
  EXPECT_THAT(text, HasSubstr("sites        north, south, east (joined 2023-11-14T22:13:20Z, after "
                              "this site's newest dataset)\n"));
  EXPECT_THAT(text, HasSubstr("researchers  study, south (joined 2023-11-12T22:13:20Z)\n"));
  status.newest_commit = kNow;
  EXPECT_THAT(SiteStatusToText(status, kNow), HasSubstr("after this site's newest dataset)\n"))
      << "within one second nobody knows";
  status.newest_commit = 0;
  EXPECT_THAT(SiteStatusToText(status, kNow), Not(HasSubstr("newest dataset")));
  EXPECT_THAT(SiteStatusToJson(status, kNow), HasSubstr("\"site\": \"east\""));
}

TEST(JoinedNote, NamesWhoJoinedAfterTheCreation) {
  v1::ProjectInfo project;
  project.set_name("flu");
  project.add_sites("north");
  EXPECT_EQ(JoinedNote(project), "");
  project.add_joined()->set_site("north");
  project.mutable_joined(0)->set_unix_seconds(kNow);
  project.add_joined()->set_researcher("cohort");
  EXPECT_THAT(JoinedNote(project),
              HasSubstr("project flu after it was created: site north on 2023-11-14T22:13:20Z, "
                        "researcher cohort on "));
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
