// Seeded random histories of a project, of which the resolver is killed again and again at calls
// that change the disk: in uploads, changes, decisions and runs, and while it starts after a kill.
// What its parties meant is done in the end, and the newest run is that of one project from
// nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/files.h"
#include "common/plan/plan.h"
#include "resolver/entities/entity_changes.h"
#include "resolver/index/memory_token_index.h"
#include "resolver/linkage/increment.h"
#include "resolver/linkage/linkage_run.h"
#include "resolver/results/entity_rows.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"
#include "resolver/storage/stored_message.h"
#include "spdlog/spdlog.h"
#include "tests/support/sudden_death.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/resolver/project/history_script.h"
#include "tests/unit/resolver/project/resolver_life.h"

namespace blindlink::resolver {
namespace {

constexpr char kStarting[] = "START";
constexpr char kStopping[] = "STOP";

// What happened in all histories, so that they are known to try what they are for.
struct Tally {
  std::map<std::string, int> kills;  // by what the resolver was doing
  std::set<std::string> places;      // kinds of calls and files
  int kept_ids = 0;
  int incremental = 0;
  int links = 0;
  int kept_apart = 0;

  int all_kills() const {
    int all = 0;
    for (const auto& [doing, kills_of] : kills) all += kills_of;
    return all;
  }
};

// Membership and ids of the entities of a run that has just ended.
using Members = std::map<EntityId, std::set<std::string>>;

class KilledHistory {
 public:
  KilledHistory(const Plan& plan, uint32_t seed, Tally* tally)
      : plan_(plan), random_(seed), script_(MakeHistory(plan, seed)), tally_(tally) {}

  // One life of the resolver follows another until all steps are done.
  void Play() {
    for (size_t step = 0; step < script_.steps.size(); ++step) {
      if (script_.steps[step].kind != HistoryStep::Kind::kRun) continue;
      DoStepsBefore(step + 1);
      if (testing::Test::HasFailure()) return;
      CheckIds();
    }
    CompareWithOneFromNothing();
    CompareWithAllPairs();
    ExpectNothingOf(script_.withdrawn);
  }

 private:
  enum Shared { kStepsDone, kIsOpen };
  static constexpr uint32_t kReach = 300;  // calls
  static constexpr uint32_t kMostKills = 4;

  void DoStepsBefore(size_t end) {
    uint32_t kills = 1 + static_cast<uint32_t>(random_()) % kMostKills;
    while (death_.shared(kStepsDone) < end && !testing::Test::HasFailure()) {
      const uint64_t call = kills > 0 ? 1 + static_cast<uint32_t>(random_()) % kReach : 0;
      if (kills > 0) --kills;
      Live(call, end);
    }
  }

  void Live(uint64_t call, size_t end) {
    std::atomic<uint64_t>& done = death_.shared(kStepsDone);
    std::atomic<uint64_t>& is_open = death_.shared(kIsOpen);
    is_open = 0;
    const bool torn = random_() % 2 == 0;
    const auto place = death_.Run(call, torn, [&] {
      ResolverLife life(folder_.path(), plan_, script_);
      life.Open();
      is_open = 1;
      while (done < end && !testing::Test::HasFailure()) {
        life.Do(script_.steps[done]);
        ++done;
      }
      return testing::Test::HasFailure() ? 1 : 0;
    });
    if (!place.has_value()) return;
    const std::string doing = is_open == 0  ? kStarting
                              : done == end ? kStopping
                                            : script_.steps[done].Name();
    ++tally_->kills[doing];
    tally_->places.insert(KindOf(*place));
  }

  // "rename runs/run-#/run.pb": numbers do not count.
  std::string KindOf(const SuddenDeath::Place& place) const {
    std::string kind = absl::StrCat(place.call, " ");
    absl::string_view file = place.file;
    absl::ConsumePrefix(&file, folder_.path().string());
    for (const char c : file) {
      if (!absl::ascii_isdigit(c)) {
        kind.push_back(c);
      } else if (kind.back() != '#') {
        kind.push_back('#');
      }
    }
    return kind;
  }

