#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "blindlink/v1/retention_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"

namespace blindlink::resolver {
namespace {

struct DropFlags {
  ConnectionFlags connection;
  std::string project;
};

}  // namespace

absl::Status DropIndex(const ConnectionFlags& connection, const std::string& project) {
  v1::DropIndexRequest request;
  request.set_project(project);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Retention>(connection));
  BL_ASSIGN_OR_RETURN(const v1::DroppedIndex dropped,
                      UnaryCall(*stub, &v1::Retention::Stub::DropIndex, request));
  absl::PrintF(
      "The index of %s was dropped at %s: %d datasets, %d records, %d tokens.\n", project,
      absl::FormatTime(absl::RFC3339_sec, absl::FromUnixSeconds(dropped.dropped_unix_seconds()),
                       absl::UTCTimeZone()),
      dropped.datasets(), dropped.records(), dropped.tokens());
  return absl::OkStatus();
}

Command AddDropIndexCommand(CLI::App& group) {
  auto flags = std::make_shared<DropFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "drop-index",
      "Destroy a project's index and its key, for good: results stay, but there will be no more "
      "uploads and runs",
      "--project asthma", &flags->connection);
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  return {command, [flags] { return DropIndex(flags->connection, flags->project); }};
}

}  // namespace blindlink::resolver
