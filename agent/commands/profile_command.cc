#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/address_reference/address_validator.h"
#include "agent/commands/commands.h"
#include "agent/commands/input_flags.h"
#include "agent/pipeline/pseudonym_order.h"
#include "agent/profile/input_profile.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "common/plan/site_columns.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

struct ProfileFlags {
  InputFlags input;
  std::string plan;
  std::string json;
};

// What the plan would be if the other sites had the same columns. Nothing if that changes nothing.
std::string Advice(const Plan& plan, const InputProfile& profile) {
  const absl::StatusOr<std::string> text = PlanForSites(plan.text(), {ColumnsOf(profile)});
  if (!text.ok() || *text == plan.text()) return "";
  const absl::StatusOr<Plan> made = Plan::Parse(*text);
  return absl::StrCat("\nIf the other sites have the same columns, the project's match keys are\n",
                      DescribeChoice(made->proto(), made->choices()));
}

absl::Status Profile(const ProfileFlags& flags) {
  BL_ASSIGN_OR_RETURN(const Plan plan, LoadPlan(flags.plan));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<AddressReference> reference,
                      LoadAddressReference(flags.input));
  std::optional<AddressValidator> addresses;
  if (reference != nullptr) addresses.emplace(*reference, plan);
  RejectLog rejects;
  BL_ASSIGN_OR_RETURN(const OpenedInput input, OpenInput(flags.input.ToOptions(), plan, rejects));
  if (PrintsText(flags.json)) printf("%s\n", input.mapping.ToText().c_str());
  PrintNotes(input);
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<RecordSource> records,
                      GatherRecords(*input.source, plan, input.standardize, rejects));
  Progress progress("profiling", "records", 0);
  BL_ASSIGN_OR_RETURN(const InputProfile profile,
                      ProfileInput(
                          *records, plan, input.standardize, rejects,
                          [&](uint64_t records, double share) { progress.Set(records, share); },
                          addresses.has_value() ? &*addresses : nullptr));
  progress.Set(profile.records, 1);
  progress.Finish();
  return PrintReport(absl::StrCat(ProfileToText(profile), Advice(plan, profile)),
                     ProfileToJson(profile), flags.json);
}

}  // namespace

Command AddProfileCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "profile",
      "Show what a file offers a plan: completeness, problems, match keys; never values");
  auto flags = std::make_shared<ProfileFlags>();
  AddInputFlags(*command, &flags->input);
  command->add_option("--plan", flags->plan, "The linkage plan (.textproto)")->required();
  AddJsonFlag(*command, "the profile", &flags->json);
  command->footer(
      "Example:\n  blindlink-agent profile --input patients.csv --plan us-default.textproto \\\n"
      "      --columns 'record_id=MRN,date_of_birth=DOB'\n"
      "  blindlink-agent profile --input adt.hl7 --plan us-default.textproto\n"
      "  blindlink-agent profile --input pcornet/ --plan us-default.textproto\n"
      "  blindlink-agent profile --input patients.txt --layout patients.layout \\\n"
      "      --plan us-default.textproto");
  return {command, [flags] { return Profile(*flags); }};
}

}  // namespace blindlink::agent
