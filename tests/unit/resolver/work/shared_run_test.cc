#include "resolver/work/shared_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "resolver/results/faint_pairs.h"
#include "resolver/work/exchange_blocks.h"
#include "resolver/work/perform_work.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

// The same index, as a worker would open it. If it is damaged, so are all candidates. Before
// postings or candidates are read, `gate` is called, if there is one.
class SameIndex : public OwnedSharedIndex {
 public:
  using Gate = std::function<void(bool of_candidates)>;

  explicit SameIndex(const SharedIndex& index, bool damaged = false, Gate gate = nullptr)
      : index_(index), damaged_(damaged), gate_(std::move(gate)) {}
  v1::IndexAccess Access() const override { return {}; }
  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override {
    if (gate_) gate_(false);
    return index_.Postings(query);
  }
  std::vector<StoredToken> Borders() const override { return index_.Borders(); }
  absl::Status Put(uint64_t attempt, uint64_t first,
                   std::vector<ExchangeBlock> blocks) const override {
    return index_.Put(attempt, first, std::move(blocks));
  }
  absl::Status Read(ExchangeBlock::Kind kind, uint32_t part, absl::Span<const uint64_t> attempts,
                    uint64_t expected,
                    absl::FunctionRef<absl::Status(absl::string_view)> handle) const override {
    if (gate_ && kind == ExchangeBlock::Kind::kCandidates) gate_(true);
    if (damaged_ && kind == ExchangeBlock::Kind::kCandidates) {
      return absl::DataLossError("flipped");
    }
    return index_.Read(kind, part, attempts, expected, handle);
  }

 private:
  const SharedIndex& index_;
  const bool damaged_;
  const Gate gate_;
};

// What a worker does with a piece in place of doing it; nothing: it does it.
using Misdeed = std::function<bool(WorkBoard& board, const TakenWork& taken)>;

class SharedRunTest : public LinkageTest {
 protected:
  static constexpr int kRecords = 400;

  SharedRunTest() {
    threads_ = 1;
    AddSites(kNicknameForm);
  }

  // Every record shares a token with its fellow of the other site, in that form if it is one of
  // three, some share several, and all share one that is over-used.
  void AddSites(uint8_t form) {
    std::vector<SampleRecord> north;
    std::vector<SampleRecord> south;
    for (int i = 0; i < kRecords; ++i) {
      north.push_back({absl::StrCat("n", i),
                       {{absl::StrCat("t", i)},
                        {absl::StrCat("l", i / 5), kLastDob},
                        {absl::StrCat("o", i % 2), kLastDob}}});
      south.push_back({absl::StrCat("s", i),
                       {{absl::StrCat("t", i), kNameDob, i % 3 == 0 ? form : uint8_t{0}},
                        {absl::StrCat("l", i / 4), kLastDob},
                        {absl::StrCat("o", i % 2), kLastDob}}});
    }
    Add("north", north);
    Add("south", south);
  }

  std::map<std::string, std::string> ResultOf(const Plan& plan) {
    const absl::Status status = TryRun(plan, kMemory);
    EXPECT_TRUE(status.ok()) << status;
    return FilesOfRun();
  }

  // Runs `plan` with so many workers beside this process.
  absl::Status ShareWith(size_t workers, const Plan& plan, const Misdeed& misdeed = nullptr) {
    const auto shared = index_->Share({1, 2});
    EXPECT_TRUE(shared.ok()) << shared.status();
    const SharedIndex& index = **shared;
    shared_index_ = &index;
    SharedRun sharing(board_, std::make_unique<SameIndex>(index, damaged_, gate_), {kMemory, 1},
                      folder_.path());
    sharing_ = &sharing;
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (size_t i = 0; i < workers; ++i) {
      threads.emplace_back([&, this, i] { WorkUntil(stop, absl::StrCat("w", i), index, misdeed); });
    }
    const absl::Status status = TryRun(plan, kMemory);
    stop = true;
    for (std::thread& thread : threads) thread.join();
    sharing_ = nullptr;
    return status;
  }

  // The sweep alone, by this process alone.
  absl::Status Sweep(const Plan& plan, uint64_t most_candidates, const RunControl& control) {
    CandidateLimit limit(most_candidates, false);
    const auto table = MeetingTable::Make(plan);
    const FieldLevels levels(plan.proto(), plan.evidence());
    const std::vector<storage::v1::CommittedDataset> datasets = *index_->Datasets();
    const std::atomic<bool> never = false;
    const auto records = RowFileWriter<RecordRow>::Create(folder_ / "records");
    const auto order = RecordOrder::Make(*index_, datasets, folder_.path(), kMemory, records->get(),
                                         {&never, [](const char*, double) {}});
    EXPECT_TRUE(order.ok()) << order.status();
    const Decoys decoys;
    SharedRun sharing(board_, *index_->Share({1, 2}), {kMemory, 2}, folder_.path());
    RecordReach reach(order->record_count(), 3);
    v1::RunSummary summary;
    return sharing.Sweep({plan, *table, levels, *order, decoys, datasets, {}, true}, control,
                         &limit, &reach, &summary);
  }

