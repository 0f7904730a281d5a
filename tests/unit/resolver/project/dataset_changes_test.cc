#include "resolver/project/dataset_changes.h"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "resolver/project/visible_datasets.h"
#include "tests/unit/resolver/project/project_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

// Records by name, each with the tokens that it has.
using Rows = std::map<std::string, std::vector<std::string>>;

class DatasetChangesTest : public RegisterTest {
 protected:
  static std::vector<v1::TokenBlock> BlocksOf(const Rows& rows) {
    std::vector<SampleRecord> records;
    for (const auto& [name, tokens] : rows) {
      SampleRecord& record = records.emplace_back();
      record.name = name;
      for (const std::string& token : tokens) record.tokens.push_back({token});
    }
    return {BlockOf(0, 0, records)};
  }

  v1::UploadManifest Manifest(const std::string& site, const std::string& dataset,
                              v1::DatasetKind kind, const std::string& replaces = "") const {
    v1::UploadManifest manifest = ManifestFor(plan_, site, dataset);
    manifest.set_token_key_id("key-id-1");
    manifest.set_kind(kind);
    manifest.set_replaces(replaces);
    return manifest;
  }

  absl::Status Begin(const v1::UploadManifest& manifest, const Rows& rows) {
    const absl::Status begun = uploads_->Begin(manifest).status();
    if (!begun.ok()) return begun;
    const auto upload = uploads_->Find(manifest.site(), manifest.dataset());
    if (!upload.ok()) return upload.status();
    for (const v1::TokenBlock& block : BlocksOf(rows)) {
      const absl::Status appended = (*upload)->Append(block);
      if (!appended.ok()) return appended;
    }
    return uploads_->Commit(manifest.site(), CommitOf(manifest.dataset(), BlocksOf(rows))).status();
  }

  void Commit(const std::string& site, const std::string& dataset, const Rows& rows,
              v1::DatasetKind kind = v1::APPEND, const std::string& replaces = "") {
    const absl::Status begun = Begin(Manifest(site, dataset, kind, replaces), rows);
    ASSERT_TRUE(begun.ok()) << begun;
    WaitUntilCommitted(site, dataset);
  }

  static std::string Pseudonyms(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) absl::StrAppend(&all, RecordNamed(name).AsView());
    return all;
  }

  storage::v1::StoredWithdrawal Withdraw(const std::string& site,
                                         const std::vector<std::string>& names) {
    const auto info = changes_->Withdraw(site, Pseudonyms(names), "fingerprint", 1000);
    EXPECT_TRUE(info.ok()) << info.status();
    return info.ok() ? WaitUntilDone(info->withdrawal()) : storage::v1::StoredWithdrawal();
  }
  storage::v1::StoredWithdrawal WaitUntilDone(const std::string& withdrawal) {
    auto stored = changes_->Get("", withdrawal);
    for (int i = 0; i < 2000 && stored.ok() && !stored->done(); ++i) {
      EXPECT_EQ(stored->failure(), "");
      Sleep();
      stored = changes_->Get("", withdrawal);
    }
    EXPECT_TRUE(stored.ok() && stored->done());
    return stored.value_or(storage::v1::StoredWithdrawal());
  }

  // What runs see of a site: each record with its stored tokens in hexadecimal digits.
  Rows Seen(const std::string& site) {
    Rows seen;
    const auto datasets = VisibleDatasets(index_, *notes_);
    EXPECT_TRUE(datasets.ok());
    for (const auto& dataset : datasets.value()) {
      if (dataset.manifest().site() != site || notes_->IsWithdrawn(dataset)) continue;
      const std::vector<RecordPseudonym> records = All(**index_.Records(dataset.dataset_number()));
      EXPECT_EQ(records.size(), dataset.records());
      for (const RecordPseudonym& record : records) seen[NameOf(record)];
      PostingQuery query;
      query.datasets = {dataset.dataset_number()};
      for (const Posting& posting : All(**index_.Postings(query))) {
        seen[NameOf(records.at(posting.record))].push_back(HexEncode(posting.token.AsView()));
      }
    }
    return seen;
  }
  // The same of what a site means to have.
  Rows Meant(const Rows& rows) {
    Rows meant;
    StoredTokenMaker tokens = key_->TokenMaker();
    for (const auto& [name, of] : rows) {
      std::set<std::string> stored;
      for (const std::string& token : of) {
        stored.insert(HexEncode(tokens.Make(TokenNamed(token).AsView())[0].AsView()));
      }
      meant[name].assign(stored.begin(), stored.end());
    }
    return meant;
  }
  template <typename T>
  static std::vector<T> All(Cursor<T>& cursor) {
    std::vector<T> all;
    while (true) {
      const auto next = cursor.Next();
      EXPECT_TRUE(next.ok());
      if (!next.ok() || next->empty()) return all;
      all.insert(all.end(), next->begin(), next->end());
    }
  }
  static std::string NameOf(const RecordPseudonym& record) {
    const std::string bytes(record.AsView());
    return bytes.substr(0, bytes.find('\0'));
  }
  std::vector<std::string> Names(const std::string& site) {
    std::vector<std::string> names;
    for (const v1::UploadInfo& info : uploads_->List(site)) {
      names.push_back(info.manifest().dataset());
    }
    return names;
  }

  v1::LinkageRun Link(const std::string& since = "") {
    v1::StartLinkageRequest request;
    request.set_since_run(since);
    const auto run = runs_->Start(request, 1000);
    EXPECT_TRUE(run.ok()) << run.status();
    return run.ok() ? WaitForRun(run->run()) : v1::LinkageRun();
  }
};

