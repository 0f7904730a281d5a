#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/commands/relayed_calls.h"
#include "agent/commands/site_maps.h"
#include "blindlink/v1/access_service.grpc.pb.h"
#include "common/access/relink_token_file.h"
#include "common/base/bytes16.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

constexpr RelayedCall<v1::RelinkRequest, v1::RelinkResponse> kRelink{1};

struct RelinkFlags {
  ConnectionFlags connection;
  std::string project;
  std::string grant;
  std::string token_file;
  std::vector<std::string> maps;
  std::string state;
  std::vector<std::string> pseudonyms;
  std::string json;
};

absl::StatusOr<v1::RelinkRequest> RequestOf(const RelinkFlags& flags) {
  v1::RelinkRequest request;
  BL_ASSIGN_OR_RETURN(const v1::RelinkToken token, ReadRelinkToken(flags.token_file));
  if (token.project() != flags.project || token.grant() != flags.grant) {
    return absl::InvalidArgumentError(absl::StrCat(flags.token_file, " is the token of ",
                                                   token.grant(), " of project ", token.project()));
  }
  request.set_project(flags.project);
  request.set_grant(flags.grant);
  request.set_token(token.token());
  for (const std::string& text : flags.pseudonyms) {
    const std::optional<std::string> pseudonym = HexDecode(text);
    if (!pseudonym || pseudonym->size() != RecordPseudonym::kSize) {
      return absl::InvalidArgumentError("a pseudonym has 32 hexadecimal digits");
    }
    request.add_pseudonyms(*pseudonym);
  }
  return request;
}

// The half that is offline: it reads the token and the maps.
absl::Status Relink(const RelinkFlags& flags, CallRelay& resolver) {
  BL_ASSIGN_OR_RETURN(const v1::RelinkRequest request, RequestOf(flags));
  BL_ASSIGN_OR_RETURN(const std::vector<std::string> files,
                      SiteMaps(flags.project, flags.state, flags.maps));
  BL_ASSIGN_OR_RETURN(const v1::RelinkResponse answer, resolver.Call(kRelink, request));
  if (answer.pseudonyms_size() != request.pseudonyms_size()) {
    return absl::DataLossError("the resolver answered other than it was asked");
  }
  const std::vector<std::string> own(answer.pseudonyms().begin(), answer.pseudonyms().end());
  BL_ASSIGN_OR_RETURN(const auto records, FindRecordIds(files, own));
  std::string out = "pseudonym,record_id\n";
  JsonWriter json;
  json.BeginArray();
  int unknown = 0;
  for (size_t i = 0; i < own.size(); ++i) {
    const auto found = own[i].empty() ? records.end() : records.find(HexEncode(own[i]));
    const bool known = found != records.end() && !found->second.empty();
    unknown += known ? 0 : 1;
    const std::string record = known ? found->second : "";
    AppendCsvRow({flags.pseudonyms[i], record}, &out);
    json.BeginObject().Key("pseudonym").Text(flags.pseudonyms[i]);
    json.Key("record_id").Text(record).EndObject();
  }
  json.EndArray();
  BL_RETURN_IF_ERROR(PrintReport(out, json.Finish(), flags.json));
  if (unknown == 0) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat(unknown, " of ", own.size(),
                   " pseudonyms are not of this site's records in the grant, or not in the map"));
}

}  // namespace

Command AddRelinkCommand(CLI::App& app, const bool* offline_required) {
  CLI::App* command = app.add_subcommand(
      "relink", "Turn pseudonyms of a grant back to this site's record ids (docs/access.md)");
  auto flags = std::make_shared<RelinkFlags>();
  AddConnectionFlags(*command, &flags->connection);
  command->add_option("--project", flags->project, "Name of the project")
      ->required()
      ->check(IsName());
  command->add_option("--grant", flags->grant, "The grant")->required()->check(IsName());
  command->add_option("--token", flags->token_file, "The grant's approval token")->required();
  CLI::Option* map = command->add_option("--map", flags->maps,
                                         "Map of this site's pseudonyms to record ids (repeat)");
  command->add_option("--state", flags->state, "This site's folder with its maps, as for run")
      ->excludes(map);
  command->add_option("pseudonyms", flags->pseudonyms, "Pseudonyms of the grant's files")
      ->required();
  AddJsonFlag(*command, "the list", &flags->json);
  command->footer(
      "Example:\n  blindlink-agent relink --project flu --grant grant-000001 \\\n"
      "      --token grant-000001.token --state state 0123456789abcdef0123456789abcdef \\\n"
      "      --resolver center:7443 --cert general.pem --key general.key --ca ca.pem\n\n"
      "Prints pseudonym,record_id. Each call is logged at the resolver, with its grant.");
  return {command, [flags, offline_required] {
            return RunInTwoHalves(
                AllowedCalls(flags->connection).Allow(kRelink, &v1::Access::Stub::Relink),
                *offline_required, [&](CallRelay& resolver) { return Relink(*flags, resolver); });
          }};
}

}  // namespace blindlink::agent
