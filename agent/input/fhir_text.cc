#include "agent/input/fhir_text.h"

#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace blindlink::agent {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

bool IsOtherIdentifier(const object& identifier) {
  const absl::string_view type = FhirText(identifier, {"/type/coding/0/code"});
  for (const absl::string_view other : {"SS", "DL", "PPN", "TAX", "SB", "NI"}) {
    if (type == other) return true;
  }
  const std::string system = absl::AsciiStrToLower(FhirText(identifier, {"/system"}));
  for (const absl::string_view other : {"us-ssn", "2.16.840.1.113883.4.1", "2.16.840.1.113883.4.3.",
                                        "passport", "nhs-number", "us-mbi"}) {
    if (absl::StrContains(system, other)) return true;
  }
  return false;
}

}  // namespace

absl::string_view FhirText(const object& from, std::initializer_list<absl::string_view> pointers) {
  for (const absl::string_view pointer : pointers) {
    std::string_view text;
    const std::string_view path(pointer.data(), pointer.size());
    if (from.at_pointer(path).get_string().get(text) != simdjson::SUCCESS) continue;
    const absl::string_view bare =
        absl::StripAsciiWhitespace(absl::string_view(text.data(), text.size()));
    if (!bare.empty()) return bare;
  }
  return {};
}

absl::string_view FhirPersonId(const object& patient, absl::string_view system) {
  absl::string_view first;
  array identifiers;
  if (patient.at_key("identifier").get_array().get(identifiers) == simdjson::SUCCESS) {
    for (const element each : identifiers) {
      object identifier;
      if (each.get_object().get(identifier) != simdjson::SUCCESS) continue;
      const absl::string_view value = FhirText(identifier, {"/value"});
      if (!system.empty()) {
        if (FhirText(identifier, {"/system"}) == system) return value;
        continue;
      }
      if (FhirText(identifier, {"/type/coding/0/code"}) == "MR" && !value.empty()) return value;
      if (first.empty() && !IsOtherIdentifier(identifier)) first = value;
    }
  }
  if (!system.empty()) return {};
  return first.empty() ? FhirText(patient, {"/id"}) : first;
}

}  // namespace blindlink::agent
