#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "resolver/index/index_key.h"
#include "resolver/index/memory_token_index.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/dataset_changes.h"
#include "resolver/project/epoch_register.h"
#include "resolver/project/plan_folder.h"
#include "resolver/project/project_notes.h"
#include "resolver/project/resume_order.h"
#include "resolver/project/run_register.h"
#include "resolver/project/upload_register.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/resolver/recorded_decisions.h"

namespace blindlink::resolver {

// The registers of one project over an index in memory. Close and Open simulate a restart of the
// resolver: disk and index are kept.
class RegisterTest : public testing::Test {
 protected:
  explicit RegisterTest(Plan plan = TinyPlan()) : plan_(std::move(plan)) {
    EXPECT_TRUE(IndexKey::Generate(folder_ / "index.key").ok());
    key_ = std::make_unique<IndexKey>(*IndexKey::Read(folder_ / "index.key"));
    std::filesystem::create_directory(folder_ / "temporary");
    EXPECT_TRUE(plans_.Save(plan_).ok());
    Open();
  }
  ~RegisterTest() override { Close(); }

  void Open() {
    worker_ = std::make_unique<BackgroundWorker>();
    auto notes = ProjectNotes::Open(folder_ / "notes.pb");
    ASSERT_TRUE(notes.ok()) << notes.status();
    notes_ = *std::move(notes);
    auto uploads = UploadRegister::Open(
        {folder_ / "uploads",
         folder_ / "temporary",
         plan_,
         *key_,
         index_,
         *notes_,
         {1 << 20, 2},
         *worker_,
         [this] { epochs_->RetireIfComplete(); },
         [this](const storage::v1::CommittedDataset& dataset) { return changes_->Show(dataset); },
         [this](absl::string_view) { return census_; },
         dataset_days_});
    ASSERT_TRUE(uploads.ok()) << uploads.status();
    uploads_ = *std::move(uploads);
    auto runs = RunRegister::Open({"tiny",
                                   folder_ / "runs",
                                   plan_,
                                   plans_,
                                   *key_,
                                   index_,
                                   *notes_,
                                   [this] { return Sites(); },
                                   {1 << 20, 2},
                                   *worker_,
                                   board_,
                                   {},
                                   nullptr,
                                   [this] { return memory_; }});
    ASSERT_TRUE(runs.ok()) << runs.status();
    runs_ = *std::move(runs);
    auto changes = DatasetChanges::Open(
        {"tiny", folder_ / "withdrawals", index_, *notes_, *uploads_, *runs_, *worker_});
    ASSERT_TRUE(changes.ok()) << changes.status();
    changes_ = *std::move(changes);
    epochs_ = std::make_unique<EpochRegister>(
        EpochRegister::Parts{"tiny", [this] { return Sites(); }, *notes_, *uploads_, index_,
                             *worker_, decisions_.Enter()});
    ResumeInOrder(*changes_, *runs_, *uploads_, *epochs_);
  }
  // Another site joins.
  void Join(const std::string& site) {
    const std::lock_guard lock(sites_mutex_);
    sites_.push_back(site);
  }
  std::vector<std::string> Sites() {
    const std::lock_guard lock(sites_mutex_);
    return sites_;
  }
  // Lets work pile up until Release, or until the resolver stops.
  void Hold() {
    held_ = true;
    worker_->Enqueue([this, &stopping = worker_->stopping()] {
      while (held_ && !stopping) Sleep();
    });
  }
  void Release() { held_ = false; }
  // Drops waiting background work, as when the resolver stops.
  void StopWork() { worker_->Stop(); }
  void Close() {
    if (worker_ != nullptr) worker_->Stop();
    epochs_.reset();
    changes_.reset();
    runs_.reset();
    uploads_.reset();
    worker_.reset();
  }

  std::vector<v1::TokenBlock> Blocks(const std::string& record) const {
    return {BlockOf(0, 0, {{record, {{"t"}}}, {record + "-2", {{record}}}}),
            BlockOf(1, 2, {{record + "-3", {}}})};
  }

