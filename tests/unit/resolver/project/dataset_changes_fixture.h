#pragma once

#include <gmock/gmock.h>

#include <ctime>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "resolver/project/visible_datasets.h"
#include "resolver/results/result_rows.h"
#include "tests/unit/resolver/project/project_fixture.h"

namespace blindlink::resolver {

// Records by name, each with the tokens that it has.
using Rows = std::map<std::string, std::vector<std::string>>;

class DatasetChangesTest : public RegisterTest {
 protected:
  explicit DatasetChangesTest(Plan plan = TinyPlan()) : RegisterTest(std::move(plan)) {}

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

  std::string Start(const v1::StartLinkageRequest& request = {}) {
    const auto run = runs_->Start(request, 1000);
    EXPECT_TRUE(run.ok()) << run.status();
    return run.ok() ? run->run() : "";
  }
  v1::LinkageRun Link(const std::string& since = "") {
    v1::StartLinkageRequest request;
    request.set_since_run(since);
    return WaitForRun(Start(request));
  }
  static std::vector<std::string> DatasetsOf(const v1::LinkageRun& run) {
    std::vector<std::string> names;
    for (const v1::DatasetName& name : run.datasets()) {
      names.push_back(absl::StrCat(name.site(), "/", name.dataset()));
    }
    return names;
  }
  // A request for a run over these datasets, as "site/dataset".
  static v1::StartLinkageRequest Only(const std::vector<std::string>& datasets) {
    v1::StartLinkageRequest request;
    for (const std::string& dataset : datasets) {
      v1::DatasetName& name = *request.add_datasets();
      name.set_site(dataset.substr(0, dataset.find('/')));
      name.set_dataset(dataset.substr(dataset.find('/') + 1));
    }
    return request;
  }
  std::string WaitUntilFailed(const std::string& withdrawal) {
    auto stored = changes_->Get("", withdrawal);
    for (int i = 0; i < 2000 && stored.ok() && stored->failure().empty(); ++i) {
      Sleep();
      stored = changes_->Get("", withdrawal);
    }
    return stored.ok() ? stored->failure() : "";
  }
  // The files of the project that hold these bytes.
  std::vector<std::string> FilesWith(absl::string_view bytes) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (!entry.is_regular_file()) continue;
      if (absl::StrContains(ReadFile(entry.path()).value(), bytes)) found.push_back(entry.path());
    }
    return found;
  }
  // A withdrawal that cannot be done: the result of the run is damaged.
  std::string FailToWithdraw(const std::string& site, const std::vector<std::string>& names,
                             const std::string& damaged_run) {
    std::filesystem::resize_file(folder_ / "runs" / damaged_run / kPairsFile, 1);
    const auto info = changes_->Withdraw(site, Pseudonyms(names), "f", 1000);
    EXPECT_TRUE(info.ok()) << info.status();
    EXPECT_THAT(WaitUntilFailed(info->withdrawal()), testing::HasSubstr("linkage remove"));
    return info->withdrawal();
  }
  static int64_t LaterThanAnyAttempt() {
    return time(nullptr) + 2 * DatasetChanges::kBetweenAttempts;
  }
};

}  // namespace blindlink::resolver
