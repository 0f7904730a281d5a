#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/hex.h"
#include "resolver/index/index_key.h"
#include "resolver/index/memory_token_index.h"
#include "resolver/index/overused_token.h"
#include "resolver/linkage/linkage_run.h"
#include "resolver/results/run_result.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {

// Runs linkages over datasets defined in the test, with an index in memory.
class LinkageTest : public testing::Test {
 protected:
  LinkageTest() {
    EXPECT_TRUE(IndexKey::Generate(folder_ / "index.key").ok());
    key_ = std::make_unique<IndexKey>(*IndexKey::Read(folder_ / "index.key"));
  }

  // Its only match key fixes all evidence, so tokens carry no codes.
  static Plan ScoredPlan(const std::string& decision) {
    absl::StatusOr<Plan> plan = Plan::Parse(absl::StrCat(R"(
      name: "tiny" version: 1 description: "d" standardizer_version: "3"
      fields { name: "last_name" standardizer: SURNAME }
      fields { name: "date_of_birth" standardizer: DATE }
      match_keys { name: "last-dob" id: 1
        components { field: "last_name" } components { field: "date_of_birth" } }
      match_rules { name: "exact" level: FULL score: 0.99 all_of { match_key: "last-dob" } }
      evidence { field: "last_name" } evidence { field: "date_of_birth" }
      scoring { decision: )",
                                                         decision, " min_score: 0.000001 }"));
    EXPECT_TRUE(plan.ok()) << plan.status();
    return *std::move(plan);
  }

  // Puts the dataset into the index under the next number.
  void Add(const std::string& site, const std::vector<SampleRecord>& records) {
    const auto number = static_cast<uint32_t>(index_->Datasets()->size() + 1);
    const auto writer = index_->BeginDataset(number, {});
    ASSERT_TRUE(writer.ok());
    std::vector<Posting> postings;
    for (uint32_t i = 0; i < records.size(); ++i) {
      ASSERT_TRUE((*writer)->AddRecord(RecordNamed(records[i].name)).ok());
      for (const SampleToken& token : records[i].tokens) {
        postings.push_back({StoredTokenNamed(token.token), token.match_key, number, i, token.form});
      }
    }
    std::sort(postings.begin(), postings.end());
    postings.erase(std::unique(postings.begin(), postings.end()), postings.end());
    const uint64_t all = postings.size();
    DeleteOverused(&postings);
    std::unique_ptr<PostingBatch> batch = (*writer)->NewBatch();
    for (const Posting& posting : postings) batch->Add(posting);
    ASSERT_TRUE((*writer)->AddBatch(std::move(batch)).ok());
    storage::v1::CommittedDataset row;
    row.set_dataset_number(number);
    row.mutable_manifest()->set_site(site);
    row.mutable_manifest()->set_dataset(absl::StrCat("dataset-", number));
    row.set_records(records.size());
    row.set_postings(all);
    ASSERT_TRUE((*writer)->Commit(row).ok());
  }

  // Replaces the postings of each token that too many records share by their number, as an ingest
  // does.
  void DeleteOverused(std::vector<Posting>* postings) const {
    std::vector<Posting> kept;
    std::set<uint32_t> marked;
    for (auto begin = postings->begin(), end = begin; begin != postings->end(); begin = end) {
      std::set<uint32_t> records;
      for (; end != postings->end() && end->token == begin->token &&
             end->match_key == begin->match_key;
           ++end) {
        records.insert(end->record);
      }
      if (records.size() <= max_stored_per_token_) {
        kept.insert(kept.end(), begin, end);
        continue;
      }
      marked.insert(records.begin(), records.end());
      kept.push_back(OverusedToken(begin->token, begin->match_key, begin->dataset,
                                   static_cast<uint32_t>(records.size()),
                                   static_cast<uint32_t>(end - begin)));
    }
    for (const uint32_t record : marked) kept.push_back(MarkOf(kept.front().dataset, record));
    *postings = std::move(kept);
  }

  void StartAnew() { index_ = std::make_unique<MemoryTokenIndex>(); }

  absl::Status TryRun(const Plan& plan, uint64_t memory_budget = uint64_t{64} << 20) {
    run_ = {};
    LinkageInput input{plan, *index_, *index_->Datasets(), {memory_budget, threads_}, only_with_};
    input.decisions = decisions_;
    input.sharing = sharing_;
    const RunControl control{&cancel_, [this](const char* stage, double share) {
                               if (stages_.empty() || stages_.back() != stage) {
                                 stages_.emplace_back(stage);
                               }
                               EXPECT_GE(share, 0);
                               EXPECT_LE(share, 1);
                             }};
    stages_.clear();
    return RunLinkage(input, folder_.path(), control, &run_);
  }

  std::shared_ptr<const RunResult> Run(const Plan& plan,
                                       uint64_t memory_budget = uint64_t{64} << 20) {
    const absl::Status status = TryRun(plan, memory_budget);
    EXPECT_TRUE(status.ok()) << status;
    auto result = RunResult::Open(folder_.path(), run_, plan, *key_);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : nullptr;
  }

  // "north/anna south/ann exact", one for each match pair.
  static std::vector<std::string> Pairs(const RunResult& result) {
    v1::MatchPairChunk chunk;
    EXPECT_TRUE(result.AppendPairs(0, result.pair_count(), &chunk).ok());
    std::vector<std::string> pairs;
    for (const v1::MatchPair& pair : chunk.pairs()) {
      pairs.push_back(absl::StrCat(pair.left_site(), "/", NameOf(pair.left_record()), " ",
                                   pair.right_site(), "/", NameOf(pair.right_record()), " ",
                                   pair.rule()));
    }
    return pairs;
  }

  // "north/anna=south/ann", one for each entity of two or more.
  static std::vector<std::string> Entities(const RunResult& result) {
    v1::EntityChunk chunk;
    EXPECT_TRUE(result.AppendEntities(0, result.entity_row_count(), &chunk).ok());
    std::vector<std::pair<std::string, std::vector<std::string>>> entities;
    for (const v1::EntityMember& member : chunk.members()) {
      auto at = std::find_if(entities.begin(), entities.end(),
                             [&](const auto& known) { return known.first == member.entity(); });
      if (at == entities.end()) at = entities.insert(at, {member.entity(), {}});
      at->second.push_back(absl::StrCat(member.site(), "/", NameOf(member.record())));
    }
    std::vector<std::string> joined;
    for (const auto& [entity, members] : entities) {
      if (members.size() > 1) joined.push_back(absl::StrJoin(members, "="));
    }
    return joined;
  }

  static std::string NameOf(const std::string& record) {
    const std::string bytes = HexDecode(record).value_or("");
    return bytes.substr(0, bytes.find('\0'));
  }

  const v1::RunSummary& summary() const { return run_.run().summary(); }

  TemporaryFolder folder_;
  std::unique_ptr<IndexKey> key_;
  std::unique_ptr<MemoryTokenIndex> index_ = std::make_unique<MemoryTokenIndex>();
  std::atomic<bool> cancel_ = false;
  storage::v1::StoredRun run_;
  std::vector<std::string> stages_;
  size_t threads_ = 2;
  std::vector<uint32_t> only_with_;
  std::vector<NamedDecision> decisions_;
  RunSharing* sharing_ = nullptr;
  size_t max_stored_per_token_ = std::numeric_limits<size_t>::max();  // by Add
};

using Lines = std::vector<std::string>;

}  // namespace blindlink::resolver
