#include "resolver/console/entity_growth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

constexpr char kRun[] = "/projects/flu/runs/run-000001";

void AddPair(uint32_t left, uint32_t right, bool connects, v1::Outcome outcome,
             v1::EntityExplanation* entity) {
  v1::EntityPairExplanation& pair = *entity->add_pairs();
  pair.set_left(left);
  pair.set_right(right);
  pair.set_connects(connects);
  pair.set_outcome(outcome);
  pair.set_probability(0.9);
}

v1::EntityExplanation EntityOf(int records) {
  v1::EntityExplanation entity;
  for (int i = 0; i < records; ++i) {
    v1::RecordName& record = *entity.add_records();
    record.set_site(i % 2 == 0 ? "north" : "south");
    record.set_record(std::string(32, static_cast<char>('a' + i)));
  }
  return entity;
}

TEST(EntityGrowth, SaysHowManyRecordsEachPairBroughtTogether) {
  v1::EntityExplanation entity = EntityOf(4);
  AddPair(0, 1, true, v1::MATCHED_BY_DECISION, &entity);
  AddPair(2, 3, true, v1::MATCHED, &entity);
  AddPair(1, 2, true, v1::MATCHED, &entity);
  AddPair(0, 3, false, v1::MATCHED_BY_ENTITY, &entity);
  const std::string html = GrowthOf(entity, kRun).Finish();
  const size_t first = html.find("people decided");
  const size_t second = html.find("now 2 records are together", first);
  const size_t all = html.find("now 4 records are together", second);
  ASSERT_NE(all, html.npos) << html;
  EXPECT_NE(html.find("were together already", all), html.npos);
}

TEST(EntityGrowth, LeadsToTheExplanationOfEachPair) {
  v1::EntityExplanation entity = EntityOf(2);
  AddPair(0, 1, true, v1::MATCHED, &entity);
  EXPECT_THAT(GrowthOf(entity, kRun).Finish(),
              HasSubstr("/projects/flu/runs/run-000001/explain?left_site=north&amp;left=aaaa"));
}

TEST(EntityGrowth, ARecordAloneIsSaidToBeAlone) {
  EXPECT_THAT(GrowthOf(EntityOf(1), kRun).Finish(), HasSubstr("No other record is of this entity"));
}

TEST(EntityGrowth, APairOfARecordThatTheAnswerLacksIsLeftOut) {
  v1::EntityExplanation entity = EntityOf(1);
  AddPair(0, 7, true, v1::MATCHED, &entity);
  EXPECT_THAT(GrowthOf(entity, kRun).Finish(), HasSubstr("No other record is of this entity"));
}

}  // namespace
}  // namespace blindlink::resolver
