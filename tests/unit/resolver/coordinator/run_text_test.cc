#include "resolver/coordinator/run_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "blindlink/v1/linkage_service.pb.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::LinkageRun RunWithEntities() {
  v1::LinkageRun run;
  v1::RunSummary& summary = *run.mutable_summary();
  for (const uint32_t records : {1, 2, 7, 11}) {
    v1::EntitySize& size = *summary.add_entity_sizes();
    size.set_records(records);
    size.set_entities(100 / records);
  }
  summary.set_joins_refused_as_weak(21);
  summary.set_joins_refused_by_statement(22);
  summary.set_match_pairs_by_entity(23);
  return run;
}

TEST(RunText, ShowsTheSizesOfEntitiesAndWhatWasRefused) {
  const std::string text = RunToText(RunWithEntities());
  EXPECT_THAT(text, HasSubstr("1: 100, 2: 50, more: 23; the largest has 11\n"));
  EXPECT_THAT(text, HasSubstr("21  (weak bridges)\n"));
  EXPECT_THAT(text, HasSubstr("22  (one record per person)\n"));
  EXPECT_THAT(text, HasSubstr("23  (other pairs make one entity of their records)\n"));
  EXPECT_THAT(text, Not(HasSubstr("max_entity_size")));
  const std::string json = RunToJson(RunWithEntities());
  EXPECT_THAT(json, HasSubstr("\"joins_refused_as_weak\": 21"));
  EXPECT_THAT(json, HasSubstr("\"records\": 7,\n        \"entities\": 14\n"));
}

TEST(RunText, SaysWhatToKnowBeforeTheRunHasEnded) {
  v1::LinkageRun run;
  run.set_state(v1::RUNNING);
  run.add_notices("the index does not fit in memory");
  EXPECT_THAT(RunToText(run), HasSubstr("note                 the index does not fit in memory\n"));
  EXPECT_THAT(RunToJson(run), HasSubstr("\"the index does not fit in memory\""));
}

TEST(RunText, OfARunThatStartsFromAnotherTellsHowManyRecordsWereCompared) {
  v1::LinkageRun run;
  run.mutable_summary()->set_records(90);
  EXPECT_THAT(RunToText(run), Not(HasSubstr("  compared")));
  run.mutable_summary()->set_records_compared(7);
  EXPECT_THAT(RunToText(run), HasSubstr("  compared                      7  (the rest"));
}

TEST(RunText, TheJsonSaysOfARunWhatItIsOfAndHowFarItIs) {
  v1::LinkageRun run;
  run.set_state(v1::RUNNING);
  run.set_started_unix_seconds(1'700'000'000);
  run.set_stage("sweep");
  run.set_progress(0.25);
  v1::DatasetName& dataset = *run.add_datasets();
  dataset.set_site("north");
  dataset.set_dataset("2024");
  const std::string json = RunToJson(run);
  EXPECT_THAT(json, HasSubstr("\"started_unix_seconds\": 1700000000"));
  EXPECT_THAT(json, HasSubstr("\"stage\": \"sweep\""));
  EXPECT_THAT(json, HasSubstr("\"progress\": 0.25"));
  EXPECT_THAT(json, HasSubstr("\"north/2024\""));
}

}  // namespace
}  // namespace blindlink::resolver
