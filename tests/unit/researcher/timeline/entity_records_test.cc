#include "researcher/timeline/entity_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/researcher/timeline/test_extracts.h"

namespace blindlink::researcher {
namespace {

using testing::HasSubstr;

constexpr uint64_t kMemory = 1 << 20;

TEST(EntityRecords, GivesEachSitesRecordsInOrder) {
  const TestExtracts files;
  auto map = EntityRecords::Read(files.EntityMap({"e1,south,9", "e2,north,3", "e1,north,2"}),
                                 {"north"}, files.folder(), kMemory);
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->entities(), 2u);
  EXPECT_EQ(map->records(), 3u);
  EXPECT_THAT(map->sites(), testing::ElementsAre("north", "south"));
  SiteRecords north = map->RecordsOf(0);
  ASSERT_TRUE(north.Advance().ok());
  EXPECT_EQ(north.current()->record.bytes[0], 0x20);
  ASSERT_TRUE(north.Advance().ok());
  EXPECT_EQ(north.current()->record.bytes[0], 0x30);
  ASSERT_TRUE(north.Advance().ok());
  EXPECT_EQ(north.current(), nullptr);
  SiteRecords others = map->OtherRecords();
  ASSERT_TRUE(others.Advance().ok());
  EXPECT_EQ(others.current()->site, 1u);
}

TEST(EntityRecords, ARecordInTwoEntitiesIsRefusedButARepeatedRowIsNot) {
  const TestExtracts files;
  auto map =
      EntityRecords::Read(files.EntityMap({"e1,north,1", "e1,north,1", "e2,north,2", "e3,north,2"}),
                          {"north"}, files.folder(), kMemory);
  ASSERT_TRUE(map.ok());
  SiteRecords north = map->RecordsOf(0);
  ASSERT_TRUE(north.Advance().ok());
  ASSERT_TRUE(north.Advance().ok());
  EXPECT_THAT(north.Advance().message(), HasSubstr("two entities"));
}

TEST(EntityRecords, AnIdThatIsNoneIsNamedByRow) {
  const TestExtracts files;
  const std::string path = files.Path("map.csv");
  ASSERT_TRUE(WriteFileAtomically(path, "entity,site,record\n" + Id("1") + ",north,77\n").ok());
  const auto map = EntityRecords::Read(path, {"north"}, files.folder(), kMemory);
  EXPECT_THAT(map.status().message(), HasSubstr("row 1"));
  EXPECT_THAT(map.status().message(), testing::Not(HasSubstr("77")));
}

}  // namespace
}  // namespace blindlink::researcher
