#include "agent/clinical/source/code_system.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "agent/input/column_roles.h"

namespace blindlink::agent {
namespace {

using Names = absl::flat_hash_map<absl::string_view, absl::string_view>;

// By name, as NormalizeHeader leaves it; of a URI, the part that CodeSystemOf keeps.
const Names& KnownNames() {
  static const Names* const kNames = new Names{
      {"icd10cm", "ICD-10-CM"},
      {"icd10pcs", "ICD-10-PCS"},
      {"hcpcs", "HCPCS"},
      {"hcpcsii", "HCPCS"},
      {"cpt", "CPT"},
      {"cpt4", "CPT"},
      {"icd9cm", "ICD-9-CM"},
      {"icd9pcs", "ICD-9-PCS"},
      {"icd9proc", "ICD-9-PCS"},
      {"icd9cmprocedure", "ICD-9-PCS"},
      {"msdrg", "MS-DRG"},
      {"drg", "MS-DRG"},
      {"ndc", "NDC"},
      {"atc", "ATC"},
      {"rxnorm", "RxNorm"},
      {"rxcui", "RxNorm"},
      {"rxnormcui", "RxNorm"},
      {"revenue", "revenue"},
      {"rev", "revenue"},
      {"re", "revenue"},
      {"snomed", "SNOMED CT"},
      {"snomedct", "SNOMED CT"},
      {"sct", "SNOMED CT"},
      {"sm", "SNOMED CT"},
      {"loinc", "LOINC"},
      {"lc", "LOINC"},
      {"cvx", "CVX"},
      {"nd", "NDC"},
      {"rx", "RxNorm"},
      {"who", "ICD-10"},
  };
  return *kNames;
}

// URIs and OIDs that do not end in a known name, in lower case, without "http(s)://".
const Names& KnownUris() {
  static const Names* const kNames = new Names{
      {"hl7.org/fhir/sid/icd-10", "ICD-10"},
      {"hl7.org/fhir/sid/icd-9-cm/procedure", "ICD-9-PCS"},
      {"hl7.org/fhir/sid/icd-9-cm/diagnosis", "ICD-9-CM"},
      {"www.cms.gov/medicare/coding/icd10", "ICD-10-PCS"},
      {"www.cms.gov/medicare/coding/icd9", "ICD-9-PCS"},
      {"www.icd10data.com/icd10pcs", "ICD-10-PCS"},
      {"www.cms.gov/medicare/coding/hcpcsreleasecodesets", "HCPCS"},
      {"www.ama-assn.org/go/cpt", "CPT"},
      {"www.whocc.no/atc", "ATC"},
      {"snomed.info/sct", "SNOMED CT"},
      {"www.nubc.org/codesystem/revenuecodes", "revenue"},
      {"www.cms.gov/medicare/medicare-fee-for-service-payment/acuteinpatientpps/"
       "ms-drg-classifications-and-software",
       "MS-DRG"},
      {"urn:oid:2.16.840.1.113883.6.90", "ICD-10-CM"},
      {"urn:oid:2.16.840.1.113883.6.4", "ICD-10-PCS"},
      {"urn:oid:2.16.840.1.113883.6.3", "ICD-10"},
      {"urn:oid:2.16.840.1.113883.6.103", "ICD-9-CM"},
      {"urn:oid:2.16.840.1.113883.6.104", "ICD-9-PCS"},
      {"urn:oid:2.16.840.1.113883.6.285", "HCPCS"},
      {"urn:oid:2.16.840.1.113883.6.12", "CPT"},
      {"urn:oid:2.16.840.1.113883.6.88", "RxNorm"},
      {"urn:oid:2.16.840.1.113883.6.69", "NDC"},
      {"urn:oid:2.16.840.1.113883.6.73", "ATC"},
      {"urn:oid:2.16.840.1.113883.6.96", "SNOMED CT"},
      {"urn:oid:2.16.840.1.113883.6.1", "LOINC"},
  };
  return *kNames;
}

absl::string_view Find(const Names& names, absl::string_view name) {
  const auto found = names.find(name);
  return found == names.end() ? absl::string_view() : found->second;
}

absl::string_view OfUri(absl::string_view words) {
  std::string uri = absl::AsciiStrToLower(words);
  absl::string_view rest = uri;
  if (!absl::ConsumePrefix(&rest, "https://")) absl::ConsumePrefix(&rest, "http://");
  absl::ConsumeSuffix(&rest, "/");
  if (const absl::string_view known = Find(KnownUris(), rest); !known.empty()) return known;
  const size_t slash = rest.rfind('/');
  if (slash == absl::string_view::npos) return {};
  return Find(KnownNames(), NormalizeHeader(rest.substr(slash + 1)));
}

// What "9", "ICD-10" and the like mean in the table; empty for other words.
absl::string_view OfIcdVersion(absl::string_view normalized, ClinicalTable table) {
  absl::ConsumePrefix(&normalized, "icd");
  absl::ConsumePrefix(&normalized, "0");
  const bool procedures = table == ClinicalTable::kProcedures;
  if (normalized == "9") return procedures ? "ICD-9-PCS" : "ICD-9-CM";
  if (normalized == "10") return procedures ? "ICD-10-PCS" : "ICD-10-CM";
  return {};
}

bool SaysNothing(absl::string_view normalized) {
  for (const absl::string_view nothing : {"", "ni", "un", "ot", "ch", "unknown", "none", "null"}) {
    if (normalized == nothing) return true;
  }
  return false;
}

// Whether `text` has the form: 9 a digit, A a letter, X a digit or letter, * up to `rest` more X.
// Capitals only.
bool HasForm(absl::string_view text, absl::string_view form, size_t rest = 0) {
  if (text.size() < form.size() || text.size() > form.size() + rest) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const char kind = i < form.size() ? form[i] : 'X';
    const bool digit = absl::ascii_isdigit(c);
    const bool letter = absl::ascii_isupper(c);
    if (kind == '9' ? !digit : kind == 'A' ? !letter : !digit && !letter) return false;
  }
  return true;
}

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// A code without its dot; empty if the dot is not after the third character, or there are several.
std::string Undotted(absl::string_view code, size_t dot_at) {
  const size_t dot = code.find('.');
  if (dot == absl::string_view::npos) return std::string(code);
  if (dot != dot_at || code.find('.', dot + 1) != absl::string_view::npos) return "";
  return absl::StrReplaceAll(code, {{".", ""}});
}

bool IsIcd10(absl::string_view code) {
  const std::string bare = Undotted(code, 3);
  return HasForm(bare, "A9X", 4) && (absl::ascii_isdigit(static_cast<unsigned char>(bare[2])) ||
                                     bare[2] == 'A' || bare[2] == 'B');
}

bool IsIcd9Diagnosis(absl::string_view code) {
  if (code.empty()) return false;
  const bool external = code[0] == 'E';
  const std::string bare = Undotted(code, external ? 4 : 3);
  if (external) return HasForm(bare, "A999") || HasForm(bare, "A9999");
  if (code[0] == 'V')
    return HasForm(bare, "A99") || HasForm(bare, "A999") || HasForm(bare, "A9999");
  return AllDigits(bare) && bare.size() >= 3 && bare.size() <= 5;
}

absl::string_view DiagnosisForm(absl::string_view code, absl::CivilDay day) {
  const bool icd10 = IsIcd10(code);
  const bool icd9 = IsIcd9Diagnosis(code);
  if (icd10 && icd9) return day < absl::CivilDay(2015, 10, 1) ? "ICD-9-CM" : "ICD-10-CM";
  if (icd10) return "ICD-10-CM";
  if (icd9) return "ICD-9-CM";
  return AllDigits(code) && code.size() >= 6 && code.size() <= 18 ? "SNOMED CT" : "";
}

absl::string_view ProcedureForm(absl::string_view code) {
  if (HasForm(code, "99999") || HasForm(code, "9999A")) return "CPT";
  if (HasForm(code, "A9999")) return "HCPCS";
  if (AllDigits(code) && code.size() >= 6 && code[0] != '0') return "SNOMED CT";
  if (HasForm(code, "XXXXXXX") && !absl::StrContains(code, 'I') && !absl::StrContains(code, 'O')) {
    return "ICD-10-PCS";
  }
  const std::string bare = Undotted(code, 2);
  return AllDigits(bare) && bare.size() >= 3 && bare.size() <= 4 ? "ICD-9-PCS" : "";
}

absl::string_view DrugForm(absl::string_view code) {
  if (HasForm(code, "A99AA99")) return "ATC";
  if (HasForm(code, "A9999")) return "HCPCS";
  const std::string bare = absl::StrReplaceAll(code, {{"-", ""}});
  if (!AllDigits(bare)) return "";
  if (bare.size() == 11 || (bare.size() == 10 && bare.size() < code.size())) return "NDC";
  return bare.size() == code.size() && bare.size() <= 8 ? "RxNorm" : "";
}

}  // namespace

