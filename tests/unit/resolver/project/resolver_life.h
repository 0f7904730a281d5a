#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/plan/plan.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/project/project_store.h"
#include "tests/unit/resolver/project/history_script.h"

namespace blindlink::resolver {

// One life of the resolver with the project of a history: opens what an earlier one has left, and
// does steps as the programs of the parties do: a step whose answer was lost is done again. What
// goes wrong is a failure of the test.
class ResolverLife {
 public:
  static constexpr char kProject[] = "tiny";
  static constexpr WorkLimits kLimits{1 << 20, 1};
  // Names and dates decide by score; few records may share a token.
  static std::string PlanText();

  // `plan` is that of PlanText.
  ResolverLife(const std::filesystem::path& folder, const Plan& plan, const HistoryScript& script)
      : folder_(folder), plan_(plan), script_(script) {}

  void Open();
  void Do(const HistoryStep& step);
  // Links everything with the model of the newest run, after all work that was waiting, and ends as
  // a resolver that is stopped does.
  void LinkAllAndClose();

 private:
  absl::StatusOr<Project*> Create();
  void Upload(const HistoryStep& step);
  void Send(const HistoryStep& step);
  void Withdraw(const HistoryStep& step);
  void Decide(const HistoryStep& step);
  void Run(const HistoryStep& step);
  void Start(const v1::StartLinkageRequest& request);
  void AwaitNewestRun();

  const std::filesystem::path folder_;
  const Plan& plan_;
  const HistoryScript& script_;
  std::unique_ptr<ProjectStore> store_;
  Project* project_ = nullptr;
};

}  // namespace blindlink::resolver