  // Everything that a run leaves: its files, and what is said of it.
  std::map<std::string, std::string> FilesOfRun() {
    std::map<std::string, std::string> result;
    for (const char* file : kResultFiles) {
      result[file] = ReadFile(folder_ / file).value_or("none");
    }
    result["faint"] = ReadFile(folder_ / kFaintFile).value_or("none");
    result["summary"] = summary().DebugString();
    return result;
  }

  static constexpr uint64_t kMemory = uint64_t{1} << 20;
  WorkBoard board_{std::chrono::milliseconds(200)};
  std::atomic<int> done_by_workers_ = 0;
  bool damaged_ = false;
  SameIndex::Gate gate_;                       // of this process
  const SharedIndex* shared_index_ = nullptr;  // of the run in progress

 private:
  void WorkUntil(const std::atomic<bool>& stop, const std::string& name, const SharedIndex& index,
                 const Misdeed& misdeed) {
    std::unique_ptr<LearnedRun> run;
    const std::atomic<bool> never = false;
    while (!stop) {
      const std::optional<TakenWork> taken =
          board_.Take({name, 0, {}}, std::chrono::milliseconds(5));
      if (!taken.has_value() || (misdeed && misdeed(board_, *taken))) continue;
      if (run == nullptr) {
        auto learned = LearnedRun::Learn(*taken->description, [&](const v1::IndexAccess&) {
          return std::make_unique<SameIndex>(index);
        });
        ASSERT_TRUE(learned.ok()) << learned.status();
        run = *std::move(learned);
      }
      board_.End(taken->attempt,
                 PerformWork(run->AtHand(), *taken, {folder_.path(), kMemory}, never));
      ++done_by_workers_;
    }
  }
};

TEST_F(SharedRunTest, ASharedRunGivesTheSameFilesAsOneThatIsNot) {
  const Plan plan = TinyPlan("limits { max_records_per_token: 50 }");
  const auto alone = ResultOf(plan);
  EXPECT_NE(alone.at(kPairsFile), "");
  for (const size_t workers : {0, 1, 3}) {
    const absl::Status status = ShareWith(workers, plan);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(FilesOfRun(), alone) << workers;
  }
  EXPECT_GT(done_by_workers_, 0);
}

TEST_F(SharedRunTest, SoDoesOneThatTheScoreDecides) {
  StartAnew();
  AddSites(0);
  const Plan plan = ScoredPlan("BY_SCORE");
  const auto alone = ResultOf(plan);
  EXPECT_NE(alone.at(kConsideredFile), "");
  const absl::Status status = ShareWith(2, plan);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(FilesOfRun(), alone);
  EXPECT_GT(done_by_workers_, 0);
}

TEST_F(SharedRunTest, WorkersThatDieFailOrFallSilentChangeNothing) {
  const Plan plan = TinyPlan("limits { max_records_per_token: 50 }");
  const auto alone = ResultOf(plan);
  std::atomic<int> number = 0;
  std::atomic<int> silent = 0;
  std::mutex mutex;
  std::map<std::string, int> failed;  // attempts at a piece that failed, of three that may
  const absl::Status status =
      ShareWith(3, plan, [&](WorkBoard& board, const TakenWork& taken) -> bool {
        switch (number++ % 5) {
          case 0:
            board.GiveBack(taken.attempt);
            return true;
          case 1: {
            const auto* sweep = std::get_if<v1::SweepWork>(&taken.work);
            const std::lock_guard lock(mutex);
            if (sweep == nullptr || failed[sweep->first()]++ > 0) return false;
            board.End(taken.attempt,
                      FailureReport(taken.attempt, absl::UnavailableError("no shard")));
            return true;
          }
          case 2:
            return silent++ < 2;
          default:
            return false;
        }
      });
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(FilesOfRun(), alone);
  EXPECT_GT(done_by_workers_, 0);
}

TEST_F(SharedRunTest, DamageInTheExchangeIsTheRunsError) {
  damaged_ = true;
  const absl::Status status = ShareWith(0, TinyPlan());
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_EQ(status.message(), "flipped");
}

