// Seeded random histories of datasets that come, are corrected, replaced and lose records, and of
// people who decide about pairs: a run that starts from the one before gives the same as one from
// nothing with the same model and the same decisions.
#include "resolver/linkage/increment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/files.h"
#include "common/plan/plan.h"
#include "resolver/entities/entity_changes.h"
#include "resolver/entities/entity_register.h"
#include "resolver/index/memory_token_index.h"
#include "resolver/index/overused_token.h"
#include "resolver/index/tokens_in_index.h"
#include "resolver/ingest/rewrite_dataset.h"
#include "resolver/linkage/linkage_run.h"
#include "resolver/results/entity_rows.h"
#include "resolver/results/forget_records.h"
#include "resolver/results/named_decision.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using Datasets = std::vector<storage::v1::CommittedDataset>;
using Records = absl::flat_hash_set<RecordPseudonym>;
// A record's postings, without number and ordinal.
using Content = std::vector<Posting>;

constexpr uint32_t kMostPerToken = 5;

// What a plan may ask for: histories take turns.
struct PlanOptions {
  const char* scoring;
  const char* entity_rules;
};
constexpr char kByScore[] = "scoring { decision: BY_SCORE wrong_pair_cost: 2 }";
constexpr char kRules[] = R"(
  match_rules { name: "names" level: FULL score: 0.9 all_of { match_key: "name" } }
  match_rules { name: "last" level: PARTIAL score: 0.5 all_of { match_key: "last-dob" } }
  scoring { decision: )";
constexpr PlanOptions kOptions[] = {
    {kByScore, "max_entity_size: 50"},
    {kByScore, "within_site_duplicates: true"},
    {kByScore, "one_record_per_person: true max_entity_size: 3"},
    {"BY_RULES", "joining_levels: FULL joining_levels: PARTIAL"},
    {"BY_RULES_AND_SCORE min_score: 0.5", "max_entity_size: 50"},
};

// Names and dates decide; rare names count; few records may share a token.
Plan PlanWith(const PlanOptions& options) {
  const std::string rules = options.scoring == kByScore
                                ? std::string(kByScore)
                                : absl::StrCat(kRules, options.scoring, " }");
  const std::string text = absl::StrReplaceAll(
      *ReadFile(std::string(BLINDLINK_SOURCE_DIR) + "/deploy/plans/name-and-date-only.textproto"),
      {{kByScore, rules},
       {"entity_rules { max_entity_size: 50 }",
        absl::StrCat("entity_rules { ", options.entity_rules, " }")}});
  auto plan =
      Plan::Parse(absl::StrCat(text, "\nlimits { max_records_per_token: ", kMostPerToken, " }\n"));
  EXPECT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->proto().entity_rules().within_site_duplicates(),
            absl::StrContains(options.entity_rules, "within_site_duplicates"));
  return *std::move(plan);
}

// The same people at every site, with errors. Tokens of a match key are few, so that strangers
// share them and the number of records that have one is often near the limit.
class People {
 public:
  People(const Plan& plan, std::mt19937& random) : plan_(plan), random_(random) {}

  Content RecordOf(int person) {
    std::mt19937 own(static_cast<uint32_t>(person) * 7919 + 13);
    Content content;
    for (size_t key = 0; key < plan_.match_keys().size(); ++key) {
      const bool common = key % 3 == 0;
      uint32_t value = static_cast<uint32_t>(own()) % (common ? 9 : 200);
      Posting posting;
      posting.match_key = static_cast<uint8_t>(plan_.match_keys()[key].id);
      posting.evidence.size = static_cast<uint8_t>(plan_.evidence().WidthOf(key));
      for (size_t i = 0; i < posting.evidence.size; ++i) {
        posting.evidence.bytes[i] = static_cast<uint8_t>(own());
      }
      if (random_() % 6 == 0) value = static_cast<uint32_t>(random_()) % 200;  // an error
      if (posting.evidence.size > 0 && random_() % 4 == 0) {
        posting.evidence.bytes[0] ^= static_cast<uint8_t>(1u << random_() % 8);
      }
      for (int i = 0; i < 4; ++i) {
        posting.token.bytes[static_cast<size_t>(i)] =
            static_cast<uint8_t>((value + key * 1000) * 2654435761u >> 8 * i);
      }
      if (random_() % 10 != 0) content.push_back(posting);  // or it is missing
    }
    return content;
  }

