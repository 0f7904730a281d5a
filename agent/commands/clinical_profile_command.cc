#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/clinical/source/clinical_profile.h"
#include "agent/clinical/source/clinical_source.h"
#include "agent/commands/commands.h"
#include "agent/commands/interrupt.h"
#include "agent/standardize/date_order.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

struct ClinicalProfileFlags {
  ClinicalOptions source;
  std::string date_order;
  std::string rejects;
  std::string json;
};

absl::Status Profile(ClinicalProfileFlags flags) {
  flags.source.date_order = ParseDateOrder(flags.date_order).value_or(DateOrder::kMonthDayYear);
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ClinicalSource> source,
                      ClinicalSource::Open(flags.source));
  if (PrintsText(flags.json)) printf("%s\n", source->DescribeFiles().c_str());
  auto rejects = std::make_unique<ClinicalRejects>();
  if (!flags.rejects.empty()) {
    BL_ASSIGN_OR_RETURN(rejects, ClinicalRejects::Create(flags.rejects));
  }
  const std::atomic<bool>* const cancel = CatchInterrupts();
  Progress progress("reading", "rows", 0);
  ClinicalProfile profile;
  const absl::Status read = source->ReadAll(
      *rejects,
      [&profile](const ClinicalRow& row) {
        profile.Add(row);
        return absl::OkStatus();
      },
      [&](uint64_t rows, double share) {
        progress.Set(rows, share);
        return *cancel ? absl::CancelledError("interrupted") : absl::OkStatus();
      });
  progress.Finish();
  const std::string text = profile.ToText(*rejects);
  const absl::Status finished = rejects->Finish();
  if (!read.ok() || !finished.ok()) {
    fputs(text.c_str(), stdout);
    return finished.ok() ? read : finished;
  }
  return PrintReport(text, profile.ToJson(*rejects, *source), flags.json);
}

}  // namespace

Command AddClinicalProfileCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "clinical-profile",
      "Show what a site's claims and clinical files are understood as: never values");
  auto flags = std::make_shared<ClinicalProfileFlags>();
  command
      ->add_option("--input", flags->source.inputs,
                   "Files, folders, or TABLE=FILE: CSV, PCORnet, OMOP, Medicare RIF, FHIR NDJSON")
      ->required();
  command->add_option("--columns", flags->source.columns,
                      "TABLE.ROLE=HEADER,… where a column is not recognized or read as another");
  command->add_option("--person-column", flags->source.person_columns,
                      "Further columns of persons to read, by their names");
  command
      ->add_option("--date-order", flags->date_order,
                   "How 03/04/2019 is read: mdy (default), dmy or ymd")
      ->check(CLI::IsMember({"mdy", "dmy", "ymd"}));
  command->add_option(
      "--rejects", flags->rejects,
      "Write every row that is not used to this CSV file: file, row, column, reason");
  AddJsonFlag(*command, "the counts", &flags->json);
  command->footer(
      "Example:\n  blindlink-agent clinical-profile --input claims-folder/ --rejects rejects.csv\n"
      "  blindlink-agent clinical-profile --input diagnoses=dx.csv --input visits=stays.csv \\\n"
      "      --columns 'diagnoses.name=DX_TEXT,visits.start=FROM'");
  return {command, [flags] { return Profile(*flags); }};
}

}  // namespace blindlink::agent
