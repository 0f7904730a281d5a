#include "common/drift/drift_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"

namespace blindlink {
namespace {

using testing::ElementsAre;

void Add(v1::DriftMeasure measure, const std::string& subject, double before, double now,
         v1::DatasetDrift* drift) {
  v1::DriftFinding& finding = *drift->add_findings();
  finding.set_measure(measure);
  finding.set_subject(subject);
  finding.set_before(before);
  finding.set_now(now);
}

TEST(DriftNotes, SayWhatHasChangedInWords) {
  v1::DatasetDrift drift;
  Add(v1::REJECTED_ROWS, "", 0.001, 0.25, &drift);
  Add(v1::MATCH_KEY_FILL, "last-dob", 0.951, 0.9, &drift);
  Add(v1::TOKENS_PER_RECORD, "name", 3, 2.25, &drift);
  Add(v1::FIELD_FILL, "zip", 0.98, 0.9, &drift);
  Add(v1::EQUAL_VALUES, "last_name", 0.003, 0.04, &drift);
  EXPECT_THAT(
      DriftNotes(drift),
      ElementsAre("rows that were rejected: 25.0 %, before 0.1 %",
                  "records with all that match key last-dob needs: 90.0 %, before 95.1 %",
                  "tokens of match key name for each record that has one: 2.25, before 3.00",
                  "records with a usable zip: 90.0 %, before 98.0 %",
                  "random pairs of the site's records with the same last_name: 4.0 %, "
                  "before 0.3 %"));
}

TEST(DriftNotes, OfEveryMeasureAreWords) {
  for (int number = v1::DriftMeasure_MIN + 1; number <= v1::DriftMeasure_MAX; ++number) {
    v1::DatasetDrift drift;
    Add(static_cast<v1::DriftMeasure>(number), "x", 0.5, 0.6, &drift);
    EXPECT_FALSE(absl::StartsWith(DriftNotes(drift)[0], "x:")) << number;
  }
}

TEST(NotesText, EscapesAndCutsForeignText) {
  v1::UploadInfo info;
  EXPECT_EQ(NotesText(info), "");
  info.add_notes("a\x1b[31mb");
  info.add_notes(std::string(2000, 'c'));
  const std::string text = NotesText(info);
  EXPECT_TRUE(absl::StrContains(text, "  changed: a\\x1b[31mb\n"));
  EXPECT_LT(text.size(), 600u);
}

TEST(CommitTimeText, OfAnEarlierReleaseIsUnknown) {
  v1::UploadInfo info;
  info.set_state(v1::RECEIVING);
  EXPECT_EQ(CommitTimeText(info), "-");
  info.set_state(v1::COMMITTED);
  EXPECT_EQ(CommitTimeText(info), "unknown");
  info.set_commit_unix_seconds(1'700'000'000);
  EXPECT_EQ(CommitTimeText(info), "2023-11-14T22:13:20Z");
}

}  // namespace
}  // namespace blindlink
