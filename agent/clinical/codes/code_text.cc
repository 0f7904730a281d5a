#include "agent/clinical/codes/code_text.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace blindlink::agent {
namespace {

using Spelling = std::pair<const char*, const char*>;

// Letters and digits of a name, in small letters -> the system.
constexpr std::array<Spelling, 28> kSpellings = {
    {{"icd10cm", kIcd10Cm},   {"icd10", kIcd10Cm},
     {"icd10dx", kIcd10Cm},   {"icd10cmdx", kIcd10Cm},
     {"icd10pcs", kIcd10Pcs}, {"icd10px", kIcd10Pcs},
     {"icd9cm", kIcd9Cm},     {"icd9", kIcd9Cm},
     {"icd9dx", kIcd9Cm},     {"icd9cmdx", kIcd9Cm},
     {"icd9pcs", kIcd9Pcs},   {"icd9proc", kIcd9Pcs},
     {"icd9px", kIcd9Pcs},    {"icd9cmproc", kIcd9Pcs},
     {"icd9cmpx", kIcd9Pcs},  {"icd9cmprocedure", kIcd9Pcs},
     {"hcpcs", kHcpcs},       {"hcpcsii", kHcpcs},
     {"cpt", kCpt},           {"cpt4", kCpt},
     {"msdrg", kMsDrg},       {"drg", kMsDrg},
     {"ndc", kNdc},           {"ndc11", kNdc},
     {"atc", "ATC"},          {"rxnorm", "RxNorm"},
     {"revenue", kRevenue},   {"revenuecode", kRevenue}}};

// The sections of CPT by their first and last code.
constexpr std::array<std::pair<absl::string_view, absl::string_view>, 7> kCptSections = {
    {{"00100", "09999"},
     {"10000", "69999"},
     {"70000", "79999"},
     {"80000", "89999"},
     {"90000", "99199"},
     {"99200", "99499"},
     {"99500", "99999"}}};

std::string KeepOnly(absl::string_view text, bool (*wanted)(unsigned char)) {
  std::string kept;
  for (const char c : text) {
    if (wanted(static_cast<unsigned char>(c))) kept.push_back(absl::ascii_toupper(c));
  }
  return kept;
}

std::string PadLeft(absl::string_view digits, size_t size) {
  return absl::StrCat(std::string(size - std::min(size, digits.size()), '0'), digits);
}

std::string NdcOf(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  if (parts.size() != 3) return KeepOnly(text, absl::ascii_isalnum);
  return absl::StrCat(PadLeft(parts[0], 5), PadLeft(parts[1], 4), PadLeft(parts[2], 2));
}

}  // namespace

std::string CanonicalSystem(absl::string_view name) {
  const std::string key = absl::AsciiStrToLower(KeepOnly(name, absl::ascii_isalnum));
  for (const auto& [spelling, system] : kSpellings) {
    if (key == spelling) return std::string(system);
  }
  return std::string(absl::StripAsciiWhitespace(name));
}

std::string NormalizeCode(absl::string_view system, absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (IsByPrefix(system)) return KeepOnly(text, absl::ascii_isalnum);
  if (system == kHcpcs || system == kCpt) {
    return KeepOnly(text.substr(0, text.find('-')), absl::ascii_isalnum);
  }
  if (system == kNdc) return NdcOf(text);
  if (system == kMsDrg) return PadLeft(text, 3);
  if (system == kRevenue) return PadLeft(text, 4);
  return absl::AsciiStrToUpper(text);
}

bool IsByPrefix(absl::string_view system) {
  return system == kIcd10Cm || system == kIcd10Pcs || system == kIcd9Cm || system == kIcd9Pcs;
}

bool LooksLikeCpt(absl::string_view code) {
  if (code.size() != 5) return false;
  if (!std::all_of(code.begin(), code.begin() + 4, absl::ascii_isdigit)) return false;
  return absl::ascii_isdigit(static_cast<unsigned char>(code[4])) ||
         absl::string_view("FMTU").find(code[4]) != absl::string_view::npos;
}

std::string CptSection(absl::string_view code) {
  if (!LooksLikeCpt(code)) return "";
  if (!absl::ascii_isdigit(static_cast<unsigned char>(code[4]))) {
    return absl::StrCat("0001", code.substr(4), "-9999", code.substr(4));
  }
  for (const auto& [first, last] : kCptSections) {
    if (first <= code && code <= last) return absl::StrCat(first, "-", last);
  }
  return "";
}

std::string CptHundred(absl::string_view code) {
  if (!LooksLikeCpt(code) || !absl::ascii_isdigit(static_cast<unsigned char>(code[4]))) return "";
  return absl::StrCat(code.substr(0, 3), "00-", code.substr(0, 3), "99");
}

}  // namespace blindlink::agent
