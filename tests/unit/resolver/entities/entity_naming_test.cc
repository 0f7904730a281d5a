#include "resolver/entities/entity_naming.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/base/byte_order.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kMemory = uint64_t{1} << 20;

EntityId IdOf(char letter) {
  EntityId id;
  id.bytes.fill(static_cast<uint8_t>(letter));
  return id;
}

class EntityNaming : public testing::Test {
 protected:
  // A letter is the former id of the record of that rank, a dot none.
  NamedEntities Name(std::vector<uint32_t> first, const std::string& former,
                     const std::string& lost_records = "", size_t threads = 2) {
    EntitiesToName input;
    input.first = std::move(first);
    for (const char letter : former) {
      input.former.push_back(letter == '.' ? EntityId() : IdOf(letter));
    }
    for (const char letter : lost_records) input.lost_records.insert(IdOf(letter));
    input.seed = std::string(32, 's');
    auto named = NameEntities(std::move(input), folder_.path(), {kMemory, threads});
    EXPECT_TRUE(named.ok()) << named.status();
    return *std::move(named);
  }
  // The ids by rank as letters; a new one is a digit, counted by first appearance.
  static std::string Text(const NamedEntities& named) {
    std::string text;
    std::vector<EntityId> fresh;
    for (const EntityId& id : named.ids) {
      if (id == IdOf(static_cast<char>(id.bytes[0]))) {
        text += static_cast<char>(id.bytes[0]);
        continue;
      }
      auto at = std::find(fresh.begin(), fresh.end(), id);
      if (at == fresh.end()) at = fresh.insert(fresh.end(), id);
      text += static_cast<char>('0' + (at - fresh.begin()));
    }
    return text;
  }

  TemporaryFolder folder_;
};

TEST_F(EntityNaming, AnIdStaysWithTheSameRecordsAndNewEntitiesGetNewOnes) {
  const NamedEntities named = Name({0, 0, 2, 3, 3}, "aab..");
  EXPECT_EQ(Text(named), "aab00");
  EXPECT_TRUE(named.events.empty());
}

TEST_F(EntityNaming, ARecordThatJoinsTakesTheIdWhereverItIsInTheOrder) {
  EXPECT_EQ(Text(Name({0, 0, 0}, ".aa")), "aaa");
  EXPECT_EQ(Text(Name({0, 0, 0}, "aa.")), "aaa");
}

TEST_F(EntityNaming, OfTwoEntitiesThatMergeTheLargerOnesIdStays) {
  const NamedEntities named = Name({0, 0, 0, 0}, "abb.");
  EXPECT_EQ(Text(named), "bbbb");
  ASSERT_EQ(named.events.size(), 1u);
  EXPECT_EQ(named.events[0], (EntityEventRow{IdOf('a'), IdOf('b'), 1, /*merged=*/true,
                                             EntityEventCause::kNewRecords}));
}

TEST_F(EntityNaming, OfEquallyLargeOnesThatMergeTheFirstRecordsIdStays) {
  EXPECT_EQ(Text(Name({0, 0}, "ba")), "bb");
  EXPECT_EQ(Text(Name({0, 0}, "ab")), "aa");
}

TEST_F(EntityNaming, OfAnEntityThatSplitsTheLargerPartKeepsTheId) {
  const NamedEntities named = Name({0, 1, 1}, "aaa");
  EXPECT_EQ(Text(named), "0aa");
  ASSERT_EQ(named.events.size(), 1u);
  EXPECT_EQ(named.events[0].before, IdOf('a'));
  EXPECT_EQ(named.events[0].entity, named.ids[0]);
  EXPECT_FALSE(named.events[0].merged);
  EXPECT_EQ(named.events[0].cause, EntityEventCause::kDecidedAnew);
}

TEST_F(EntityNaming, ASplitForWantOfRecordsSaysSo) {
  const NamedEntities named = Name({0, 1}, "aa", "a");
  EXPECT_EQ(Text(named), "a0");
  ASSERT_EQ(named.events.size(), 1u);
  EXPECT_EQ(named.events[0].cause, EntityEventCause::kRecordsGone);
}

TEST_F(EntityNaming, AnEntityTakesOverTheRestOfAnother) {
  // Of a's three records two are now with b's two: b has as many and comes first there.
  const NamedEntities named = Name({0, 0, 0, 0, 4}, "bbaaa");
  EXPECT_EQ(Text(named), "bbbba");
  ASSERT_EQ(named.events.size(), 1u);
  EXPECT_EQ(named.events[0].records, 2u);
  EXPECT_FALSE(named.events[0].merged) << "the id stays with the third";
}

TEST_F(EntityNaming, TheSameSeedGivesTheSameIdsAndNoIdIsGivenTwice) {
  const NamedEntities once = Name({0, 1, 2}, "...");
  EXPECT_EQ(once.ids, Name({0, 1, 2}, "...").ids);
  EXPECT_EQ(Text(once), "012");
}

TEST_F(EntityNaming, TheIdsAreTheSameInAnyNumberOfThreads) {
  const std::vector<uint32_t> first = {0, 1, 1, 3, 4, 5, 5};
  const std::vector<EntityId> expected = Name(first, "a......", "", 1).ids;
  for (const size_t threads : {2, 3, 20}) {
    EXPECT_EQ(Name(first, "a......", "", threads).ids, expected) << threads << " threads";
  }
}

TEST_F(EntityNaming, ManyIdsAreGivenTheSameWayInAnyThreadsAndMemory) {
  constexpr uint32_t kRecords = 60000;
  std::vector<uint32_t> first(kRecords);
  std::vector<EntityId> former(kRecords);
  for (uint32_t rank = 0; rank < kRecords; ++rank) {
    first[rank] = rank - rank % 3;
    if (rank % 7 == 0) continue;  // a new record
    // Entities of four before: nearly every id is contested.
    StoreBigEndian64((rank / 4 + 1) * 0x9e3779b97f4a7c15, former[rank].bytes.data());
  }
  const auto name = [&](size_t threads, uint64_t memory) {
    EntitiesToName input{first, former, {}, std::string(32, 's')};
    auto named = NameEntities(std::move(input), folder_.path(), {memory, threads});
    EXPECT_TRUE(named.ok()) << named.status();
    std::vector<uint8_t> events(named->events.size() * EntityEventRow::kSize);
    for (size_t i = 0; i < named->events.size(); ++i) {
      named->events[i].Encode(events.data() + i * EntityEventRow::kSize);
    }
    return std::pair(named->ids, events);
  };
  const auto expected = name(1, uint64_t{64} << 20);
  EXPECT_GT(expected.second.size(), 1000 * EntityEventRow::kSize);
  for (const size_t threads : {1, 2, 3, 20}) {
    for (const uint64_t memory : {uint64_t{1}, kMemory, uint64_t{64} << 20}) {
      EXPECT_EQ(name(threads, memory), expected) << threads << " threads, " << memory << " bytes";
    }
  }
}

}  // namespace
}  // namespace blindlink::resolver