TEST_F(DatasetChangesTest, ACorrectionTakesThePlaceOfTheRecordsWithTheSamePseudonyms) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}, {"c", {"v"}}});
  Commit("south", "first", {{"a", {"t"}}});
  Commit("north", "fixes", {{"b", {"w"}}, {"d", {"x"}}}, v1::CORRECTION);
  EXPECT_EQ(Seen("north"), Meant({{"a", {"t"}}, {"b", {"w"}}, {"c", {"v"}}, {"d", {"x"}}}));
  EXPECT_EQ(Seen("south"), Meant({{"a", {"t"}}})) << "another site's record of that name";
  EXPECT_EQ(Names("north"), (std::vector<std::string>{"first", "fixes"}));
}

TEST_F(DatasetChangesTest, AReplacementTakesThePlaceOfTheNamedDatasetOrOfAll) {
  Commit("north", "first", {{"a", {"t"}}});
  Commit("north", "second", {{"b", {"u"}}});
  Commit("north", "third", {{"c", {"v"}}}, v1::REPLACEMENT, "first");
  EXPECT_EQ(Seen("north"), Meant({{"b", {"u"}}, {"c", {"v"}}}));
  EXPECT_EQ(index_.Datasets()->size(), 2u) << "the replaced one left the index";
  Commit("north", "fourth", {{"d", {"w"}}}, v1::REPLACEMENT);
  EXPECT_EQ(Seen("north"), Meant({{"d", {"w"}}}));
  EXPECT_EQ(Names("north"), (std::vector<std::string>{"fourth"}));
  const absl::Status unknown =
      Begin(Manifest("north", "fifth", v1::REPLACEMENT, "first"), {{"e", {}}});
  EXPECT_TRUE(absl::IsFailedPrecondition(unknown)) << unknown;
}

TEST_F(DatasetChangesTest, AWithdrawalRemovesRecordsFromDatasetsRunsAndRegister) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("north", "second", {{"a", {"w"}}});
  Commit("south", "first", {{"x", {"t"}}, {"y", {"u"}}});
  ASSERT_EQ(Link().state(), v1::FINISHED);
  const storage::v1::StoredWithdrawal done = Withdraw("north", {"a", "nobody"});
  EXPECT_EQ(done.records(), 2u);
  EXPECT_EQ(done.records_removed(), 2u) << "of two datasets";
  EXPECT_EQ(done.postings_removed(), 2u);
  EXPECT_EQ(done.results_changed(), 1u);
  EXPECT_EQ(Seen("north"), Meant({{"b", {"u"}}}));
  const auto result = runs_->Result("run-000001");
  EXPECT_TRUE(absl::IsFailedPrecondition(result.status())) << result.status();
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("--since run-000001"));
  const std::string gone(RecordNamed("a").AsView());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(ReadFile(entry.path())->find(gone), std::string::npos) << entry.path();
  }
  const v1::LinkageRun again = Link("run-000001");
  EXPECT_EQ(again.state(), v1::FINISHED) << again.failure();
  EXPECT_TRUE(again.incremental());
  EXPECT_EQ(again.summary().records(), 3u);
  EXPECT_EQ(again.summary().match_pairs(), 1u);
}

