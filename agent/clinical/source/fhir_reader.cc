#include "agent/clinical/source/fhir_reader.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/source/clinical_day.h"
#include "agent/clinical/source/fhir_values.h"
#include "agent/clinical/source/value_words.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

using simdjson::dom::object;

const std::vector<Layout>& FhirLayouts() {
  static const auto* const kLayouts = [] {
    auto* made = new std::vector<Layout>;
    const auto add = [made](absl::string_view type, ClinicalPart part) {
      made->push_back({ClinicalShape::kFhir, type, part, {}, {}});
    };
    add("Patient", ClinicalPart::kPersons);
    add("Claim", ClinicalPart::kClaims);
    add("Encounter", ClinicalPart::kVisits);
    add("Condition", ClinicalPart::kDiagnoses);
    add("Procedure", ClinicalPart::kProcedures);
    add("MedicationRequest", ClinicalPart::kDrugs);
    add("MedicationDispense", ClinicalPart::kDrugs);
    add("MedicationAdministration", ClinicalPart::kDrugs);
    add("MedicationStatement", ClinicalPart::kDrugs);
    add("Coverage", ClinicalPart::kEnrolment);
    add("another resource", ClinicalPart::kNothing);
    return made;
  }();
  return *kLayouts;
}

absl::StatusOr<std::unique_ptr<JsonObjects>> OpenObjects(std::unique_ptr<ByteSource> bytes,
                                                         RejectLog* rejects) {
  InputBuffer buffer(std::move(bytes));
  BL_RETURN_IF_ERROR(buffer.BeginText());
  return std::make_unique<JsonObjects>(std::move(buffer), rejects);
}

bool HasNul(const ClinicalRow& row) {
  for (const std::string* text :
       {&row.person, &row.visit, &row.control_number, &row.setting, &row.provider, &row.payer,
        &row.code, &row.code_system, &row.name, &row.zip}) {
    if (absl::StrContains(*text, '\0')) return true;
  }
  for (const auto& [name, value] : row.further) {
    if (absl::StrContains(value, '\0')) return true;
  }
  return false;
}

// Why a resource tells of nothing that happened; `reason` is null if it does.
struct NotDone {
  const char* element = nullptr;
  const char* reason = nullptr;
};

NotDone WhyNotDone(const object& resource) {
  static constexpr struct {
    const char* element;
    absl::string_view code;
    const char* reason;
  } kCodes[] = {
      {"status", "entered-in-error", "entered-in-error"},
      {"status", "cancelled", "not-done"},
      {"status", "not-done", "not-done"},
      {"status", "not-taken", "not-done"},
      {"status", "declined", "not-done"},
      {"status", "planned", "planned"},
      {"status", "preparation", "planned"},
      {"status", "intended", "planned"},
      {"status", "draft", "planned"},
      {"intent", "proposal", "planned"},
      {"intent", "plan", "planned"},
      {"intent", "option", "planned"},
      {"use", "preauthorization", "not-billed"},
      {"use", "predetermination", "not-billed"},
  };
  for (const char* element : {"status", "intent", "use"}) {
    const absl::string_view code = FhirText(resource, {absl::StrCat("/", element)});
    for (const auto& each : kCodes) {
      if (code == each.code && absl::string_view(element) == each.element) {
        return {each.element, each.reason};
      }
    }
  }
  bool not_to_do = false;
  const auto read = resource.at_key("doNotPerform").get_bool().get(not_to_do);
  if (read == simdjson::SUCCESS && not_to_do) return {"doNotPerform", "not-done"};
  return {};
}

// The element that a role comes from, for the reject log.
absl::string_view ElementOf(ClinicalRole role) {
  switch (role) {
    case ClinicalRole::kPerson:
      return "subject";
    case ClinicalRole::kVisit:
      return "encounter";
    case ClinicalRole::kStart:
    case ClinicalRole::kEnd:
      return "period";
    default:
      return NameOf(role);
  }
}

}  // namespace

FhirReader::FhirReader(ClinicalFile* file, ReadingContext* context, FhirClaims* claims,
                       std::string person_system)
    : file_(*file),
      context_(*context),
      claims_(*claims),
      person_system_(std::move(person_system)),
      rejects_(file->name, &context->rejects) {}

const Layout* FhirReader::LayoutOf(absl::string_view type) {
  for (const Layout& layout : FhirLayouts()) {
    if (layout.name == type) return &layout;
  }
  return &FhirLayouts().back();
}

absl::StatusOr<const Layout*> FhirReader::Recognize(const std::string& path) {
  RejectLog ignored;
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<JsonObjects> objects,
                      OpenObjects(std::move(bytes), &ignored));
  object resource;
  BL_ASSIGN_OR_RETURN(const bool any, objects->Next(&resource));
  if (!any) return nullptr;
  const absl::string_view type = FhirText(resource, {"/resourceType"});
  return type.empty() ? nullptr : LayoutOf(type);
}