// A worker that reports something false of one sweep, or of one part, which this process waits for.
class HostileWorkerTest : public SharedRunTest {
 protected:
  absl::Status RunWith(const std::function<bool(const TakenWork&)>& forge, bool of_a_part = false) {
    std::atomic<bool> reported = false;
    gate_ = [&reported, of_a_part](bool of_candidates) {
      while (of_candidates == of_a_part && !reported) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    };
    return ShareWith(1, TinyPlan(), [&](WorkBoard&, const TakenWork& taken) {
      const bool forged = !reported &&
                          std::holds_alternative<v1::PairWork>(taken.work) == of_a_part &&
                          forge(taken);
      if (forged) reported = true;
      return forged;
    });
  }
  // A sweep that has found so many candidates, in so many parts.
  absl::Status RunWithSweep(uint64_t candidates, size_t parts, size_t sites) {
    return RunWith([&](const TakenWork& taken) {
      v1::WorkReport report;
      v1::SweepCounts& counts = *report.mutable_sweep();
      counts.set_candidates(candidates);
      for (int key = 0; key < 2; ++key) counts.add_match_keys();
      for (size_t site = 0; site < sites; ++site) counts.add_candidates_by_site(0);
      for (size_t part = 0; part < parts; ++part) counts.add_candidate_blocks(0);
      board_.End(taken.attempt, report);
      return true;
    });
  }
  // A part with one pair, of its first record and the first one of the other site, but for what
  // `change` does to it.
  absl::Status RunWithPair(const std::function<void(ScoredPairRow*)>& change) {
    return RunWith(
        [&](const TakenWork& taken) {
          const uint32_t part = std::get<v1::PairWork>(taken.work).part();
          ScoredPairRow pair;
          pair.left = part * 2 * kRecords / taken.description->parts();
          pair.right = kRecords;
          pair.match_keys.set(0);
          pair.rule = 0;
          change(&pair);
          std::string bytes;
          AppendRow(pair, &bytes);
          EXPECT_TRUE(
              shared_index_->Put(taken.attempt, 0, {{ExchangeBlock::Kind::kPairs, part, bytes}})
                  .ok());
          v1::WorkReport report;
          report.mutable_pairs()->set_blocks(1);
          board_.End(taken.attempt, report);
          return true;
        },
        true);
  }
};

TEST_F(HostileWorkerTest, CountsThatDoNotFitTheRunAreItsError) {
  for (const absl::Status& status : {RunWithSweep(0, 0, 2), RunWithSweep(0, 16, 1)}) {
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_EQ(status.message(), "a worker gave counts that do not fit the run");
  }
}

TEST_F(HostileWorkerTest, ANumberOfCandidatesThatOverflowsIsTooMany) {
  const absl::Status status = RunWithSweep(~uint64_t{0}, 0, 2);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
}

TEST_F(HostileWorkerTest, PairsThatDoNotFitTheRunAreItsError) {
  const std::function<void(ScoredPairRow*)> changes[] = {
      [](ScoredPairRow* pair) { pair->right = 2 * kRecords; },    // no such record
      [](ScoredPairRow* pair) { pair->right = pair->left + 1; },  // of the same site
      [](ScoredPairRow* pair) { pair->right = pair->left; },
      [](ScoredPairRow* pair) { pair->left += 2 * kRecords / 16; },      // of another part
      [](ScoredPairRow* pair) { pair->pattern = 15; },                   // no such level
      [](ScoredPairRow* pair) { pair->match_keys.set(2); },              // no such match key
      [](ScoredPairRow* pair) { pair->rule = 77; },                      // no such rule
      [](ScoredPairRow* pair) { pair->rule = ScoredPairRow::kNoRule; },  // rules decide
  };
  const absl::Status good = RunWithPair([](ScoredPairRow*) {});
  EXPECT_TRUE(good.ok()) << good;
  for (const auto& change : changes) {
    const absl::Status status = RunWithPair(change);
    EXPECT_TRUE(absl::IsDataLoss(status)) << &change - changes << " " << status;
    EXPECT_EQ(status.message(), "a worker gave pairs that do not fit the run") << &change - changes;
  }
}

TEST_F(SharedRunTest, TooManyCandidatesAreExplainedAsInARunThatIsNotShared) {
  const RunControl control{&cancel_, [](const char*, double) {}};
  const absl::Status status =
      Sweep(TinyPlan("limits { max_records_per_token: 100000 }"), 1000, control);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("more than 1000"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("last-dob"));
}

TEST_F(SharedRunTest, ACancelledRunEnds) {
  const RunControl control{&cancel_, [this](const char*, double) { cancel_ = true; }};
  const absl::Status status = Sweep(TinyPlan(), ~uint64_t{0}, control);
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
}

}  // namespace
}  // namespace blindlink::resolver
