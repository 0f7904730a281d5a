#include "resolver/ingest/ingest_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/token_audit/resolver_audit.h"
#include "common/token_audit/token_audit.h"
#include "resolver/index/memory_token_index.h"
#include "resolver/ingest/ingest.h"
#include "resolver/ingest/sorted_posting.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint64_t kLarge = uint64_t{64} << 20;
constexpr uint64_t kLittle = 50'000;  // bytes for only one way of joining 2000 records

// 4 blocks of 500 records, whose tokens differ in their first eight bytes: of 90 birthdays with
// their surnames, some with a second token.
std::vector<v1::TokenBlock> Population() {
  std::vector<v1::TokenBlock> blocks;
  int next = 0;
  for (uint64_t block = 0; block < 4; ++block) {
    std::vector<SampleRecord> records;
    for (int i = 0; i < 500; ++i, ++next) {
      SampleRecord record{absl::StrFormat("r%d", next),
                          {{absl::StrFormat("%03d-first", next * 7919 % 700)},
                           {absl::StrFormat("%02d-last", next * next % 90), kLastDob}}};
      if (next % 5 == 0) {
        record.tokens.push_back({absl::StrFormat("%02d-last", next % 40 + 60), kLastDob});
        record.tokens.push_back({absl::StrFormat("nick-%d", next % 3), kNameDob, kNicknameForm});
      }
      records.push_back(std::move(record));
    }
    blocks.push_back(BlockOf(block, block * 500, records));
  }
  return blocks;
}

class IngestAuditTest : public testing::Test {
 protected:
  IngestAuditTest() {
    EXPECT_TRUE(IndexKey::Generate(folder_ / "index.key").ok());
    key_ = std::make_unique<IndexKey>(*IndexKey::Read(folder_ / "index.key"));
    std::filesystem::create_directory(folder_ / "temporary");
  }

  void Send(const std::vector<v1::TokenBlock>& blocks) {
    if (upload_ != nullptr) upload_->Remove();
    upload_ = *Upload::Create(folder_ / "site" / "all", ManifestFor(plan_, "site", "all"), plan_,
                              {1, [] {}});
    for (const v1::TokenBlock& block : blocks) ASSERT_TRUE(upload_->Append(block).ok());
    commit_ = CommitOf("all", blocks);
    ASSERT_TRUE(upload_->Commit(commit_).ok());
    ASSERT_TRUE(upload_->KeepDatasetNumber(5).ok());
  }

  absl::Status Ingest(uint64_t memory_budget = kLarge, size_t threads = 2) {
    return IngestUpload(*upload_, *key_, *index_, folder_ / "temporary", {memory_budget, threads},
                        cancel_);
  }
  // Of the dataset once it is in the index.
  v1::ResolverAudit Kept() {
    EXPECT_EQ(index_->Datasets()->size(), 1u);
    return (*index_->Datasets())[0].audit();
  }

  TemporaryFolder folder_;
  Plan plan_ = TinyPlan();
  std::unique_ptr<IndexKey> key_;
  std::shared_ptr<Upload> upload_;
  v1::CommitUploadRequest commit_;
  std::unique_ptr<MemoryTokenIndex> index_ = std::make_unique<MemoryTokenIndex>();
  std::atomic<bool> cancel_ = false;
};

