#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The first day of the edition that a path such as "icd10cm_2021/icd10cm-order-Jan-2021.txt.gz" or
// "msdrg_v38_1.csv" names, "2021-01-01" and "2020-10-01": fiscal years begin in October, HCPCS in
// January. The file's name decides; else that of its folder. Empty if no year is named. Pure.
std::string EditionOf(absl::string_view path);

}  // namespace blindlink::agent