absl::Status FhirReader::ReadAll() {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(file_.path));
  return ReadAllFrom(std::move(bytes));
}

absl::Status FhirReader::ReadAllFrom(std::unique_ptr<ByteSource> bytes) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<JsonObjects> objects,
                      OpenObjects(std::move(bytes), &rejects_));
  object resource;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, objects->Next(&resource));
    file_.rows = number_ = objects->rows_read();
    if (!more) return absl::OkStatus();
    BL_RETURN_IF_ERROR(Use(resource));
    BL_RETURN_IF_ERROR(context_.row_read(objects->ShareRead()));
  }
}

absl::Status FhirReader::Use(const object& resource) {
  if (FhirText(resource, {"/resourceType"}) != file_.layout->name) {
    Reject("resourceType", "another-resource");
    return absl::OkStatus();
  }
  if (const NotDone not_done = WhyNotDone(resource); not_done.reason != nullptr) {
    Reject(not_done.element, not_done.reason);
    return absl::OkStatus();
  }
  const ClinicalPart part = file_.layout->part;
  ClinicalRow row;
  row.table = TableOf(part).value_or(ClinicalTable::kVisits);
  row.file = file_.number;
  row.number = number_;
  if (part == ClinicalPart::kClaims && KeepClaim(resource)) return absl::OkStatus();
  const bool made = part == ClinicalPart::kPersons     ? MakePatient(resource, &row)
                    : part == ClinicalPart::kVisits    ? MakeEncounter(resource, &row)
                    : part == ClinicalPart::kClaims    ? MakeClaim(resource, &row)
                    : part == ClinicalPart::kEnrolment ? MakeCoverage(resource, &row)
                                                       : MakeEvent(resource, &row);
  if (!made) return absl::OkStatus();
  if (HasNul(row)) {
    Reject("", "nul-byte");
    return absl::OkStatus();
  }
  BL_ASSIGN_OR_RETURN(const Refusal refusal, context_.gate.Admit(&row));
  if (refusal.reason == nullptr) {
    ++file_.used;
  } else {
    Reject(ElementOf(refusal.role), refusal.reason);
  }
  return absl::OkStatus();
}

bool FhirReader::KeepClaim(const object& claim) {
  switch (claims_.Add(claim, {file_.number, number_})) {
    case FhirClaims::Added::kWithoutEncounter:
      return false;
    case FhirClaims::Added::kSecond:
      Reject("encounter", "second-claim");
      return true;
    case FhirClaims::Added::kKept:
      ++file_.used;
  }
  return true;
}

bool FhirReader::MakePatient(const object& patient, ClinicalRow* row) {
  row->person = std::string(FhirPersonId(patient, person_system_));
  if (const absl::string_view id = FhirText(patient, {"/id"});
      !id.empty() && !row->person.empty()) {
    context_.persons.Add(id, row->person);
  }
  row->sex = SexOf(FhirText(patient, {"/gender"}));
  row->zip = std::string(FhirText(patient, {"/address/0/postalCode"}));
  const WrittenDay birth = ReadDay(FhirText(patient, {"/birthDate"}));
  row->birth = birth.day;
  row->birth_year = birth.year;
  if (birth.why_not != nullptr && !birth.year.has_value()) {
    Reject("birthDate", birth.why_not, /*whole_row=*/false);
  }
  const WrittenDay death = ReadDay(FhirText(patient, {"/deceasedDateTime"}));
  row->death = death.day;
  if (death.why_not != nullptr) Reject("deceasedDateTime", death.why_not, /*whole_row=*/false);
  const auto further = [row](absl::string_view name, absl::string_view value) {
    if (!value.empty()) row->further.emplace_back(std::string(name), std::string(value));
  };
  further("race", FhirUsCoreText(patient, "us-core-race"));
  further("ethnicity", FhirUsCoreText(patient, "us-core-ethnicity"));
  further("marital", FhirText(patient, {"/maritalStatus/coding/0/code", "/maritalStatus/text"}));
  further("state", FhirText(patient, {"/address/0/state"}));
  further("county", FhirText(patient, {"/address/0/district"}));
  further("city", FhirText(patient, {"/address/0/city"}));
  if (!DropDeathBeforeBirth(row)) {
    Reject("deceasedDateTime", "death-before-birth", /*whole_row=*/false);
  }
  return true;
}

std::string FhirReader::SettingOfElement(absl::string_view element, absl::string_view words) {
  const std::optional<std::string> setting = SettingOf(words);
  if (!setting.has_value()) Reject(element, "unknown-setting", /*whole_row=*/false);
  return setting.value_or("");
}