  std::filesystem::path ProjectFolder() const {
    return folder_ / "projects" / ResolverLife::kProject;
  }
  std::filesystem::path NewestRun() const {
    std::filesystem::path newest;
    for (const auto& run : std::filesystem::directory_iterator(ProjectFolder() / "runs")) {
      newest = std::max(newest, run.path());
    }
    return newest;
  }
  static storage::v1::StoredRun StoredOf(const std::filesystem::path& run) {
    storage::v1::StoredRun stored;
    const absl::Status read = ReadStored(run / "run.pb", "", &stored);
    EXPECT_TRUE(read.ok()) << read;
    return stored;
  }

  static Members MembersOf(const std::filesystem::path& run) {
    const storage::v1::StoredRun stored = StoredOf(run);
    const auto records = RowFileReader<RecordRow>::Open(run / kRecordsFile);
    const auto ids = RowFileReader<EntityIdRow>::Open(run / kEntityIdsFile);
    const auto entities = RowFileReader<EntityRow>::Open(run / kEntitiesFile);
    Members members;
    std::map<uint32_t, EntityId> id_of;
    for (uint32_t rank = 0; rank < (*records)->rows(); ++rank) {
      const RecordRow record = *(*records)->ReadOne(rank);
      const EntityId id = (*ids)->ReadOne(rank)->id;
      const uint32_t entity = (*entities)->ReadOne(rank)->first_record;
      EXPECT_EQ(id_of.emplace(entity, id).first->second, id) << "an entity has one id";
      members[id].insert(absl::StrCat(stored.sites(record.site), record.record.AsView()));
    }
    EXPECT_EQ(id_of.size(), members.size()) << "an id has one entity";
    return members;
  }

  // Where the records of an entity are those of the run before, so is its id.
  void CheckIds() {
    std::map<std::set<std::string>, EntityId> now;
    for (const auto& [id, records] : MembersOf(NewestRun())) now[records] = id;
    for (const auto& [records, id] : before_) {
      const auto same = now.find(records);
      if (same == now.end()) continue;
      EXPECT_EQ(same->second, id) << "the same records, another id";
      ++tally_->kept_ids;
    }
    before_ = std::move(now);
  }

  // What stands, sent by each site in one dataset, linked with the model of the newest run.
  void CompareWithOneFromNothing() {
    MemoryTokenIndex index;
    LinkageInput input{plan_, index, {}, ResolverLife::kLimits, {}};
    RunFiles whole{{}, folder_ / "whole"};
    std::filesystem::create_directory(whole.folder);
    for (const auto& [site, rows] : script_.standing) {
      if (rows.empty()) continue;
      input.datasets.push_back(Write(&index, site, rows));
      whole.run.add_dataset_numbers(input.datasets.back().dataset_number());
      whole.run.mutable_run()->add_datasets()->set_site(site);
    }
    const std::filesystem::path newest = NewestRun();
    const EarlierRun model{newest, StoredOf(newest), {}, false};
    input.earlier = &model;
    input.decisions = script_.decisions;
    const std::atomic<bool> cancel = false;
    const absl::Status linked =
        RunLinkage(input, whole.folder, {&cancel, [](const char*, double) {}}, &whole.run);
    ASSERT_TRUE(linked.ok()) << linked;
    ExpectTheSameFiles(newest, whole.folder);
    const v1::RunDecisions& made = model.run.run().decisions();
    EXPECT_EQ(made.SerializeAsString(), whole.run.run().decisions().SerializeAsString());
    tally_->incremental += model.run.run().incremental() ? 1 : 0;
    tally_->links += made.links();
    tally_->kept_apart += made.joins_refused();
  }

  static void ExpectTheSameFiles(const std::filesystem::path& run,
                                 const std::filesystem::path& other) {
    for (const char* name :
         {kRecordsFile, kPairsFile, kConsideredFile, kEntitiesFile, kDecidedFile}) {
      EXPECT_EQ(ReadFile(run / name).value_or(""), ReadFile(other / name).value_or("")) << name;
    }
  }

  // The same project, without what the runs took over from one another; and its ids.
  void CompareWithAllPairs() {
    const std::filesystem::path newest = NewestRun();
    death_.Run(0, false, [&] {
      ResolverLife life(folder_.path(), plan_, script_);
      life.Open();
      if (!testing::Test::HasFailure()) life.LinkAllAndClose();
      return testing::Test::HasFailure() ? 1 : 0;
    });
    ExpectTheSameFiles(newest, NewestRun());
    CheckIds();
  }

