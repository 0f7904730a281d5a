#include "common/token_audit/token_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "common/base/bytes16.h"
#include "common/crypto/sha256.h"

namespace blindlink {
namespace {

constexpr char kPlan[] = R"(
  name: "weak"
  version: 1
  description: "for tests"
  standardizer_version: "3"
  fields { name: "first_name" standardizer: GIVEN_NAME }
  fields { name: "last_name" standardizer: SURNAME }
  fields { name: "date_of_birth" standardizer: DATE }
  match_keys {
    name: "last-birthday" id: 1
    components { field: "last_name" } components { field: "date_of_birth" form: MONTH_DAY }
  }
  match_keys {
    name: "last-year" id: 2
    components { field: "last_name" form: SOUNDEX }
    components { field: "date_of_birth" form: YEAR }
  }
  match_keys {
    name: "first-dob" id: 3
    components { field: "first_name" } components { field: "date_of_birth" }
  }
  match_rules { name: "r" level: FULL score: 1 all_of { match_key: "first-dob" } }
)";

struct Entry {
  uint32_t record;
  uint32_t key;
  std::string token;
  uint8_t form = 0;
};

// A block of so many records with these tokens, without evidence.
v1::TokenBlock BlockOf(size_t records, const std::vector<Entry>& entries) {
  v1::TokenBlock block;
  block.mutable_record_ids()->resize(records * RecordPseudonym::kSize);
  std::map<uint32_t, v1::TokenColumn> columns;
  for (const Entry& entry : entries) {
    v1::TokenColumn& column = columns[entry.key];
    column.set_match_key(entry.key);
    const Sha256Digest token = Sha256Of(entry.token);
    column.mutable_tokens()->append(std::string(AsView(token)), 0, Token::kSize);
    column.add_records(entry.record);
    column.mutable_forms()->push_back(static_cast<char>(entry.form));
  }
  for (const auto& [key, column] : columns) *block.add_columns() = column;
  return block;
}

class TokenAuditTest : public testing::Test {
 protected:
  TokenAuditTest() : plan_(*Plan::Parse(kPlan)) {}

  size_t WayOf(const TokenAudit& audit, const std::string& name) {
    const auto& ways = audit.layout().ways();
    const auto found = std::find_if(ways.begin(), ways.end(),
                                    [&](const ChainWay& way) { return way.name == name; });
    EXPECT_NE(found, ways.end()) << name;
    return static_cast<size_t>(found - ways.begin());
  }