bool FhirReader::MakeEncounter(const object& encounter, ClinicalRow* row) {
  row->visit = std::string(FhirText(encounter, {"/id"}));
  row->person = PersonAt(encounter, {"/subject/reference"});
  row->setting =
      SettingOfElement("class", FhirText(encounter, {"/class/code", "/class/0/coding/0/code"}));
  row->provider =
      std::string(FhirText(encounter, {"/serviceProvider/display", "/serviceProvider/reference"}));
  claims_.Complete(row->visit, row);
  return ReadDayAt(encounter, {"/period/start", "/actualPeriod/start"}, &row->start) &&
         ReadDayAt(encounter, {"/period/end", "/actualPeriod/end"}, &row->end);
}

bool FhirReader::MakeClaim(const object& claim, ClinicalRow* row) {
  row->visit = std::string(FhirText(claim, {"/id"}));
  row->person = PersonAt(claim, {"/patient/reference"});
  row->setting = SettingOfElement("type", FhirText(claim, {"/type/coding/0/code"}));
  FhirClaims::Describe(claim, row);
  return ReadDayAt(claim, {"/billablePeriod/start", "/created"}, &row->start) &&
         ReadDayAt(claim, {"/billablePeriod/end"}, &row->end);
}

bool FhirReader::MakeEvent(const object& resource, ClinicalRow* row) {
  row->visit = std::string(FhirReference(resource, {"/encounter/reference", "/context/reference"}));
  row->person = PersonAt(resource, {"/subject/reference", "/patient/reference"});
  FhirConcept said = ReadFhirConcept(
      resource, {"/code", "/medicationCodeableConcept", "/medication/concept"}, row->table);
  if (said.text.empty()) {
    said.text = std::string(FhirText(resource, {"/medicationReference/display"}));
  }
  row->code = std::move(said.code);
  row->code_system = std::move(said.code_system);
  row->name = std::move(said.text);
  if (row->table == ClinicalTable::kDiagnoses) {
    row->seq = claims_.SequenceOf(FhirText(resource, {"/id"}));
    return ReadCertainty(resource, row) &&
           ReadDayAt(resource, {"/recordedDate", "/onsetDateTime", "/onsetPeriod/start"},
                     &row->start);
  }
  return ReadDayAt(resource,
                   {"/performedDateTime", "/performedPeriod/start", "/occurrenceDateTime",
                    "/authoredOn", "/whenHandedOver", "/effectiveDateTime",
                    "/effectivePeriod/start", "/whenPrepared", "/dateAsserted"},
                   &row->start);
}

bool FhirReader::ReadCertainty(const object& condition, ClinicalRow* row) {
  std::optional<std::string> certainty = "";
  for (const absl::string_view pointer :
       {"/verificationStatus/coding/0/code", "/verificationStatus/coding/0/display",
        "/verificationStatus/coding/1/code", "/verificationStatus/text"}) {
    const absl::string_view words = FhirText(condition, {pointer});
    if (words.empty()) continue;
    certainty = CertaintyOf(words);
    if (certainty.has_value()) break;
  }
  row->certainty = certainty.value_or("");
  if (!certainty.has_value()) {
    Reject("verificationStatus", "unknown-certainty", /*whole_row=*/false);
  }
  if (row->certainty != kRefuted) return true;
  Reject("verificationStatus", "refuted");
  return false;
}

bool FhirReader::MakeCoverage(const object& coverage, ClinicalRow* row) {
  row->person = PersonAt(coverage, {"/beneficiary/reference"});
  // Who pays for themselves is no payer, whatever the reference looks like.
  const bool self = !context_.persons.IdOf(FhirReference(coverage, {"/payor/0/reference"})).empty();
  if (!self) row->payer = FhirPayer(coverage, {"/payor/0"});
  return ReadDayAt(coverage, {"/period/start"}, &row->start) &&
         ReadDayAt(coverage, {"/period/end"}, &row->end);
}

bool FhirReader::ReadDayAt(const object& resource,
                           std::initializer_list<absl::string_view> pointers,
                           std::optional<absl::CivilDay>* day) {
  for (const absl::string_view pointer : pointers) {
    const absl::string_view text = FhirText(resource, {pointer});
    if (text.empty()) continue;
    const WrittenDay written = ReadDay(text);
    *day = written.day;
    if (written.why_not == nullptr) return true;
    Reject(pointer.substr(1), written.why_not);
    return false;
  }
  return true;
}

std::string FhirReader::PersonAt(const object& resource,
                                 std::initializer_list<absl::string_view> pointers) const {
  return ResolveId(context_.persons, FhirReference(resource, pointers));
}

void FhirReader::Reject(absl::string_view element, const char* reason, bool whole_row) {
  rejects_.Add({number_, std::string(element), reason}, whole_row);
}

}  // namespace blindlink::agent
