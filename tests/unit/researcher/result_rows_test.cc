#include "researcher/results/result_rows.h"

#include <gtest/gtest.h>

namespace blindlink::researcher {
namespace {

TEST(ResultRows, APairHasTheColumnsItsHeaderNames) {
  v1::MatchPair pair;
  pair.set_left_site("hss");
  pair.set_left_record("00ff");
  pair.set_right_site("hc");
  pair.set_right_record("ff00");
  pair.set_level(v1::PARTIAL);
  pair.set_rule("name-dob");
  pair.add_match_keys("name-dob");
  pair.add_match_keys("dob-zip");
  pair.set_score(0.95);
  std::string out = HeaderRow(PairColumns());
  AppendRow(pair, &out);
  EXPECT_EQ(out,
            "left_site,left_record,right_site,right_record,level,rule,match_keys,score\n"
            "hss,00ff,hc,ff00,partial,name-dob,name-dob;dob-zip,0.95\n");
}

TEST(ResultRows, AnEntityMemberIsEntitySiteRecord) {
  v1::EntityMember member;
  member.set_entity("e");
  member.set_site("hss");
  member.set_record("r");
  std::string out = HeaderRow(EntityColumns());
  AppendRow(member, &out);
  EXPECT_EQ(out, "entity,site,record\ne,hss,r\n");
}

TEST(ResultRows, ASuppressedCellShowsTheRangeAndNoCount) {
  v1::OverlapCell cell;
  cell.set_left_site("hc");
  cell.set_right_site("hss");
  cell.set_suppressed(true);
  std::string out = HeaderRow(OverlapColumns());
  AppendRow(cell, 10, &out);
  cell.set_suppressed(false);
  cell.set_entities(1480);
  AppendRow(cell, 10, &out);
  EXPECT_EQ(out, "left_site,right_site,entities,suppressed\nhc,hss,1-10,true\nhc,hss,1480,false\n");
}

}  // namespace
}  // namespace blindlink::researcher
