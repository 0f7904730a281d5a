#include "agent/clinical/dates/date_shift.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "agent/keys/token_key.h"

namespace blindlink::agent {
namespace {

v1::DateRules Rules(uint32_t days, bool keep_weekday = false) {
  v1::DateRules rules;
  rules.set_shift_days(days);
  rules.set_keep_weekday(keep_weekday);
  return rules;
}

DateShift Shift(const TokenKey& key, const v1::DateRules& rules, const char* project = "flu") {
  return {key.DeriveReleaseKey(project, DateShift::kPurpose), rules};
}

TEST(DateShiftTest, SitesWithOneKeyShiftASeedAlike) {
  const TokenKey key = TokenKey::OfPublishedVectors();
  for (uint32_t seed = 0; seed < 4096; ++seed) {
    EXPECT_EQ(Shift(key, Rules(182)).DaysOf(seed), Shift(key, Rules(182)).DaysOf(seed));
  }
}

TEST(DateShiftTest, AnotherKeyOrProjectShiftsAsIfByChance) {
  const DateShift one = Shift(TokenKey::OfPublishedVectors(), Rules(182));
  const DateShift other_project = Shift(TokenKey::OfPublishedVectors(), Rules(182), "measles");
  const DateShift other_key = Shift(TokenKey::Random(), Rules(182));
  int same_project = 0;
  int same_key = 0;
  for (uint32_t seed = 0; seed < 4096; ++seed) {
    same_project += one.DaysOf(seed) == other_project.DaysOf(seed) ? 1 : 0;
    same_key += one.DaysOf(seed) == other_key.DaysOf(seed) ? 1 : 0;
  }
  EXPECT_LT(same_project, 40);  // 11 are expected
  EXPECT_LT(same_key, 40);
}

TEST(DateShiftTest, EveryShiftButNoneIsEquallyLikely) {
  const DateShift shift = Shift(TokenKey::OfPublishedVectors(), Rules(182));
  std::map<int, int> counts;
  constexpr int kSeeds = 364 * 200;
  for (uint32_t seed = 0; seed < kSeeds; ++seed) ++counts[shift.DaysOf(seed)];
  EXPECT_EQ(counts.size(), 364u);
  EXPECT_EQ(counts.begin()->first, -182);
  EXPECT_EQ(counts.rbegin()->first, 182);
  EXPECT_EQ(counts.count(0), 0u);
  double chi_square = 0;
  for (const auto& [days, count] : counts) chi_square += (count - 200.0) * (count - 200.0) / 200;
  EXPECT_LT(chi_square, 363 + 5 * std::sqrt(2 * 363.0));
}

TEST(DateShiftTest, WeekdaysStayIfThePlanAsksForIt) {
  const DateShift shift = Shift(TokenKey::OfPublishedVectors(), Rules(182, true));
  for (uint32_t seed = 0; seed < 4096; ++seed) {
    EXPECT_EQ(shift.DaysOf(seed) % 7, 0);
    EXPECT_NE(shift.DaysOf(seed), 0);
  }
}

TEST(DateShiftTest, ARecordOfASiteThatReleasesAloneHasAShiftOfItsOwn) {
  const DateShift shift = Shift(TokenKey::OfPublishedVectors(), Rules(182));
  RecordPseudonym record{};
  const int first = shift.DaysOf(record);
  EXPECT_EQ(first, shift.DaysOf(record));
  int same = 0;
  for (int i = 1; i < 256; ++i) {
    record.bytes[0] = static_cast<uint8_t>(i);
    same += shift.DaysOf(record) == first ? 1 : 0;
  }
  EXPECT_LT(same, 10);
}

}  // namespace
}  // namespace blindlink::agent
