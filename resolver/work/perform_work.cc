#include "resolver/work/perform_work.h"

#include <string>
#include <utility>
#include <variant>

#include "common/base/status_macros.h"
#include "resolver/linkage/run_control.h"
#include "resolver/work/pair_work.h"
#include "resolver/work/sweep_work.h"

namespace blindlink::resolver {
namespace {

absl::Status Perform(const RunAtHand& run, const TakenWork& work, const WorkRoom& room,
                     const RunControl& control, v1::WorkReport* report) {
  if (const auto* sweep = std::get_if<v1::SweepWork>(&work.work)) {
    BL_ASSIGN_OR_RETURN(*report->mutable_sweep(),
                        SweepRange(run, *sweep, work.attempt, room, control));
  } else {
    BL_ASSIGN_OR_RETURN(
        *report->mutable_pairs(),
        CollectPart(run, std::get<v1::PairWork>(work.work), work.attempt, room, control));
  }
  return absl::OkStatus();
}

}  // namespace

v1::WorkReport PerformWork(const RunAtHand& run, const TakenWork& work, const WorkRoom& room,
                           const std::atomic<bool>& give_up) {
  v1::WorkReport report;
  report.set_attempt(work.attempt);
  const RunControl control{&give_up, [](const char*, double) {}};
  const absl::Status done = Perform(run, work, room, control, &report);
  return done.ok() ? report : FailureReport(work.attempt, done);
}

v1::WorkReport FailureReport(uint64_t attempt, const absl::Status& status) {
  v1::WorkReport report;
  report.set_attempt(attempt);
  report.mutable_failure()->set_code(static_cast<uint32_t>(status.code()));
  report.mutable_failure()->set_message(std::string(status.message()));
  return report;
}

}  // namespace blindlink::resolver
