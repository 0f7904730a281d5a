#include "agent/clinical/source/fhir_values.h"

#include <limits>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/clinical/source/amount.h"
#include "agent/clinical/source/code_system.h"

namespace blindlink::agent {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::string_view Std(absl::string_view text) { return {text.data(), text.size()}; }

bool IsOfPerson(absl::string_view reference, absl::string_view type) {
  for (const absl::string_view each : {"Patient", "RelatedPerson", "Person", "Practitioner"}) {
    if (type == each || absl::StartsWith(reference, absl::StrCat(each, "/")) ||
        absl::StrContains(reference, absl::StrCat("/", each, "/"))) {
      return true;
    }
  }
  return false;
}

}  // namespace

absl::string_view FhirReferenceId(absl::string_view reference) {
  if (const size_t history = reference.find("/_history/"); history != absl::string_view::npos) {
    reference = reference.substr(0, history);
  }
  const size_t end = reference.find_last_of("/#");
  if (end != absl::string_view::npos) return reference.substr(end + 1);
  absl::ConsumePrefix(&reference, "urn:uuid:");
  absl::ConsumePrefix(&reference, "urn:oid:");
  return reference;
}

absl::string_view FhirReference(const object& from,
                                std::initializer_list<absl::string_view> pointers) {
  return FhirReferenceId(FhirText(from, pointers));
}

FhirConcept ReadFhirConcept(const object& from, std::initializer_list<absl::string_view> pointers,
                            ClinicalTable table) {
  FhirConcept read;
  object concept_object;
  for (const absl::string_view pointer : pointers) {
    if (from.at_pointer(Std(pointer)).get_object().get(concept_object) == simdjson::SUCCESS) break;
    if (pointer == *(pointers.end() - 1)) return read;
  }
  read.text = std::string(FhirText(concept_object, {"/text"}));
  array codings;
  if (concept_object.at_key("coding").get_array().get(codings) != simdjson::SUCCESS) return read;
  int best = std::numeric_limits<int>::max();
  for (const element each : codings) {
    object coding;
    if (each.get_object().get(coding) != simdjson::SUCCESS) continue;
    const absl::string_view code = FhirText(coding, {"/code"});
    if (read.text.empty()) read.text = std::string(FhirText(coding, {"/display"}));
    const std::string system = CodeSystemOf(FhirText(coding, {"/system"}), table);
    const int rank = RankOfSystem(system, table);
    if (code.empty() || rank >= best) continue;
    best = rank;
    read.code = std::string(code);
    read.code_system = system;
  }
  return read;
}

std::string FhirPayer(const object& from, std::initializer_list<absl::string_view> pointers) {
  for (const absl::string_view pointer : pointers) {
    const absl::string_view shown = FhirText(from, {absl::StrCat(pointer, "/display")});
    const absl::string_view reference = FhirText(from, {absl::StrCat(pointer, "/reference")});
    const absl::string_view type = FhirText(from, {absl::StrCat(pointer, "/type")});
    if (!shown.empty() && shown != reference && !IsOfPerson(reference, type)) {
      return std::string(shown);
    }
  }
  return "";
}

std::string FhirAmount(const object& from, absl::string_view pointer) {
  element value;
  if (from.at_pointer(Std(pointer)).get(value) != simdjson::SUCCESS || !value.is_number())
    return "";
  bool ok = true;
  return AmountOf(simdjson::to_string(value), &ok);
}

absl::string_view FhirUsCoreText(const object& patient, absl::string_view name) {
  array extensions;
  if (patient.at_key("extension").get_array().get(extensions) != simdjson::SUCCESS) return {};
  for (const element each : extensions) {
    object extension;
    if (each.get_object().get(extension) != simdjson::SUCCESS) continue;
    if (!absl::EndsWith(FhirText(extension, {"/url"}), name)) continue;
    array parts;
    if (extension.at_key("extension").get_array().get(parts) != simdjson::SUCCESS) return {};
    for (const element part : parts) {
      object inner;
      if (part.get_object().get(inner) != simdjson::SUCCESS) continue;
      const absl::string_view text = FhirText(inner, {"/valueCoding/display", "/valueString"});
      if (!text.empty()) return text;
    }
  }
  return {};
}

}  // namespace blindlink::agent