TEST_F(IngestAuditTest, FindsInEncipheredTokensWhatTheSitesOwnAuditFindsInItsTokens) {
  const std::vector<v1::TokenBlock> blocks = Population();
  TokenAudit of_site(plan_, {.folder = folder_ / "temporary"});
  for (const v1::TokenBlock& block : blocks) ASSERT_TRUE(of_site.Add(block).ok());
  const auto findings = of_site.Finish();
  ASSERT_TRUE(findings.ok()) << findings.status();
  Send(blocks);
  ASSERT_TRUE(Ingest().ok());
  const v1::ResolverAudit seen = Kept();
  EXPECT_EQ(seen.tokens(), findings->tokens);
  ASSERT_EQ(seen.match_keys_size(), 2);
  for (int key = 0; key < 2; ++key) {
    const MatchKeyAudit& own = findings->match_keys[static_cast<size_t>(key)];
    EXPECT_EQ(seen.match_keys(key).distinct(), own.distinct);
    EXPECT_EQ(seen.match_keys(key).most_records(), own.most_records);
    EXPECT_EQ(seen.match_keys(key).entropy_bits(), own.entropy_bits);
  }
  EXPECT_EQ(seen.single_by_counts(), findings->single_by_counts);
  EXPECT_EQ(seen.single_by_neighbourhood(), findings->single_by_neighbourhood);
  EXPECT_EQ(seen.ways_left_out(), 0u);
  ASSERT_EQ(static_cast<size_t>(seen.classes_size()), findings->ways.size());
  for (const v1::SeenClasses& classes : seen.classes()) {
    const auto own = std::find_if(findings->ways.begin(), findings->ways.end(),
                                  [&](const ChainAudit& way) { return way.name == classes.by(); });
    ASSERT_NE(own, findings->ways.end()) << classes.by();
    EXPECT_EQ(classes.largest_class(), own->largest_class) << classes.by();
    EXPECT_EQ(classes.chained_records(), own->chained_records) << classes.by();
    EXPECT_EQ(classes.mean_strangers(), own->mean_strangers) << classes.by();
  }
  EXPECT_GT(seen.classes(1).largest_class(), 100u);  // surnames do chain here
}

TEST_F(IngestAuditTest, IsTheSameForAnyNumberOfThreadsAndAnyOrderOfTheRecords) {
  Send(Population());
  ASSERT_TRUE(Ingest(kLarge, 1).ok());
  const std::string once = Kept().SerializeAsString();
  for (const size_t threads : {2, 5}) {
    index_ = std::make_unique<MemoryTokenIndex>();
    Send(Population());
    ASSERT_TRUE(Ingest(uint64_t{4} << 20, threads).ok());
    EXPECT_EQ(Kept().SerializeAsString(), once) << threads;
  }
}

TEST_F(IngestAuditTest, WithLittleMemoryItFollowsFewerWaysAndSaysSo) {
  Send(Population());
  ASSERT_TRUE(Ingest(kLittle, 1).ok());
  const v1::ResolverAudit seen = Kept();
  EXPECT_EQ(seen.classes_size(), 1);
  EXPECT_EQ(seen.ways_left_out(), 2u);
  EXPECT_EQ(seen.tokens(), commit_.counts().tokens());
  EXPECT_THAT(DescribeResolverAudit(seen, seen.tokens()), HasSubstr("for want of memory"));
}

TEST_F(IngestAuditTest, APlanWithoutThresholdsRefusesNothingAndNotesWhatChains) {
  Send(Population());
  ASSERT_TRUE(Ingest().ok());
  EXPECT_THAT(Kept().exceeded(), IsEmpty());
  ASSERT_FALSE(Kept().noted().empty());
  EXPECT_THAT(WarningsOf(Kept()), HasSubstr("in classes of more than 20 that last_name joins"));
  EXPECT_FALSE(upload_->Info().audit().refused());
}

TEST_F(IngestAuditTest, WhatChainsMoreThanThePlanAllowsIsRefusedUntilTheSiteGivesAReason) {
  plan_ = TinyPlan("audit { max_chained: 0.1 }");
  Send(Population());
  const absl::Status refused = Ingest();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << refused;
  EXPECT_THAT(std::string(refused.message()),
              testing::AllOf(HasSubstr("last_name"), HasSubstr("--send-despite-audit")));
  EXPECT_THAT(*index_->Datasets(), IsEmpty());
  ASSERT_TRUE(upload_->SetFailure(std::string(refused.message())).ok());
  EXPECT_TRUE(upload_->Info().audit().refused());

  // Also after a restart, a commit with a reason is taken in, and both are kept.
  upload_ = *Upload::Open(folder_ / "site" / "all", plan_, {});
  EXPECT_TRUE(upload_->audited());
  commit_.mutable_counts()->mutable_audit()->set_sent_despite("agreed by the board");
  ASSERT_TRUE(upload_->Commit(commit_).ok());
  EXPECT_FALSE(upload_->Info().audit().refused());
  ASSERT_TRUE(Ingest().ok());
  EXPECT_FALSE(Kept().exceeded().empty());
  EXPECT_EQ((*index_->Datasets())[0].counts().audit().sent_despite(), "agreed by the board");
}

