#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "resolver/index/rocksdb/rocksdb_engine.h"
#include "resolver/project/index_move.h"
#include "resolver/project/project_store.h"
#include "resolver/project/stopped_project.h"
#include "resolver/storage/data_lock.h"
#include "tests/support/sample_tokens.h"
#include "tests/unit/resolver/project/result_of_run.h"

namespace blindlink::resolver {

// A resolver's data directory with one project, whose index is on RocksDB: used by a resolver
// between Open and Close, and moved in between.
class MovedProject {
 public:
  static constexpr char kName[] = "tiny";
  static constexpr int64_t kNow = 1'700'000'000;

  explicit MovedProject(std::filesystem::path data) : data_(std::move(data)) {}

  void Open() {
    Close();
    auto store = ProjectStore::Open(data_, {1 << 20, 2});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  void Close() { store_.reset(); }
  void Create(const std::string& plan_text = TinyPlanText()) {
    v1::CreateProjectRequest request;
    request.set_name(kName);
    request.set_plan_text(plan_text);
    request.add_sites("north");
    request.add_sites("south");
    const auto created = store_->Create(request, kNow);
    ASSERT_TRUE(created.ok()) << created.status();
  }
  Project& project() { return **store_->Find(kName); }
  std::filesystem::path folder() const { return data_ / "projects" / kName; }
  const std::filesystem::path& data() const { return data_; }

  // Every second person is at both sites.
  static std::vector<v1::TokenBlock> Blocks(const std::string& site) {
    constexpr int kRecords = 300;
    std::vector<SampleRecord> records;
    for (int i = 0; i < kRecords; ++i) {
      const std::string person = absl::StrCat(i % 2 == 0 ? "both" : site, i);
      records.push_back({absl::StrCat(site, i), {{person}, {absl::StrCat(person, "l"), kLastDob}}});
    }
    return {BlockOf(0, 0, records)};
  }
  void Send(const std::string& site, const std::string& dataset) {
    const auto begun = project().uploads().Begin(ManifestFor(project().plan(), site, dataset));
    ASSERT_TRUE(begun.ok()) << begun.status();
    const auto upload = project().uploads().Find(site, dataset);
    ASSERT_TRUE(upload.ok());
    for (const v1::TokenBlock& block : Blocks(site)) ASSERT_TRUE((*upload)->Append(block).ok());
    ASSERT_TRUE((*upload)->Sync().ok());
  }
  void Commit(const std::string& site, const std::string& dataset) {
    ASSERT_TRUE(project().uploads().Commit(site, CommitOf(dataset, Blocks(site))).ok());
    ASSERT_TRUE(Eventually(
        [&] { return project().uploads().Info(site, dataset)->state() == v1::COMMITTED; }));
  }
  void SendAndCommit(const std::string& site, const std::string& dataset) {
    Send(site, dataset);
    Commit(site, dataset);
  }
  std::string Result() { return ResultOfRun(project(), folder(), kNow); }

  absl::StatusOr<IndexMove> Export(const MoveOptions& options) const {
    const auto lock = LockData(data_);
    if (!lock.ok()) return lock.status();
    const auto stopped = Stopped();
    if (!stopped.ok()) return stopped.status();
    return ExportIndex(**stopped, RocksDbEngine(), options, GoOn);
  }
  absl::StatusOr<IndexMove> Import(const MoveOptions& options, Step step = GoOn) const {
    const auto lock = LockData(data_);
    if (!lock.ok()) return lock.status();
    const auto stopped = Stopped();
    if (!stopped.ok()) return stopped.status();
    return ImportIndex(**stopped, {std::make_shared<RocksDbEngine>(), nullptr}, options, step);
  }
  absl::StatusOr<std::unique_ptr<StoppedProject>> Stopped() const {
    return StoppedProject::Open(data_, IndexKeyFolder(data_ / "keys"), kName);
  }

 private:
  static absl::Status GoOn(uint64_t) { return absl::OkStatus(); }

  const std::filesystem::path data_;
  std::unique_ptr<ProjectStore> store_;
};

}  // namespace blindlink::resolver
