#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/conformance/conformance.h"
#include "agent/conformance/conformance_report.h"
#include "agent/conformance/published_vectors.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "common/cli/version.h"

namespace blindlink::agent {
namespace {

struct ConformanceFlags {
  std::string vectors;
  std::string out;
  std::string json;
};

absl::Status CheckAndReport(const ConformanceFlags& flags) {
  std::string vectors(PublishedVectors());
  if (!flags.vectors.empty()) {
    BL_ASSIGN_OR_RETURN(vectors, ReadFile(flags.vectors));
  }
  const absl::StatusOr<Conformance> report = CheckConformance(vectors);
  if (!report.ok()) {
    return absl::Status(report.status().code(),
                        absl::StrCat(flags.vectors.empty() ? "built-in vectors" : flags.vectors,
                                     ": ", report.status().message()));
  }
  const std::string json = ConformanceToJson(*report, ProgramAndVersion("blindlink-agent"));
  if (!flags.out.empty()) BL_RETURN_IF_ERROR(WriteFileAtomically(flags.out, json, 0600));
  BL_RETURN_IF_ERROR(PrintReport(ConformanceToText(*report, ProgramAndVersion("blindlink-agent")),
                                 json, flags.json));
  if (report->differing() == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      report->differing(), " of ", report->vectors(),
      " vectors differ: some tokens of this machine will not meet those of other sites. "
      "Install the agent release and the ICU that the project agreed on"));
}

}  // namespace

Command AddConformanceCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "conformance", "Check that this machine standardizes and hashes as published");
  auto flags = std::make_shared<ConformanceFlags>();
  command->add_option("--vectors", flags->vectors,
                      "A published vector file to use instead of the one built in");
  CLI::Option* out =
      command->add_option("--out", flags->out, "Also write the report to this file as JSON");
  AddJsonFlag(*command, "the report", &flags->json)->excludes(out);
  command->footer(
      "Exits with 0 if all vectors agree, otherwise with 4. Two sites with the same line "
      "\"outputs\" "
      "standardize alike.\n"
      "Examples:\n  blindlink-agent conformance\n"
      "  blindlink-agent conformance --vectors standardize.tsv --out conformance.json");
  return {command, [flags] { return CheckAndReport(*flags); }};
}

}  // namespace blindlink::agent
