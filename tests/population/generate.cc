#include "tests/population/generate.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/telemetry/progress.h"
#include "tests/population/contact_book.h"
#include "tests/population/home_book.h"
#include "tests/population/household_book.h"
#include "tests/population/name_book.h"
#include "tests/population/record_maker.h"
#include "tests/population/text_output.h"

namespace blindlink::population {
namespace {

constexpr uint64_t kRecordsBetweenProgress = 4096;

// One site's file and the records in it.
struct Site {
  const SiteLayout& layout;
  const std::string& name;
  const std::string& path;
  uint64_t records;
  uint64_t (Assignment::*person_at)(uint64_t) const;
  Purpose purpose;
  const ErrorRates& rates;
};

const char* NameOf(Origin origin) {
  switch (origin) {
    case Origin::kGeneral:
      return "general";
    case Origin::kHispanic:
      return "Hispanic";
    case Origin::kChinese:
      return "Chinese";
    case Origin::kVietnamese:
      return "Vietnamese";
    case Origin::kJapanese:
      return "Japanese";
    case Origin::kIndian:
      return "Indian";
  }
  return "";
}

// The features of a person's family that make the person hard to find, or easy to mistake for
// another.
const char* FamilyGroupOf(const Person& person) {
  if (person.twin) return "twin";
  if (!person.suffix.empty()) return "namesake";
  return person.birth_last.empty() || person.birth_last == person.last ? "other"
                                                                       : "surname by marriage";
}

class Generator {
 public:
  Generator(const Options& options, const Assignment& assignment)
      : options_(options),
        assignment_(assignment),
        homes_(options.seed),
        contacts_(options.seed),
        households_(options.seed, names_) {}

  absl::Status OpenTruth() {
    BL_RETURN_IF_ERROR(Open(options_.truth_out, "site,record,person\n", &truth_));
    BL_RETURN_IF_ERROR(Open(options_.groups_out, "site,record,origin,family\n", &groups_));
    return Open(options_.errors_out, "site,record,error\n", &errors_);
  }

  absl::StatusOr<ErrorCounts> Write(const Site& site) {
    std::optional<TextOutput> rows;
    std::string header;
    site.layout.AppendHeader(options_.without, header);
    BL_RETURN_IF_ERROR(Open(site.path, header, &rows));
    RecordMaker maker(names_, homes_, contacts_, site.rates);
    Progress progress(absl::StrCat("writing ", site.name), "records", site.records,
                      options_.progress);
    for (uint64_t position = 0; position < site.records; ++position) {
      BL_RETURN_IF_ERROR(WriteRecord(site, position, maker, *rows));
      if (position % kRecordsBetweenProgress == 0) progress.Set(position);
    }
    progress.Set(site.records);
    progress.Finish();
    BL_RETURN_IF_ERROR(rows->Close());
    return maker.counts();
  }

  absl::Status Close() {
    if (truth_) BL_RETURN_IF_ERROR(truth_->Close());
    if (groups_) BL_RETURN_IF_ERROR(groups_->Close());
    return errors_ ? errors_->Close() : absl::OkStatus();
  }

 private:
  absl::Status Open(const std::string& path, absl::string_view header,
                    std::optional<TextOutput>* output) const {
    if (path.empty()) return absl::OkStatus();
    const size_t buffer = options_.buffer == 0 ? TextOutput::kBufferBytes : options_.buffer;
    BL_ASSIGN_OR_RETURN(TextOutput opened, TextOutput::Open(path, buffer));
    output->emplace(std::move(opened));
    (*output)->buffer().append(header.data(), header.size());
    return (*output)->Written();
  }

  absl::Status WriteRecord(const Site& site, uint64_t position, RecordMaker& maker,
                           TextOutput& rows) {
    const Person& person = households_.PersonOf((assignment_.*site.person_at)(position));
    maker.Make(person, Draw(options_.seed, site.purpose, position), &record_);
    const std::string id = absl::StrFormat("%c%09d", site.layout.id_letter(), position);
    site.layout.AppendRow(id, record_, options_.without, rows.buffer());
    BL_RETURN_IF_ERROR(rows.Written());
    if (truth_) {
      absl::StrAppend(&truth_->buffer(), site.name, ",", id, ",", person.number, "\n");
      BL_RETURN_IF_ERROR(truth_->Written());
    }
    if (groups_) {
      absl::StrAppend(&groups_->buffer(), site.name, ",", id, ",", NameOf(person.origin), ",",
                      FamilyGroupOf(person), "\n");
      BL_RETURN_IF_ERROR(groups_->Written());
    }
    if (!errors_) return absl::OkStatus();
    for (const ErrorKind kind : record_.errors) {
      absl::StrAppend(&errors_->buffer(), site.name, ",", id, ",", NameOf(kind), "\n");
    }
    return errors_->Written();
  }

  const Options& options_;
  const Assignment& assignment_;
  const NameBook names_;
  const HomeBook homes_;
  const ContactBook contacts_;
  HouseholdBook households_;
  std::optional<TextOutput> truth_, groups_, errors_;
  Record record_;
};

}  // namespace

absl::StatusOr<Report> Generate(const Options& options) {
  BL_ASSIGN_OR_RETURN(const Assignment assignment, Assignment::Create(options.seed, options.sizes));
  Report report;
  report.shared_people = assignment.shared_people();
  Generator generator(options, assignment);
  BL_RETURN_IF_ERROR(generator.OpenTruth());
  if (!options.registry_out.empty()) {
    const Site site{RegistryLayout(),       options.registry_name,       options.registry_out,
                    options.sizes.registry, &Assignment::RegistryPerson, Purpose::kRegistryRecord,
                    options.registry_errors};
    BL_ASSIGN_OR_RETURN(report.registry, generator.Write(site));
    report.records += site.records;
  }
  if (!options.claims_out.empty()) {
    const Site site{ClaimsLayout(),       options.claims_name,       options.claims_out,
                    options.sizes.claims, &Assignment::ClaimsPerson, Purpose::kClaimsRecord,
                    options.claims_errors};
    BL_ASSIGN_OR_RETURN(report.claims, generator.Write(site));
    report.records += site.records;
  }
  BL_RETURN_IF_ERROR(generator.Close());
  return report;
}

}  // namespace blindlink::population