std::string CodeSystemOf(absl::string_view words, ClinicalTable table) {
  words = absl::StripAsciiWhitespace(words);
  const std::string normalized = NormalizeHeader(words);
  if (SaysNothing(normalized)) return "";
  absl::string_view found = OfIcdVersion(normalized, table);
  if (found.empty()) found = Find(KnownNames(), normalized);
  if (found.empty()) found = OfUri(words);
  return std::string(found.empty() ? words : found);
}

std::string CodeSystemByForm(absl::string_view code, ClinicalTable table, absl::CivilDay day) {
  switch (table) {
    case ClinicalTable::kDiagnoses:
      return std::string(DiagnosisForm(code, day));
    case ClinicalTable::kProcedures:
      return std::string(ProcedureForm(code));
    case ClinicalTable::kDrugs:
      return std::string(DrugForm(code));
    default:
      return "";
  }
}

absl::string_view CodeSystemOfHeader(absl::string_view header, ClinicalTable table) {
  absl::ConsumeSuffix(&header, "code");
  const absl::string_view version = OfIcdVersion(header, table);
  return version.empty() ? Find(KnownNames(), header) : version;
}

int RankOfSystem(absl::string_view system, ClinicalTable table) {
  static constexpr absl::string_view kDiagnoses[] = {"ICD-10-CM", "ICD-9-CM", "ICD-10",
                                                     "SNOMED CT"};
  static constexpr absl::string_view kProcedures[] = {"ICD-10-PCS", "HCPCS", "CPT", "ICD-9-PCS",
                                                      "SNOMED CT"};
  static constexpr absl::string_view kDrugs[] = {"RxNorm", "NDC", "ATC", "HCPCS"};
  absl::Span<const absl::string_view> order = kDrugs;
  if (table == ClinicalTable::kDiagnoses) order = kDiagnoses;
  if (table == ClinicalTable::kProcedures) order = kProcedures;
  return static_cast<int>(std::find(order.begin(), order.end(), system) - order.begin());
}

}  // namespace blindlink::agent
