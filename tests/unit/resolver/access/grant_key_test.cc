#include "resolver/access/grant_key.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

class GrantKeyTest : public testing::Test {
 protected:
  GrantKey Make(const char* name) {
    EXPECT_TRUE(GrantKey::Generate(folder_ / name).ok());
    return *GrantKey::Read(folder_ / name);
  }
  static RecordPseudonym Record(uint8_t number) {
    RecordPseudonym record;
    record.bytes[0] = number;
    return record;
  }
  TemporaryFolder folder_;
};

TEST_F(GrantKeyTest, APseudonymTurnsBackToItsRecordForItsSiteOnly) {
  const GrantKey key = Make("a.key");
  GrantKey::Pseudonyms pseudonyms = key.MakePseudonyms();
  for (uint8_t number = 0; number < 100; ++number) {
    const RecordPseudonym pseudonym = pseudonyms.OfRecord("north", Record(number));
    EXPECT_NE(pseudonym, Record(number));
    EXPECT_EQ(key.RecordOf("north", pseudonym), Record(number));
    EXPECT_NE(key.RecordOf("south", pseudonym), Record(number));
  }
}

TEST_F(GrantKeyTest, TwoGrantsHaveNoIdInCommon) {
  const GrantKey first = Make("a.key");
  const GrantKey second = Make("b.key");
  GrantKey::Pseudonyms of_first = first.MakePseudonyms();
  GrantKey::Pseudonyms of_second = second.MakePseudonyms();
  std::set<RecordPseudonym> records;
  std::set<EntityId> entities;
  for (uint8_t number = 0; number < 100; ++number) {
    records.insert(of_first.OfRecord("north", Record(number)));
    records.insert(of_second.OfRecord("north", Record(number)));
    const EntityId entity{Record(number).bytes};
    entities.insert(of_first.OfEntity(entity));
    entities.insert(of_second.OfEntity(entity));
  }
  EXPECT_EQ(records.size(), 200u);
  EXPECT_EQ(entities.size(), 200u);
}

TEST_F(GrantKeyTest, TheSameKeyGivesTheSamePseudonymAfterItIsReadAgain) {
  const RecordPseudonym before = Make("a.key").MakePseudonyms().OfRecord("north", Record(1));
  EXPECT_EQ(GrantKey::Read(folder_ / "a.key")->MakePseudonyms().OfRecord("north", Record(1)),
            before);
  EXPECT_EQ(GrantKey::Generate(folder_ / "a.key").code(), absl::StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace blindlink::resolver
