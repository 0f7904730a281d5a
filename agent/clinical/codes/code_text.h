#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Names of code systems and the written form of codes. Pure functions; thread-safe.

inline constexpr char kIcd10Cm[] = "ICD-10-CM";
inline constexpr char kIcd10Pcs[] = "ICD-10-PCS";
inline constexpr char kIcd9Cm[] = "ICD-9-CM";
inline constexpr char kIcd9Pcs[] = "ICD-9-PCS";
inline constexpr char kHcpcs[] = "HCPCS";
inline constexpr char kCpt[] = "CPT";
inline constexpr char kMsDrg[] = "MS-DRG";
inline constexpr char kNdc[] = "NDC";
inline constexpr char kRevenue[] = "revenue";

// The name that release plans and extracts use, for the ways in which sources write it: "icd10cm",
// "ICD10CM" and "ICD-10-CM" are one system. Names it does not know are returned without blanks
// around them.
std::string CanonicalSystem(absl::string_view name);

// The form in which a code of `system` (a canonical name) is looked up and released: capitals
// without blanks around; ICD codes without dots, HCPCS and CPT codes without modifiers, NDC as 11
// digits, MS-DRG as 3, revenue codes as 4.
std::string NormalizeCode(absl::string_view system, absl::string_view text);

// Whether the beginnings of a code of `system` are headings above it, as in all of ICD.
bool IsByPrefix(absl::string_view system);

// Whether a normalized code has the shape of a CPT code: five digits, or four and F, M, T or U.
bool LooksLikeCpt(absl::string_view code);

// The range of CPT codes that `code` belongs to, such as "99202-99499", and the hundred, such as
// "99200-99299"; empty unless LooksLikeCpt. Numbers only: the titles are not free to use.
std::string CptSection(absl::string_view code);
std::string CptHundred(absl::string_view code);

}  // namespace blindlink::agent
