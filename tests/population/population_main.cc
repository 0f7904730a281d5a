// blindlink-population: files of invented people with known truth and known errors, of any size.
#include <cstdio>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_format.h"
#include "tests/population/generate.h"

namespace {

using namespace blindlink::population;  // NOLINT(google-build-using-namespace)

struct Flags {
  Options options;
  double registry_scale = 1, claims_scale = 1;
  std::vector<std::string> rates;
  bool list_errors = false;
};

constexpr char kExamples[] =
    "People are a pure function of the seed and their number, so the files need not be written in\n"
    "one go, and no memory holds them.\n\nExamples:\n"
    "  blindlink-population --registry 20000 --claims 1000000 --registry-out registry.csv \\\n"
    "      --claims-out claims.csv --truth-out truth.csv --errors-out errors.csv\n"
    "  blindlink-population --registry 20000 --claims 43000000 --claims-out - |\n"
    "      blindlink-agent run --input - ...\n"
    "  blindlink-population --list-errors";

void AddFileFlags(CLI::App& app, Options& options) {
  FileSizes& sizes = options.sizes;
  app.add_option("--seed", options.seed, "The same seed gives the same people")
      ->capture_default_str();
  app.add_option("--registry", sizes.registry, "Records of the registry")->required();
  app.add_option("--claims", sizes.claims, "Records of the claims")->required();
  app.add_option("--overlap", sizes.overlap, "Share of the registry's people who have claims too")
      ->capture_default_str();
  app.add_option("--registry-records-per-person", sizes.registry_records_per_person,
                 "On average, at least 1")
      ->capture_default_str();
  app.add_option("--records-per-person", sizes.claims_records_per_person,
                 "Of the claims, on average, at least 1")
      ->capture_default_str();
  app.add_option("--registry-out", options.registry_out, "File; - is standard output");
  app.add_option("--claims-out", options.claims_out, "File; - is standard output");
  app.add_option("--truth-out", options.truth_out,
                 "site,record,person of the records written in this call");
  app.add_option("--groups-out", options.groups_out,
                 "site,record,origin,family of the same records, for evaluate --subgroups");
  app.add_option("--errors-out", options.errors_out, "site,record,error, a row an error");
  app.add_option("--registry-name", options.registry_name, "Site name in truth and errors")
      ->capture_default_str();
  app.add_option("--claims-name", options.claims_name, "Site name in truth and errors")
      ->capture_default_str();
}

void AddErrorFlags(CLI::App& app, Flags& flags) {
  app.add_option("--registry-errors", flags.registry_scale, "Scales the registry's error rates")
      ->capture_default_str();
  app.add_option("--claims-errors", flags.claims_scale, "Scales the claims' error rates")
      ->capture_default_str();
  app.add_option("--rate", flags.rates, "KIND=RATE at both sites, whatever the scale");
  Without& without = flags.options.without;
  app.add_flag("--no-address", without.address, "Neither site has this, likewise below");
  app.add_flag("--no-dob", without.date_of_birth);
  app.add_flag("--no-ssn", without.ssn);
  app.add_flag("--no-phone", without.phone);
  app.add_flag("--no-email", without.email);
  app.add_flag("--no-middle-name", without.middle_name);
  app.add_flag("--no-sex", without.sex);
}

absl::Status Run(Flags& flags) {
  flags.options.registry_errors = ErrorRates(flags.registry_scale);
  flags.options.claims_errors = ErrorRates(flags.claims_scale);
  for (const std::string& rate : flags.rates) {
    for (ErrorRates* rates : {&flags.options.registry_errors, &flags.options.claims_errors}) {
      if (const absl::Status set = rates->Override(rate); !set.ok()) return set;
    }
  }
  flags.options.progress = true;
  const absl::StatusOr<Report> report = Generate(flags.options);
  if (!report.ok()) return report.status();
  absl::FPrintF(stderr, "%d records written; %d people are in both files\n", report->records,
                report->shared_people);
  return absl::OkStatus();
}

int ListErrors() {
  for (const ErrorKindFacts& facts : AllErrorKinds()) {
    absl::PrintF("%-24s %.3f\n", facts.name, facts.usual_rate);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "--list-errors") return ListErrors();
  Flags flags;
  CLI::App app("Writes files of invented people, with known truth and known errors.");
  AddFileFlags(app, flags.options);
  AddErrorFlags(app, flags);
  app.add_flag("--list-errors", flags.list_errors,
               "Print the kinds of errors and their usual rates");
  app.footer(kExamples);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    fprintf(stderr, "blindlink-population: %s (--help shows what there is)\n", error.what());
    return 2;
  }
  const absl::Status status = Run(flags);
  if (status.ok()) return 0;
  fprintf(stderr, "blindlink-population: %s\n", std::string(status.message()).c_str());
  return status.code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
}
