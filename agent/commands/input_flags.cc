#include "agent/commands/input_flags.h"

#include <cstdio>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/standardize/number.h"
#include "agent/standardize/standardizer_version.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

std::string CheckPhoneCountry(const std::string& text) {
  return IsPhoneCountry(text) ? "" : "must be a country's two letters, as in ISO 3166";
}

std::string CheckDelimiter(const std::string& text) {
  return text.size() == 1 || text == "tab" ? "" : "must be one character, or tab";
}

}  // namespace

InputOptions InputFlags::ToOptions() const {
  InputOptions options;
  options.path = input;
  options.columns = columns;
  if (!delimiter.empty()) options.delimiter = delimiter == "tab" ? '\t' : delimiter[0];
  if (!date_order.empty()) options.date_order = ParseDateOrder(date_order);
  if (!phone_country.empty()) options.phone_country = phone_country;
  options.format = ParseInputFormat(format);
  options.layout = layout;
  return options;
}

void AddInputFlags(CLI::App& app, InputFlags* flags) {
  const char* group = "Input";
  app.add_option(
         "--input", flags->input,
         "CSV, TSV, JSON Lines, HL7 v2, FHIR Patients or fixed width, plain, gzip or zstd; - "
         "is standard input; a folder is PCORnet or OMOP tables")
      ->required()
      ->group(group);
  app.add_option("--input-format", flags->format,
                 "csv, json-lines, hl7, fhir, fixed-width, pcornet or omop [recognized]")
      ->check(CLI::IsMember(InputFormatNames()))
      ->group(group);
  app.add_option("--layout", flags->layout,
                 "Where the columns of a file of fixed width stand (docs/input-formats.md)")
      ->group(group);
  app.add_option("--columns", flags->columns,
                 "What columns mean where the header does not tell: role=header,...")
      ->group(group);
  app.add_option("--delimiter", flags->delimiter, "One character, or tab [detected]")
      ->check(CLI::Validator(CheckDelimiter, "C|tab"))
      ->group(group);
  app.add_option("--date-order", flags->date_order,
                 "How 03/04/1970 is read [detected, for each column]")
      ->check(CLI::IsMember({"mdy", "dmy", "ymd"}))
      ->group(group);
  app.add_option("--phone-country", flags->phone_country,
                 "The country of phone numbers that are written without a country code [US]")
      ->check(CLI::Validator(CheckPhoneCountry, "CC"))
      ->group(group);
  app.add_option(
         "--address-reference", flags->address_reference,
         "CSV of all streets (STREET, CITY, REGION, POSTCODE, as in OpenAddresses), from which "
         "misspelt streets are corrected and missing ZIP codes filled in")
      ->group(group);
}

absl::StatusOr<Plan> LoadPlan(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParsePlanText(text, path);
}

absl::StatusOr<Plan> ParsePlanText(const std::string& text, const std::string& name) {
  absl::StatusOr<Plan> plan = Plan::Parse(text);
  if (!plan.ok()) {
    return absl::Status(plan.status().code(), absl::StrCat(name, ": ", plan.status().message()));
  }
  if (plan->proto().standardizer_version() != kStandardizerVersion) {
    const std::string& wanted = plan->proto().standardizer_version();
    return absl::FailedPreconditionError(absl::StrCat(
        name, " asks for standardizer version ", wanted, ", and this agent has version ",
        kStandardizerVersion, ". Tokens of two versions never match, so every site of a project ",
        "must use the same one. Either install the agent release that has version ", wanted,
        ", or have the project start anew with a plan that says standardizer_version: \"",
        kStandardizerVersion, "\", which every site then tokenizes under"));
  }
  return plan;
}

absl::StatusOr<std::unique_ptr<AddressReference>> LoadAddressReference(const InputFlags& flags) {
  if (flags.address_reference.empty()) return nullptr;
  Progress progress("reading address reference", "rows", 0);
  std::vector<std::string> notes;
  BL_ASSIGN_OR_RETURN(
      AddressReference reference,
      AddressReference::Read(flags.address_reference, &notes,
                             [&](uint64_t rows, double share) { progress.Set(rows, share); }));
  progress.Finish();
  notes.push_back(absl::StrCat(flags.address_reference, ": ", reference.street_count(),
                               " streets from ", reference.rows(), " rows"));
  for (const std::string& note : notes) fprintf(stderr, "note: %s\n", note.c_str());
  return std::make_unique<AddressReference>(std::move(reference));
}

void PrintNotes(const OpenedInput& input) {
  for (const std::string& note : input.notes) fprintf(stderr, "note: %s\n", note.c_str());
}

}  // namespace blindlink::agent
