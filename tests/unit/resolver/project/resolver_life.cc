#include "tests/unit/resolver/project/resolver_life.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "resolver/review/review_register.h"
#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

constexpr int64_t kNow = 1'700'000'000;

template <typename Done>
bool Eventually(Done done) {
  for (int i = 0; i < 60'000 && !done(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return done();
}

}  // namespace

std::string ResolverLife::PlanText() {
  const auto text =
      ReadFile(std::string(BLINDLINK_SOURCE_DIR) + "/deploy/plans/name-and-date-only.textproto");
  return absl::StrCat(*text, "\nreview {} limits { max_records_per_token: ", kMostRecordsOfADataset,
                      " }\n");
}

void ResolverLife::Open() {
  auto store = ProjectStore::Open(folder_, kLimits);
  ASSERT_TRUE(store.ok()) << store.status();
  store_ = *std::move(store);
  auto project = store_->Find(kProject);
  if (absl::IsNotFound(project.status())) project = Create();
  ASSERT_TRUE(project.ok()) << project.status();
  project_ = *project;
}

void ResolverLife::Do(const HistoryStep& step) {
  switch (step.kind) {
    case HistoryStep::Kind::kUpload:
      return Upload(step);
    case HistoryStep::Kind::kWithdraw:
      return Withdraw(step);
    case HistoryStep::Kind::kDecide:
      return Decide(step);
    case HistoryStep::Kind::kRun:
      return Run(step);
  }
}

void ResolverLife::LinkAllAndClose() {
  v1::StartLinkageRequest request;
  request.set_model_of_run(project_->runs().List().back().run());
  Start(request);
  AwaitNewestRun();
  store_.reset();
}

absl::StatusOr<Project*> ResolverLife::Create() {
  v1::CreateProjectRequest request;
  request.set_name(kProject);
  request.set_plan_text(PlanText());
  for (const auto& [site, rows] : script_.standing) request.add_sites(site);
  return store_->Create(request, kNow);
}

void ResolverLife::Upload(const HistoryStep& step) {
  Send(step);
  const auto info = [&] { return *project_->uploads().Info(step.site, step.dataset); };
  ASSERT_TRUE(Eventually([&] { return info().state() != v1::INGESTING; }));
  ASSERT_EQ(info().state(), v1::COMMITTED) << info().failure();
}
void ResolverLife::Send(const HistoryStep& step) {
  UploadRegister& uploads = project_->uploads();
  const v1::TokenBlock block = BlockOfRows(step.rows);
  v1::UploadManifest manifest = ManifestFor(plan_, step.site, step.dataset);
  manifest.set_kind(step.dataset_kind);
  const absl::Status begun = uploads.Begin(manifest).status();
  if (absl::IsAlreadyExists(begun)) return;  // an earlier life has done it
  ASSERT_TRUE(begun.ok()) << begun;
  const auto upload = uploads.Find(step.site, step.dataset);
  if (absl::IsFailedPrecondition(upload.status())) return;  // this one has, since Begin
  ASSERT_TRUE(upload.ok()) << upload.status();
  if (!(*upload)->committing()) {
    ASSERT_TRUE((*upload)->Append(block).ok());
    ASSERT_TRUE((*upload)->Sync().ok());
  }
  const auto committed = uploads.Commit(step.site, CommitOf(step.dataset, {block}));
  ASSERT_TRUE(committed.ok()) << committed.status();
}

void ResolverLife::Withdraw(const HistoryStep& step) {
  std::string pseudonyms;
  for (const RecordPseudonym& record : step.records) {
    absl::StrAppend(&pseudonyms, record.AsView());
  }
  DatasetChanges& changes = project_->changes();
  absl::Status accepted;
  Eventually([&] {  // an upload that was committed a moment ago may still count as open
    accepted = changes.Withdraw(step.site, pseudonyms, "fingerprint", kNow).status();
    return !absl::IsFailedPrecondition(accepted);
  });
  ASSERT_TRUE(accepted.ok()) << accepted;
  // Those too whose acceptance no site has heard of.
  for (const auto& withdrawal : changes.List(step.site)) {
    const auto stored = [&] { return *changes.Get("", withdrawal.withdrawal()); };
    ASSERT_TRUE(Eventually([&] { return stored().done() || !stored().failure().empty(); }));
    ASSERT_TRUE(stored().done()) << stored().failure();
  }
}

void ResolverLife::Decide(const HistoryStep& step) {
  const absl::Status decided =
      project_->review()->Decide({step.decision.left, step.decision.right}, {"center", {}},
                                 step.decision.is_link ? v1::VERDICT_LINK : v1::VERDICT_DO_NOT_LINK,
                                 "Both records were looked at.", "run-000001", kNow);
  ASSERT_TRUE(decided.ok()) << decided;
}

void ResolverLife::Run(const HistoryStep& step) {
  const RunRegister& runs = project_->runs();
  v1::StartLinkageRequest request;
  if (step.runs_before > 0) request.set_since_run(runs.List().back().run());
  if (static_cast<int>(runs.List().size()) == step.runs_before) Start(request);
  AwaitNewestRun();
}
void ResolverLife::Start(const v1::StartLinkageRequest& request) {
  const auto started = project_->runs().Start(request, kNow);
  ASSERT_TRUE(started.ok()) << started.status();
}
void ResolverLife::AwaitNewestRun() {
  const auto run = [&] { return project_->runs().List().back(); };
  ASSERT_TRUE(Eventually([&] { return run().state() != v1::RUNNING; }));
  ASSERT_EQ(run().state(), v1::FINISHED) << run().failure();
}

}  // namespace blindlink::resolver