  TokenAuditOptions options_{.folder = testing::TempDir(), .class_size = 2};
  Plan plan_;
};

TEST_F(TokenAuditTest, JoinsRecordsThatShareTokensOfAFieldIntoClassesOverSeveralTokens) {
  TokenAudit audit(plan_, options_);
  // 0-1-2 by two birthdays that record 1 has (of two written dates); 3 alone.
  ASSERT_TRUE(audit
                  .Add(BlockOf(4, {{0, 1, "SMITH 01-01"},
                                   {1, 1, "SMITH 01-01"},
                                   {1, 1, "SMITH 02-02"},
                                   {2, 1, "SMITH 02-02"},
                                   {3, 1, "JONES 02-02"}}))
                  .ok());
  const auto findings = audit.Finish();
  ASSERT_TRUE(findings.ok()) << findings.status();
  const size_t way = WayOf(audit, "last_name");
  EXPECT_EQ(audit.ClassOf(way, 0), audit.ClassOf(way, 2));
  EXPECT_NE(audit.ClassOf(way, 0), audit.ClassOf(way, 3));
  EXPECT_EQ(findings->ways[way].largest_class, 3);
  EXPECT_EQ(findings->ways[way].classes, 1);
  EXPECT_EQ(findings->ways[way].chained_records, 3);
  EXPECT_DOUBLE_EQ(findings->ways[way].mean_strangers, 1);  // 1, 2, 1 and 0
}

TEST_F(TokenAuditTest, ATokenOfACoarserFormJoinsOnlyByThatForm) {
  TokenAudit audit(plan_, options_);
  ASSERT_TRUE(audit.Add(BlockOf(2, {{0, 2, "S530 1970"}, {1, 2, "S530 1970"}})).ok());
  const auto findings = audit.Finish();
  ASSERT_TRUE(findings.ok());
  EXPECT_EQ(findings->ways[WayOf(audit, "last_name")].largest_class, 1);
  EXPECT_EQ(findings->ways[WayOf(audit, "last_name by SOUNDEX")].largest_class, 2);
}

TEST_F(TokenAuditTest, AStretchedTokenJoinsNobody) {
  TokenAudit audit(plan_, options_);
  ASSERT_TRUE(audit.Add(BlockOf(2, {{0, 1, "t", 1}, {1, 1, "t"}})).ok());
  const auto findings = audit.Finish();
  ASSERT_TRUE(findings.ok());
  EXPECT_EQ(findings->ways[WayOf(audit, "last_name")].largest_class, 1);
}

TEST_F(TokenAuditTest, RecordsOfLaterBlocksAreOtherRecords) {
  TokenAudit audit(plan_, options_);
  for (int block = 0; block < 3; ++block) {
    ASSERT_TRUE(audit.Add(BlockOf(1, {{0, 1, "SMITH 01-01"}})).ok());
  }
  const auto findings = audit.Finish();
  ASSERT_TRUE(findings.ok());
  EXPECT_EQ(findings->records, 3);
  EXPECT_EQ(findings->tokens, 3);
  EXPECT_EQ(findings->match_keys[0].distinct, 1);
  EXPECT_EQ(findings->match_keys[0].most_records, 3);
  EXPECT_EQ(findings->match_keys[0].in_large_groups, 3);
}

TEST_F(TokenAuditTest, CountsRecordsUnlikeAnyOtherInNumbersOfTokensAndInNeighbours) {
  TokenAudit audit(plan_, options_);
  ASSERT_TRUE(
      audit.Add(BlockOf(4, {{0, 1, "a"}, {1, 1, "a"}, {2, 1, "b"}, {3, 1, "c"}, {3, 3, "d"}}))
          .ok());
  const auto findings = audit.Finish();
  ASSERT_TRUE(findings.ok());
  EXPECT_EQ(findings->single_by_counts, 1);         // 3 has a token of another match key
  EXPECT_EQ(findings->single_by_neighbourhood, 2);  // and nobody shares 2's token
}

TEST_F(TokenAuditTest, GivesTheSameWithLittleMemory) {
  std::vector<Entry> entries;
  for (uint32_t record = 0; record < 5000; ++record) {
    entries.push_back({record, 1, std::to_string(record % 700)});
  }
  TokenAuditOptions little = options_;
  little.memory_budget = 1;
  TokenAudit in_memory(plan_, options_), on_disk(plan_, little);
  ASSERT_TRUE(in_memory.Add(BlockOf(5000, entries)).ok());
  ASSERT_TRUE(on_disk.Add(BlockOf(5000, entries)).ok());
  const auto a = in_memory.Finish(), b = on_disk.Finish();
  ASSERT_TRUE(a.ok() && b.ok());
  const size_t way = WayOf(in_memory, "last_name");
  EXPECT_EQ(a->ways[way].classes, 700);
  EXPECT_EQ(b->ways[way].classes, 700);
  EXPECT_EQ(a->ways[way].largest_class, b->ways[way].largest_class);
}

// An index under a key that is destroyed holds other tokens, of which the same are equal.
TEST_F(TokenAuditTest, OnlyWhichTokensAreEqualCounts) {
  std::vector<Entry> entries, enciphered;
  for (uint32_t record = 0; record < 500; ++record) {
    for (uint32_t key = 1; key <= 3; ++key) {
      const std::string token = std::to_string(record * key % 37);
      entries.push_back({record, key, token});
      enciphered.push_back({record, key, "under another key: " + token});
    }
  }
  TokenAudit audit(plan_, options_), of_index(plan_, options_);
  ASSERT_TRUE(audit.Add(BlockOf(500, entries)).ok());
  ASSERT_TRUE(of_index.Add(BlockOf(500, enciphered)).ok());
  const auto a = audit.Finish(), b = of_index.Finish();
  ASSERT_TRUE(a.ok() && b.ok());
  ASSERT_GT(a->ways[0].largest_class, 1);
  for (size_t way = 0; way < a->ways.size(); ++way) {
    EXPECT_EQ(a->ways[way].largest_class, b->ways[way].largest_class);
    EXPECT_EQ(a->ways[way].chained_records, b->ways[way].chained_records);
    EXPECT_EQ(a->ways[way].mean_strangers, b->ways[way].mean_strangers);
  }
  EXPECT_EQ(a->single_by_neighbourhood, b->single_by_neighbourhood);
}

TEST_F(TokenAuditTest, AnEmptySetHasNothingToFind) {
  TokenAudit audit(plan_, options_);
  const auto findings = audit.Finish();
  ASSERT_TRUE(findings.ok());
  EXPECT_EQ(findings->ways[0].largest_class, 0);
}

TEST(DisjointSets, JoinsAreTransitiveAndNewNumbersAreAlone) {
  DisjointSets sets;
  sets.Grow(5);
  sets.Join(0, 1);
  sets.Join(3, 4);
  sets.Join(1, 3);
  EXPECT_EQ(sets.Find(0), sets.Find(4));
  EXPECT_NE(sets.Find(0), sets.Find(2));
  sets.Grow(6);
  EXPECT_EQ(sets.Find(5), 5);
}

}  // namespace
}  // namespace blindlink
