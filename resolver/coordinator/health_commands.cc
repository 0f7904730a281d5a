#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "blindlink/v1/overview_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/report_output.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"

namespace blindlink::resolver {
namespace {

struct HealthFlags {
  ConnectionFlags connection;
  std::string json;
};

constexpr int64_t kSecondsPerDay = 86400;

std::string HealthText(const v1::Health& health) {
  const auto days = [&](int64_t end) { return (end - health.now_unix_seconds()) / kSecondsPerDay; };
  std::string text;
  absl::StrAppendFormat(&text, "projects         %d, %d of them damaged\n",
                        health.projects() + health.damaged_projects(), health.damaged_projects());
  absl::StrAppendFormat(
      &text, "uploads          %d receiving, %d ingesting, %d committed, %d failed, %d withdrawn\n",
      health.uploads_receiving(), health.uploads_ingesting(), health.uploads_committed(),
      health.uploads_failed(), health.uploads_withdrawn());
  absl::StrAppendFormat(
      &text, "runs             %d running, %d finished, %d cancelled, %d failed\n",
      health.runs_running(), health.runs_finished(), health.runs_cancelled(), health.runs_failed());
  absl::StrAppendFormat(&text, "waiting          %d tasks, %d access requests\n",
                        health.tasks_waiting(), health.access_requests_open());
  absl::StrAppendFormat(&text, "workers          %d threads on other machines\n",
                        health.worker_threads());
  absl::StrAppendFormat(&text, "withdrawals      %d that fail\n", health.withdrawals_failing());
  absl::StrAppendFormat(&text, "disk             %.1f of %.1f GiB free\n",
                        static_cast<double>(health.disk_free_bytes()) / (1 << 30),
                        static_cast<double>(health.disk_total_bytes()) / (1 << 30));
  absl::StrAppendFormat(&text, "certificates     %d days left, the clients' CA %d\n",
                        days(health.certificate_not_after()), days(health.client_ca_not_after()));
  absl::StrAppendFormat(&text, "audit log        %d entries, %s\n", health.audit_entries(),
                        health.audit_writable() ? "writable" : "CANNOT BE WRITTEN");
  absl::StrAppendFormat(&text, "refused          %d calls, %d over limits, %d connections\n",
                        health.calls_refused(), health.calls_over_limit(),
                        health.handshakes_refused());
  return text;
}

absl::Status ShowHealth(const HealthFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Overview>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::Health health,
                      UnaryCall(*stub, &v1::Overview::Stub::GetHealth, v1::GetHealthRequest()));
  return PrintAnswer(HealthText(health), health, flags.json);
}

}  // namespace

Command AddHealthCommand(CLI::App& app) {
  auto flags = std::make_shared<HealthFlags>();
  CLI::App* command =
      app.add_subcommand("health", "Coordinator: how the resolver is, over all projects");
  command->footer(
      "Example:\n  blindlink-resolver health --json health.json \\\n    --resolver "
      "center.example.org:7443 --cert coordinator.pem --key coordinator.key --ca ca.pem");
  AddConnectionFlags(*command, &flags->connection);
  AddJsonFlag(*command, "the numbers", &flags->json);
  return {command, [flags] { return ShowHealth(*flags); }};
}

}  // namespace blindlink::resolver
