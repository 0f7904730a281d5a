#include <cinttypes>
#include <cstdio>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/seeds/seed_fetch.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "common/rpc/client.h"

namespace blindlink::agent {
namespace {

struct SeedsFlags {
  ConnectionFlags connection;
  SeedRequest request;
};

absl::Status Seeds(const SeedsFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Result>(flags.connection));
  BL_ASSIGN_OR_RETURN(const FetchedSeeds fetched, FetchSeeds(*stub, flags.request));
  printf("%s: seeds of %" PRIu64 " records of this site\n", fetched.run.c_str(), fetched.records);
  if (fetched.moved > 0) {
    fprintf(stderr,
            "note: %" PRIu64
            " records have another seed than in the earlier file, since they are linked "
            "otherwise now. Dates that were released of them are shifted otherwise: release "
            "all data again, and tell whoever has the earlier extract\n",
            fetched.moved);
  }
  return absl::OkStatus();
}

}  // namespace

Command AddSeedsCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "seeds", "After a linkage run, fetch what makes every site shift a person's dates alike");
  auto flags = std::make_shared<SeedsFlags>();
  flags->request.backoff.max_waits_before_progress = 3;
  AddConnectionFlags(*command, &flags->connection);
  command->add_option("--project", flags->request.project, "Name of the project")
      ->required()
      ->check(IsName());
  command->add_option("--run", flags->request.run, "The run; default: the newest")->check(IsName());
  command->add_option("--out", flags->request.file, "The file to write, for `deidentify --seeds`")
      ->required();
  command->footer(
      "Example:\n  blindlink-agent seeds --project flu --out state/seeds.csv \\\n"
      "      --resolver center:7443 --cert general.pem --key general.key --ca ca.pem");
  return {command, [flags] { return Seeds(*flags); }};
}

}  // namespace blindlink::agent
