#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/address_reference/address_validator.h"
#include "agent/commands/commands.h"
#include "agent/commands/input_flags.h"
#include "agent/profile/input_profile.h"
#include "common/base/status_macros.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

struct ProfileFlags {
  InputFlags input;
  std::string plan;
  bool json = false;
};

absl::Status Profile(const ProfileFlags& flags) {
  BL_ASSIGN_OR_RETURN(const Plan plan, LoadPlan(flags.plan));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<AddressReference> reference,
                      LoadAddressReference(flags.input));
  std::optional<AddressValidator> addresses;
  if (reference != nullptr) addresses.emplace(*reference, plan);
  RejectLog rejects;
  BL_ASSIGN_OR_RETURN(const OpenedInput input, OpenInput(flags.input.ToOptions(), plan, rejects));
  // With --json, standard output is a single JSON document.
  fprintf(flags.json ? stderr : stdout, "%s\n", input.mapping.ToText().c_str());
  PrintNotes(input);
  Progress progress("profiling", "records", 0);
  BL_ASSIGN_OR_RETURN(const InputProfile profile,
                      ProfileInput(
                          *input.source, plan, input.standardize, rejects,
                          [&](uint64_t records, double share) { progress.Set(records, share); },
                          addresses.has_value() ? &*addresses : nullptr));
  progress.Set(profile.records, 1);
  progress.Finish();
  fputs((flags.json ? ProfileToJson(profile) : ProfileToText(profile)).c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace

Command AddProfileCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "profile",
      "Show what a file offers a plan: completeness, problems, match keys; never values");
  auto flags = std::make_shared<ProfileFlags>();
  AddInputFlags(*command, &flags->input);
  command->add_option("--plan", flags->plan, "The linkage plan (.textproto)")->required();
  command->add_flag("--json", flags->json, "Print JSON instead of a table");
  command->footer(
      "Example:\n  blindlink-agent profile --input patients.csv --plan us-default.textproto \\\n"
      "      --columns 'record_id=MRN,date_of_birth=DOB'");
  return {command, [flags] { return Profile(*flags); }};
}

}  // namespace blindlink::agent
