#include "agent/input/fhir_patient.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/input/fhir_text.h"
#include "agent/input/period.h"
#include "agent/standardize/full_name.h"

namespace blindlink::agent {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr int kNotUsed = std::numeric_limits<int>::max();

int RankOfName(absl::string_view use) {
  if (use == "official") return 0;
  if (use == "usual") return 1;
  if (use.empty()) return 2;
  return use == "temp" ? 3 : kNotUsed;  // not nicknames and anonymous names
}

int RankOfAddress(const object& address) {
  const absl::string_view use = FhirText(address, {"/use"});
  const int rank = use == "home"   ? 0
                   : use.empty()   ? 2
                   : use == "temp" ? 4
                                   : kNotUsed;  // not those of work and for bills
  const bool postal = FhirText(address, {"/type"}) == "postal";
  return rank == kNotUsed || !postal ? rank : rank + 1;
}

// The column of an identifier that means the same at every site; empty for others.
absl::string_view ColumnOfIdentifier(const object& identifier) {
  const std::string system = absl::AsciiStrToLower(FhirText(identifier, {"/system"}));
  const absl::string_view type = FhirText(identifier, {"/type/coding/0/code"});
  const auto is = [&system](absl::string_view part) { return absl::StrContains(system, part); };
  if (is("us-ssn") || absl::EndsWith(system, "2.16.840.1.113883.4.1") || type == "SS") return "ssn";
  if (is("nhs-number")) return "nhs_number";
  if (is("us-mbi") || type == "MC") return "insurance_number";
  if (is("passport") || type == "PPN") return "passport_number";
  if (type == "NI" || (type.size() == 5 && absl::StartsWith(type, "NN"))) return "national_number";
  return "";
}

bool IsFhirDate(absl::string_view text) {
  constexpr absl::string_view kShape = "0000-00-00";
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = absl::ascii_isdigit(static_cast<unsigned char>(text[i]));
    if (kShape[i] == '-' ? text[i] != '-' : !digit) return false;
  }
  return true;
}

// A name that is only one text: no family name, no given names.
bool IsOnlyText(const object& name) {
  return FhirText(name, {"/family", "/given/0"}).empty() && !FhirText(name, {"/text"}).empty();
}

void AddName(const object& name, const std::string& given, const std::string& suffix,
             RowCells* cells) {
  if (IsOnlyText(name)) {
    const FullName split = SplitFullName(FhirText(name, {"/text"}));
    cells->Add("last_name", split.last);
    cells->Add("first_name", split.first);
    cells->Add("middle_name", split.middle);
    cells->Add("suffix", split.suffix);
    return;
  }
  cells->Add("last_name", FhirText(name, {"/family"}));
  cells->Add("first_name", FhirText(name, {"/given/0"}));
  cells->Add("middle_name", given);
  cells->Add("suffix", suffix);
}

}  // namespace

std::vector<object> FhirPatient::ObjectsAt(const object& patient, const char* member) {
  std::vector<object> found;
  array values;
  if (patient.at_key(member).get_array().get(values) != simdjson::SUCCESS) return found;
  for (const element each : values) {
    object value;
    if (each.get_object().get(value) == simdjson::SUCCESS) found.push_back(value);
  }
  return found;
}

std::string FhirPatient::TextsAt(const object& from, const char* member, size_t first,
                                 absl::string_view separator) {
  std::vector<absl::string_view> texts;
  array values;
  if (from.at_key(member).get_array().get(values) != simdjson::SUCCESS) return "";
  for (const element each : values) {
    std::string_view text;
    if (each.get_string().get(text) == simdjson::SUCCESS)
      texts.push_back({text.data(), text.size()});
  }
  texts.erase(texts.begin(),
              texts.begin() + static_cast<std::ptrdiff_t>(std::min(first, texts.size())));
  return absl::StrJoin(texts, separator);
}

bool FhirPatient::IsCurrent(const object& value, absl::string_view element_name) const {
  if (FhirText(value, {"/use"}) == "old") return false;
  const PeriodState state =
      StateOf(FhirText(value, {"/period/start"}), FhirText(value, {"/period/end"}), today_);
  if (state == PeriodState::kUnreadable) note_(element_name, "unreadable-period");
  return state == PeriodState::kCurrent || state == PeriodState::kUnreadable;
}