 private:
  const Plan& plan_;
  std::mt19937& random_;
};

class History {
 public:
  History(const Plan& plan, uint32_t seed) : plan_(plan), random_(seed), people_(plan, random_) {
    auto names = EntityRegister::Open({folder_ / "entities", {uint64_t{1} << 20}});
    names_ = *std::move(names);
  }

  std::mt19937& random() { return random_; }
  size_t runs() const { return runs_.size(); }

  void Append(const std::string& site, int records) { Commit(site, Rows(site, records, false)); }

  // New values for some of the site's records, and some new ones.
  void Correct(const std::string& site, int records) {
    const std::map<RecordPseudonym, Content> rows = Rows(site, records, true);
    Records corrected;
    for (const auto& [record, content] : rows) corrected.insert(record);
    Remove(site, corrected, false);
    Commit(site, rows);
  }

  void Replace(const std::string& site, int records) {
    const std::map<RecordPseudonym, Content> rows = Rows(site, records, true);
    std::erase_if(datasets_, [&](const auto& dataset) {
      if (dataset.manifest().site() != site) return false;
      EXPECT_TRUE(index_.RemoveDataset(dataset.dataset_number()).ok());
      return true;
    });
    net_[site].clear();
    Commit(site, rows);
  }

  void Withdraw(const std::string& site, int records) {
    Records withdrawn;
    for (const auto& [record, content] : net_[site]) {
      if (static_cast<int>(withdrawn.size()) < records && random_() % 3 == 0) {
        withdrawn.insert(record);
      }
    }
    Remove(site, withdrawn, true);
  }

  // People decide about two records, or otherwise than before.
  void Decide() {
    std::vector<NamedRecord> all;
    for (const auto& [site, records] : net_) {
      for (const auto& [record, content] : records) all.push_back({site, record});
    }
    if (all.size() < 2) return;
    NamedDecision decision{all[random_() % all.size()], all[random_() % all.size()],
                           random_() % 2 == 0};
    if (!decisions_.empty() && random_() % 3 == 0) {
      decision.left = decisions_.back().left;  // chains and contradictions
    }
    if (decision.left == decision.right) return;
    if (decision.right < decision.left) std::swap(decision.left, decision.right);
    std::erase_if(decisions_, [&](const NamedDecision& other) {
      return other.left == decision.left && other.right == decision.right;
    });
    decisions_.push_back(decision);
  }

  // Runs since the newest run and from nothing with its model, and compares. The first run fits a
  // model.
  void Run() {
    const std::filesystem::path folder = NewFolder(absl::StrCat("run-", runs_.size() + 1));
    RunFiles files{{}, folder};
    if (runs_.empty()) {
      Link(index_, datasets_, nullptr, &files);
    } else {
      EarlierRun earlier{runs_.back().folder, runs_.back().run, NumbersNow(), true};
      Link(index_, datasets_, &earlier, &files);
      EXPECT_TRUE(files.run.run().incremental());
      compared_ += files.run.run().summary().records_compared();
      records_ += files.run.run().summary().records();
      earlier.increment = false;
      RunFiles whole{{}, NewFolder("whole")};
      Link(index_, datasets_, &earlier, &whole);
      for (const char* name :
           {kRecordsFile, kPairsFile, kConsideredFile, kEntitiesFile, kTokenUseFile}) {
        EXPECT_EQ(*ReadFile(folder / name), *ReadFile(whole.folder / name)) << name;
      }
      EXPECT_EQ(ReadFile(folder / kDecidedFile).value_or(""),
                ReadFile(whole.folder / kDecidedFile).value_or(""));
      const v1::RunDecisions& made = files.run.run().decisions();
      EXPECT_EQ(made.SerializeAsString(), whole.run.run().decisions().SerializeAsString());
      links_ += made.links();
      kept_apart_ += made.joins_refused();
    }
    Name(&files);
    runs_.push_back(std::move(files));
  }