TEST_F(DatasetChangesTest, AWithdrawalWaitsForUploadsThatMayHaveTheRecords) {
  Commit("north", "first", {{"a", {"t"}}});
  ASSERT_TRUE(uploads_->Begin(Manifest("north", "second", v1::APPEND)).ok());
  const auto refused = changes_->Withdraw("north", Pseudonyms({"a"}), "f", 1000);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("second"));
  EXPECT_TRUE(absl::IsInvalidArgument(changes_->Withdraw("south", "", "f", 1000).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(changes_->Withdraw("south", "short", "f", 1000).status()));
}

TEST_F(DatasetChangesTest, ADatasetThatLosesAllItsRecordsIsGone) {
  Commit("north", "first", {{"a", {"t"}}});
  Commit("north", "second", {{"b", {"u"}}});
  Withdraw("north", {"a"});
  EXPECT_EQ(Names("north"), (std::vector<std::string>{"second"}));
  EXPECT_EQ(index_.Datasets()->size(), 1u);
}

TEST_F(DatasetChangesTest, WhatTheCoordinatorLeftOutStaysOutWhenItLosesRecords) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  ASSERT_TRUE(uploads_->DiscardOrWithdraw("north", "first").ok());
  Withdraw("north", {"a"});
  EXPECT_EQ(StateOf("north", "first"), v1::WITHDRAWN);
  EXPECT_TRUE(Seen("north").empty());
}

// The resolver stops at any moment of any change; what it sees in the end is what the site meant.
TEST_F(DatasetChangesTest, StoppedAtAnyMomentTheSitesHaveWhatTheyMeant) {
  std::mt19937 random(7);
  std::map<std::string, Rows> meant;
  const auto stop_at_random = [&] {
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
    Close();
    Open();
  };
  int records = 0;
  for (int step = 0; step < 40; ++step) {
    const std::string site = random() % 2 == 0 ? "north" : "south";
    Rows& of_site = meant[site];
    Rows rows;
    for (const auto& [name, tokens] : of_site) {
      if (random() % 5 == 0) rows[name] = {absl::StrCat("t", random() % 9)};
    }
    const auto kind = static_cast<v1::DatasetKind>(random() % 3);
    if (random() % 4 == 0 && !rows.empty()) {
      std::vector<std::string> names;
      for (const auto& [name, tokens] : rows) names.push_back(name);
      const auto info = changes_->Withdraw(site, Pseudonyms(names), "f", 1000);
      ASSERT_TRUE(info.ok()) << info.status();
      stop_at_random();
      WaitUntilDone(info->withdrawal());
      for (const std::string& name : names) of_site.erase(name);
    } else {
      if (kind == v1::APPEND) rows.clear();
      for (int i = 0; i < 3; ++i) {
        rows[absl::StrCat("r", ++records)] = {absl::StrCat("t", random() % 9)};
      }
      const std::string dataset = absl::StrCat("d", step);
      const absl::Status begun = Begin(Manifest(site, dataset, kind), rows);
      ASSERT_TRUE(begun.ok()) << begun;
      stop_at_random();
      WaitUntilCommitted(site, dataset);
      if (kind == v1::REPLACEMENT) of_site.clear();
      for (const auto& [name, tokens] : rows) of_site[name] = tokens;
    }
    ASSERT_EQ(Seen(site), Meant(of_site)) << "step " << step;
  }
  const auto datasets = index_.Datasets();
  ASSERT_TRUE(datasets.ok());
  for (const auto& dataset : *datasets) {
    EXPECT_FALSE(notes_->IsHidden(dataset.dataset_number())) << "left behind";
  }
}

TEST_F(DatasetChangesTest, ARunThatIsRemovedLeavesTheIdsOfEntities) {
  Commit("north", "first", {{"a", {"t"}}});
  Commit("south", "first", {{"x", {"t"}}});
  const auto ids = [&](const std::string& run) {
    v1::EntityChunk chunk;
    const auto result = runs_->Result(run);
    EXPECT_TRUE(result.ok() && (*result)->AppendEntities(0, 10, &chunk).ok());
    std::vector<std::string> entities;
    for (const v1::EntityMember& member : chunk.members()) entities.push_back(member.entity());
    return entities;
  };
  Link();
  const std::vector<std::string> before = ids("run-000001");
  ASSERT_TRUE(runs_->Remove("run-000001").ok());
  EXPECT_TRUE(absl::IsNotFound(runs_->Get("run-000001").status()));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "runs" / "run-000001"));
  EXPECT_EQ(Link().run(), "run-000002");
  EXPECT_EQ(ids("run-000002"), before);
  EXPECT_TRUE(absl::IsNotFound(runs_->Remove("run-000001").status()));
}

}  // namespace
}  // namespace blindlink::resolver