// What an agent that is not ours, or a plan that was edited at the site, may send.
TEST_F(IngestAuditTest, ATokenThatTheAgentShouldHaveLeftOutIsRefused) {
  plan_ = TinyPlan("max_records_per_token_at_site: 2 audit { max_chained: 1 }");
  Send({BlockOf(0, 0,
                {{"a", {{"two"}, {"three"}}}, {"b", {{"two"}, {"three"}}}, {"c", {{"three"}}}})});
  const absl::Status refused = Ingest();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("match key name-dob, which 1 tokens do"));
  Send({BlockOf(0, 0, {{"a", {{"two"}, {"two", kNameDob, kNicknameForm}}}, {"b", {{"two"}}}})});
  EXPECT_TRUE(Ingest().ok());  // two records, if three postings
}

TEST_F(IngestAuditTest, AReasonWithoutEndIsRefused) {
  Send(Population());
  commit_.mutable_counts()->mutable_audit()->set_sent_despite(std::string(501, 'x'));
  EXPECT_EQ(upload_->Commit(commit_).code(), absl::StatusCode::kInvalidArgument);
}

class Postings {
 public:
  Postings(const Plan& plan, uint64_t records) : audit_(plan, records, kLarge) {}
  using Sorted = SortedPosting<3>;
  void Add(int token, uint32_t record) {
    Sorted next{StoredTokenNamed(absl::StrFormat("%06d", token)), kLastDob, 0, record, 0, {}};
    groups_.Add(next);
  }
  v1::SeenMatchKey LastDob() {
    groups_.End();
    return audit_.Finish().match_keys(1);
  }

 private:
  IngestAudit audit_;
  IngestAudit::Groups<Sorted> groups_{&audit_};
};

TEST_F(IngestAuditTest, AnEntropyIsThatOfShannon) {
  Postings even(plan_, 12), one(plan_, 12), uneven(plan_, 12);
  for (uint32_t record = 0; record < 12; ++record) {
    even.Add(static_cast<int>(record / 3), record);  // four tokens, equally often
    one.Add(0, record);
    uneven.Add(record < 6 ? 0 : static_cast<int>(record), record);  // a half, and six twelfths
  }
  EXPECT_NEAR(even.LastDob().entropy_bits(), 2, 1e-4);
  EXPECT_NEAR(one.LastDob().entropy_bits(), 0, 1e-4);
  EXPECT_NEAR(uneven.LastDob().entropy_bits(), 0.5 * 1 + 0.5 * std::log2(12.0), 1e-4);
}

TEST_F(IngestAuditTest, OfATokenOfMoreRecordsThanFitInMemoryAllAreCounted) {
  constexpr uint32_t kRecords = IngestAudit::kMostOfOneToken + 10;
  Postings hub(plan_, kRecords);
  for (uint32_t record = 0; record < kRecords; ++record) hub.Add(0, record);
  hub.Add(1, 0);
  const v1::SeenMatchKey key = hub.LastDob();
  EXPECT_EQ(key.most_records(), kRecords);
  EXPECT_EQ(key.tokens(), kRecords + 1);
  EXPECT_EQ(key.in_large_groups(), kRecords);
  EXPECT_EQ(key.overused(), kRecords);
  EXPECT_EQ(key.distinct(), 2u);
}

TEST(ResolverAuditText, WritesForeignTextWithoutControlCharacters) {
  v1::ResolverAudit audit;
  audit.add_exceeded("a\x1b[31m\nb");
  EXPECT_THAT(WarningsOf(audit), HasSubstr("a\\x1b[31m\\nb\n"));
}

}  // namespace
}  // namespace blindlink::resolver