  // What a site would have if it sent all that stands in one dataset gives the same.
  void CompareWithFresh() {
    MemoryTokenIndex fresh;
    Datasets datasets;
    for (const auto& [site, records] : net_) {
      if (!records.empty()) datasets.push_back(Write(fresh, ++fresh_number_, site, records));
    }
    EarlierRun earlier{runs_.back().folder, runs_.back().run, {}, false};
    RunFiles whole{{}, NewFolder("fresh")};
    Link(fresh, datasets, &earlier, &whole);
    const std::filesystem::path newest = runs_.back().folder;
    for (const char* name : {kRecordsFile, kPairsFile, kConsideredFile, kEntitiesFile}) {
      EXPECT_EQ(*ReadFile(newest / name), *ReadFile(whole.folder / name)) << name;
    }
  }

  uint64_t compared() const { return compared_; }
  uint64_t records() const { return records_; }
  uint64_t merges() const { return merges_; }
  uint64_t splits() const { return splits_; }
  // Links that runs followed, and pairs that would have matched but for a decision.
  uint64_t links() const { return links_; }
  uint64_t kept_apart() const { return kept_apart_; }

 private:
  std::filesystem::path NewFolder(const std::string& name) {
    std::filesystem::remove_all(folder_ / name);
    std::filesystem::create_directory(folder_ / name);
    return folder_ / name;
  }

  // Rows of the site; `known` takes some of its records again.
  std::map<RecordPseudonym, Content> Rows(const std::string& site, int records, bool known) {
    std::map<RecordPseudonym, Content> rows;
    for (const auto& [record, content] : net_[site]) {
      if (known && static_cast<int>(rows.size()) < records && random_() % 4 == 0) {
        rows[record] = people_.RecordOf(static_cast<int>(random_() % 40));
      }
    }
    for (int i = 0; i < records; ++i) {
      RecordPseudonym record;
      for (uint8_t& byte : record.bytes) byte = static_cast<uint8_t>(random_());
      rows[record] = people_.RecordOf(static_cast<int>(random_() % 40));
    }
    return rows;
  }

  storage::v1::CommittedDataset Write(TokenIndex& index, uint32_t number, const std::string& site,
                                      const std::map<RecordPseudonym, Content>& rows) {
    const auto writer = index.BeginDataset(number, {});
    std::vector<Posting> postings;
    uint32_t ordinal = 0;
    for (const auto& [record, content] : rows) {
      EXPECT_TRUE((*writer)->AddRecord(record).ok());
      for (Posting posting : content) {
        posting.dataset = number;
        posting.record = ordinal;
        postings.push_back(posting);
      }
      ++ordinal;
    }
    std::sort(postings.begin(), postings.end());
    postings.erase(std::unique(postings.begin(), postings.end()), postings.end());
    std::unique_ptr<PostingBatch> batch = (*writer)->NewBatch();
    for (const Posting& posting : postings) batch->Add(posting);
    EXPECT_TRUE((*writer)->AddBatch(std::move(batch)).ok());
    storage::v1::CommittedDataset row;
    row.set_dataset_number(number);
    row.mutable_manifest()->set_site(site);
    row.mutable_manifest()->set_dataset(absl::StrCat("dataset-", number));
    row.set_records(rows.size());
    row.set_postings(postings.size());
    EXPECT_TRUE((*writer)->Commit(row).ok());
    return row;
  }

  void Commit(const std::string& site, const std::map<RecordPseudonym, Content>& rows) {
    datasets_.push_back(Write(index_, ++number_, site, rows));
    for (const auto& [record, content] : rows) {
      Content& all = net_[site][record];
      all.insert(all.end(), content.begin(), content.end());
    }
  }