  // `key` is the token key's id.
  void Send(const std::string& site, const std::string& dataset,
            const std::string& key = "key-id-1") {
    v1::UploadManifest manifest = ManifestFor(plan_, site, dataset);
    manifest.set_token_key_id(key);
    ASSERT_TRUE(uploads_->Begin(manifest).ok());
    const auto upload = uploads_->Find(site, dataset);
    ASSERT_TRUE(upload.ok()) << upload.status();
    for (const v1::TokenBlock& block : Blocks(site)) ASSERT_TRUE((*upload)->Append(block).ok());
  }
  absl::StatusOr<v1::UploadInfo> Commit(const std::string& site, const std::string& dataset) {
    return uploads_->Commit(site, CommitOf(dataset, Blocks(site)));
  }
  v1::UploadState StateOf(const std::string& site, const std::string& dataset) const {
    const auto info = uploads_->Info(site, dataset);
    return info.ok() ? info->state() : v1::UPLOAD_STATE_UNSPECIFIED;
  }
  void WaitUntilCommitted(const std::string& site, const std::string& dataset) {
    for (int i = 0; i < 2000 && StateOf(site, dataset) == v1::INGESTING; ++i) Sleep();
    ASSERT_EQ(StateOf(site, dataset), v1::COMMITTED);
  }
  void SendAndCommit(const std::string& site, const std::string& dataset,
                     const std::string& key = "key-id-1") {
    Send(site, dataset, key);
    ASSERT_TRUE(Commit(site, dataset).ok());
    WaitUntilCommitted(site, dataset);
  }

  v1::LinkageRun WaitForRun(const std::string& run) {
    auto info = runs_->Get(run);
    for (int i = 0; i < 2000 && info.ok() && info->state() == v1::RUNNING; ++i) {
      Sleep();
      info = runs_->Get(run);
    }
    EXPECT_TRUE(info.ok()) << info.status();
    return info.value_or(v1::LinkageRun());
  }

  static void Sleep() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

  RecordedDecisions decisions_;
  TemporaryFolder folder_;
  const Plan plan_;
  const PlanFolder plans_{folder_ / "plans"};
  std::unique_ptr<IndexKey> key_;
  // Calls `before_removal`, unless it is null, before a dataset leaves the index; fails where it is
  // told to.
  class WatchedIndex : public MemoryTokenIndex {
   public:
    absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
        uint32_t number, const std::filesystem::path& scratch) override {
      auto writer = MemoryTokenIndex::BeginDataset(number, scratch);
      if (!writer.ok()) return writer;
      return std::make_unique<WatchedWriter>(*std::move(writer), after_commit);
    }
    absl::Status RemoveDataset(uint32_t number) override {
      if (before_removal) before_removal();
      if (!removal.ok()) return removal;
      return MemoryTokenIndex::RemoveDataset(number);
    }
    std::function<void()> before_removal;
    absl::Status removal;
    absl::Status after_commit;  // the answer to a commit that was carried out
  };
  class WatchedWriter : public DatasetWriter {
   public:
    WatchedWriter(std::unique_ptr<DatasetWriter> writer, absl::Status after_commit)
        : writer_(std::move(writer)), after_commit_(std::move(after_commit)) {}
    size_t finished_ranges() const override { return writer_->finished_ranges(); }
    absl::Status AddRecord(const RecordPseudonym& record) override {
      return writer_->AddRecord(record);
    }
    std::unique_ptr<PostingBatch> NewBatch() const override { return writer_->NewBatch(); }
    absl::Status AddBatch(std::unique_ptr<PostingBatch> batch) override {
      return writer_->AddBatch(std::move(batch));
    }
    absl::StatusOr<bool> EndRanges(size_t end) override { return writer_->EndRanges(end); }
    absl::Status Commit(const storage::v1::CommittedDataset& dataset) override {
      absl::Status status = writer_->Commit(dataset);
      return status.ok() ? after_commit_ : status;
    }

   private:
    const std::unique_ptr<DatasetWriter> writer_;
    const absl::Status after_commit_;
  };
  WatchedIndex index_;
  uint32_t dataset_days_ = 0;
  uint64_t memory_ = uint64_t{1} << 40;  // of the machine
  std::atomic<bool> held_ = false;
  std::optional<uint64_t> census_;  // of every site
  std::mutex sites_mutex_;
  std::vector<std::string> sites_;  // of the project; none: a run needs no site's dataset
  std::unique_ptr<ProjectNotes> notes_;
  WorkBoard board_;  // nobody joins
  std::unique_ptr<BackgroundWorker> worker_;
  std::unique_ptr<UploadRegister> uploads_;
  std::unique_ptr<RunRegister> runs_;
  std::unique_ptr<EpochRegister> epochs_;
  std::unique_ptr<DatasetChanges> changes_;
};

}  // namespace blindlink::resolver