void FhirPatient::Read(const object& patient, RowCells* cells) const {
  ReadIdentifiers(patient, cells);
  ReadNames(patient, cells);
  ReadBirthDate(patient, cells);
  cells->Add("sex", FhirText(patient, {"/gender"}));
  ReadAddresses(patient, cells);
  ReadTelecoms(patient, cells);
  ReadLinks(patient);
}

void FhirPatient::ReadIdentifiers(const object& patient, RowCells* cells) const {
  cells->Add("record_id", FhirPersonId(patient, ""));
  for (const object& each : ObjectsAt(patient, "identifier")) {
    if (!IsCurrent(each, "identifier")) continue;
    const absl::string_view value = FhirText(each, {"/value"});
    const absl::string_view column = ColumnOfIdentifier(each);
    if (column.empty()) {
      // Can be named, as in --columns 'record_id=identifier.http://hospital.example/mrn'.
      const absl::string_view system = FhirText(each, {"/system"});
      if (!system.empty()) cells->Add(absl::StrCat("identifier.", system), value);
    } else if (cells->Get(column).empty()) {
      cells->Add(column, value);
    }
  }
}

void FhirPatient::ReadNames(const object& patient, RowCells* cells) const {
  const std::vector<object> names = ObjectsAt(patient, "name");
  std::vector<absl::string_view> former;
  const object* best = nullptr;
  int best_rank = kNotUsed;
  for (const object& each : names) {
    const absl::string_view use = FhirText(each, {"/use"});
    const bool current = IsCurrent(each, "name");
    const int rank = RankOfName(use);
    if (use == "maiden" || use == "old" || (!current && rank != kNotUsed)) {
      former.push_back(FhirText(each, {"/family"}));
    } else if (current && rank < best_rank) {
      best = &each;
      best_rank = rank;
    }
  }
  if (best != nullptr) {
    AddName(*best, TextsAt(*best, "given", 1, " "), TextsAt(*best, "suffix", 0, " "), cells);
  }
  // After the current one: of several values of a field the first is the main one.
  for (const absl::string_view name : former) cells->Add("maiden_name", name);
}

void FhirPatient::ReadBirthDate(const object& patient, RowCells* cells) const {
  const absl::string_view date = FhirText(patient, {"/birthDate"});
  if (date.empty() || IsFhirDate(date)) return cells->Add("date_of_birth", date);
  note_("birthDate", "not-a-fhir-date");
}

void FhirPatient::ReadAddresses(const object& patient, RowCells* cells) const {
  const std::vector<object> addresses = ObjectsAt(patient, "address");
  const object* best = nullptr;
  int best_rank = kNotUsed;
  for (const object& each : addresses) {
    const int rank = RankOfAddress(each);
    if (rank >= best_rank || !IsCurrent(each, "address")) continue;
    best = &each;
    best_rank = rank;
  }
  if (best == nullptr) return;
  const absl::string_view first = FhirText(*best, {"/line/0", "/text"});
  cells->Add("street_address", first);
  cells->Add("address_line2", TextsAt(*best, "line", 1, ", "));
  cells->Add("city", FhirText(*best, {"/city"}));
  cells->Add("state", FhirText(*best, {"/state"}));
  cells->Add("zip", FhirText(*best, {"/postalCode"}));
}

void FhirPatient::ReadTelecoms(const object& patient, RowCells* cells) const {
  for (const object& each : ObjectsAt(patient, "telecom")) {
    const absl::string_view system = FhirText(each, {"/system"});
    const bool phone = system == "phone" || system == "sms";
    if (!phone && system != "email") continue;
    if (FhirText(each, {"/use"}) == "work" || !IsCurrent(each, "telecom")) continue;
    cells->Add(phone ? "phone" : "email", FhirText(each, {"/value"}));
  }
}

void FhirPatient::ReadLinks(const object& patient) const {
  for (const object& each : ObjectsAt(patient, "link")) {
    if (FhirText(each, {"/type"}) == "replaced-by") note_("link", "merge-not-interpreted");
  }
}

}  // namespace blindlink::agent