  void Remove(const std::string& site, const Records& records, bool forget) {
    const std::atomic<bool> cancel = false;
    Datasets kept;
    for (const auto& dataset : datasets_) {
      const uint32_t number = dataset.dataset_number();
      const uint64_t gone = *CountRecords(index_, number, records, cancel);
      if (dataset.manifest().site() != site || gone == 0) {
        kept.push_back(dataset);
        continue;
      }
      if (gone < dataset.records()) {
        kept.push_back(*RewriteWithout(dataset, records, ++number_, 0, index_, cancel));
      }
      EXPECT_TRUE(index_.RemoveDataset(number).ok());
    }
    datasets_ = std::move(kept);
    for (const RecordPseudonym& record : records) net_[site].erase(record);
    if (!forget) return;
    std::erase_if(decisions_, [&](const NamedDecision& decision) {
      return (decision.left.site == site && records.contains(decision.left.record)) ||
             (decision.right.site == site && records.contains(decision.right.record));
    });
    TokensInIndex tokens(index_, cancel);
    const HasLeft has_left = [&](const StoredToken& token) { return !tokens.Has(token).value(); };
    for (RunFiles& run : runs_) {
      EXPECT_TRUE(ForgetRecords(run.folder, site, records, has_left, &run.run, [](const auto&) {
                    return absl::OkStatus();
                  }).ok());
    }
    EXPECT_TRUE(names_->Forget(site, records).ok());
  }

  // As NumbersNow of visible_datasets.h, of the newest run's datasets.
  std::vector<uint32_t> NumbersNow() const {
    std::vector<uint32_t> now;
    for (const uint32_t number : runs_.back().run.dataset_numbers()) {
      uint32_t found = 0;
      for (const auto& dataset : datasets_) {
        const auto& earlier = dataset.earlier_numbers();
        if (dataset.dataset_number() == number ||
            std::find(earlier.begin(), earlier.end(), number) != earlier.end()) {
          found = dataset.dataset_number();
        }
      }
      now.push_back(found);
    }
    return now;
  }

  void Link(const TokenIndex& index, const Datasets& datasets, const EarlierRun* earlier,
            RunFiles* files) {
    const std::atomic<bool> cancel = false;
    const RunControl control{&cancel, [](const char*, double) {}};
    LinkageInput input{plan_, index, datasets, {uint64_t{1} << 20, 1}, {}};
    input.earlier = earlier;
    input.decisions = decisions_;
    for (const auto& dataset : datasets) {
      files->run.add_dataset_numbers(dataset.dataset_number());
      files->run.mutable_run()->add_datasets()->set_site(dataset.manifest().site());
    }
    const absl::Status status = RunLinkage(input, files->folder, control, &files->run);
    ASSERT_TRUE(status.ok()) << status;
  }

  // Entities get their ids, and those whose records are the same as before keep theirs.
  void Name(RunFiles* files) {
    files->run.set_entity_seed(std::string(32, static_cast<char>(runs_.size() + 1)));
    files->run.mutable_run()->set_state(v1::FINISHED);
    ASSERT_TRUE(names_->Name(files->folder, &files->run).ok());
    ASSERT_TRUE(names_->Take(runs_.size() + 1, files->folder, files->run).ok());
    merges_ += files->run.run().summary().entities_merged();
    splits_ += files->run.run().summary().entities_split();
    std::map<EntityId, std::set<std::string>> members;
    const auto records = RowFileReader<RecordRow>::Open(files->folder / kRecordsFile);
    const auto ids = RowFileReader<EntityIdRow>::Open(files->folder / kEntityIdsFile);
    const auto first = RowFileReader<EntityRow>::Open(files->folder / kEntitiesFile);
    std::map<uint32_t, EntityId> id_of_first;
    std::set<EntityId> used;
    for (uint32_t rank = 0; rank < (*records)->rows(); ++rank) {
      const RecordRow record = *(*records)->ReadOne(rank);
      const EntityId id = (*ids)->ReadOne(rank)->id;
      members[id].insert(absl::StrCat(files->run.sites(record.site), record.record.AsView()));
      const auto [at, is_new] = id_of_first.emplace((*first)->ReadOne(rank)->first_record, id);
      EXPECT_EQ(at->second, id) << "an entity has one id";
      if (is_new) {
        EXPECT_TRUE(used.insert(id).second) << "an id has one entity";
      }
    }
    std::map<std::set<std::string>, EntityId> by_members;
    for (const auto& [id, records_of] : members) by_members[records_of] = id;
    for (const auto& [records_of, id] : by_members_) {
      const auto same = by_members.find(records_of);
      if (same != by_members.end()) {
        EXPECT_EQ(same->second, id) << "the same records, another id";
      }
    }
    by_members_ = std::move(by_members);
  }