  static storage::v1::CommittedDataset Write(MemoryTokenIndex* index, const std::string& site,
                                             const SiteRows& rows) {
    storage::v1::CommittedDataset dataset;
    dataset.set_dataset_number(static_cast<uint32_t>(index->Datasets()->size() + 1));
    dataset.mutable_manifest()->set_site(site);
    dataset.mutable_manifest()->set_dataset("all");
    dataset.set_records(rows.size());
    const auto writer = index->BeginDataset(dataset.dataset_number(), {});
    std::vector<Posting> postings;
    uint32_t ordinal = 0;
    for (const auto& [record, content] : rows) {
      EXPECT_TRUE((*writer)->AddRecord(record).ok());
      for (Posting posting : content) {
        posting.dataset = dataset.dataset_number();
        posting.record = ordinal;
        postings.push_back(posting);
      }
      ++ordinal;
    }
    std::sort(postings.begin(), postings.end());
    dataset.set_postings(postings.size());
    std::unique_ptr<PostingBatch> batch = (*writer)->NewBatch();
    for (const Posting& posting : postings) batch->Add(posting);
    EXPECT_TRUE((*writer)->AddBatch(std::move(batch)).ok());
    EXPECT_TRUE((*writer)->Commit(dataset).ok());
    return dataset;
  }

  // Whatever a kill has left: no file has the bytes of records that were withdrawn.
  void ExpectNothingOf(const std::vector<RecordPseudonym>& records) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(ProjectFolder())) {
      if (!entry.is_regular_file()) continue;
      const std::string content = ReadFile(entry.path()).value_or("");
      for (const RecordPseudonym& record : records) {
        EXPECT_FALSE(absl::StrContains(content, record.AsView()))
            << entry.path() << " has a record that was withdrawn";
      }
    }
  }

  const Plan& plan_;
  std::mt19937 random_;
  const HistoryScript script_;
  Tally* const tally_;
  TemporaryFolder folder_;
  SuddenDeath death_;
  std::map<std::set<std::string>, EntityId> before_;
};

constexpr uint32_t kHistories = 50;
#if defined(BLINDLINK_SANITIZED)
constexpr uint32_t kUsualHistories = 8;  // each process takes ten times as long to begin
#else
constexpr uint32_t kUsualHistories = kHistories;
#endif

// BLINDLINK_KILLED_HISTORIES: how many (docs/increments.md).
TEST(KilledHistoriesTest, EndAsOneRunFromNothing) {
  // Each step syncs its files: on a disk, the histories would mostly wait.
  if (std::filesystem::exists("/dev/shm")) {
    for (const char* name : {"TMPDIR", "TEST_TMPDIR"}) setenv(name, "/dev/shm", /*overwrite=*/0);
  }
  const char* asked = getenv("BLINDLINK_KILLED_HISTORIES");
  const uint32_t histories =
      asked == nullptr ? kUsualHistories : static_cast<uint32_t>(atoi(asked));
  const auto plan = Plan::Parse(ResolverLife::PlanText());
  ASSERT_TRUE(plan.ok()) << plan.status();
  spdlog::set_level(spdlog::level::off);
  Tally tally;
  for (uint32_t seed = 1; seed <= histories && !HasFailure(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    KilledHistory(*plan, seed, &tally).Play();
  }
  std::cout << tally.all_kills() << " kills at " << tally.places.size()
            << " kinds of calls and files, in";
  for (const auto& [doing, kills] : tally.kills) std::cout << " " << doing << " " << kills;
  std::cout << "\n";
  EXPECT_GT(tally.all_kills(), static_cast<int>(3 * histories));
  if (histories < kHistories) return;  // too few for kills of every kind
  EXPECT_GT(tally.places.size(), 50u);
  for (const char* doing :
       {kStarting, "APPEND", "REPLACEMENT", "CORRECTION", "WITHDRAWAL", "DECISION", "RUN"}) {
    EXPECT_GT(tally.kills[doing], 0) << doing;
  }
  EXPECT_GT(tally.kept_ids, 0) << "no entity lasted from one run to the next";
  EXPECT_GT(tally.incremental, 0) << "no run started from another one";
  EXPECT_GT(tally.links, 0) << "no run followed a link";
  EXPECT_GT(tally.kept_apart, 0) << "no decision kept a pair apart";
}

}  // namespace
}  // namespace blindlink::resolver