  const Plan& plan_;
  std::mt19937 random_;
  People people_;
  TemporaryFolder folder_;
  MemoryTokenIndex index_;
  Datasets datasets_;
  uint32_t number_ = 0;
  uint32_t fresh_number_ = 0;
  std::map<std::string, std::map<RecordPseudonym, Content>> net_;  // by site: what stands
  std::vector<RunFiles> runs_;
  std::vector<NamedDecision> decisions_;
  std::unique_ptr<EntityRegister> names_;
  std::map<std::set<std::string>, EntityId> by_members_;
  uint64_t compared_ = 0;
  uint64_t records_ = 0;
  uint64_t merges_ = 0;
  uint64_t splits_ = 0;
  uint64_t links_ = 0;
  uint64_t kept_apart_ = 0;
};

// What happened in all histories, so that they are known to try what they are for.
struct Tally {
  uint64_t events = 0;
  uint64_t spared = 0;
  uint64_t links = 0;
  uint64_t kept_apart = 0;
};

void PlaySeed(const Plan& plan, uint32_t seed, Tally* tally) {
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  History history(plan, seed);
  const std::string sites[] = {"north", "south", "west"};
  for (const std::string& site : sites) history.Append(site, 12);
  history.Run();
  for (int step = 0; step < 3; ++step) {
    const size_t changes = 1 + history.random()() % 2;
    for (size_t i = 0; i < changes; ++i) {
      const std::string& site = sites[history.random()() % 3];
      const int records = 1 + static_cast<int>(history.random()() % 4);
      switch (history.random()() % 8) {
        case 0:
          history.Replace(site, 3 * records);
          break;
        case 1:
        case 2:
          history.Correct(site, records);
          break;
        case 3:
        case 4:
          history.Withdraw(site, records);
          break;
        default:
          history.Append(site, records);
      }
      if (history.random()() % 2 == 0) history.Decide();
    }
    history.Run();
  }
  history.CompareWithFresh();
  tally->events += history.merges() + history.splits();
  tally->spared += history.records() - history.compared();
  tally->links += history.links();
  tally->kept_apart += history.kept_apart();
}

// BLINDLINK_HISTORIES: how many (docs/increments.md).
TEST(IncrementTest, RandomHistoriesEndAsOneRunFromNothing) {
  // Each run syncs its files: on a disk, thousands of runs would mostly wait.
  if (std::filesystem::exists("/dev/shm")) {
    for (const char* name : {"TMPDIR", "TEST_TMPDIR"}) setenv(name, "/dev/shm", /*overwrite=*/0);
  }
  const char* asked = getenv("BLINDLINK_HISTORIES");
  const uint32_t histories = asked == nullptr ? 500 : static_cast<uint32_t>(atoi(asked));
  std::vector<Plan> plans;
  for (const PlanOptions& options : kOptions) plans.push_back(PlanWith(options));
  Tally tally;
  for (uint32_t seed = 1; seed <= histories && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(kOptions[seed % plans.size()].entity_rules);
    PlaySeed(plans[seed % plans.size()], seed, &tally);
  }
  EXPECT_GT(tally.events, 0u) << "no history merged or split an entity";
  EXPECT_GT(tally.spared, 0u) << "every run compared every record";
  EXPECT_GT(tally.links, 0u) << "no run followed a link";
  EXPECT_GT(tally.kept_apart, 0u) << "no decision kept a pair apart";
}

}  // namespace
}  // namespace blindlink::resolver
