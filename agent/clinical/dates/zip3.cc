#include "agent/clinical/dates/zip3.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace blindlink::agent {

std::string Zip3(absl::string_view zip) {
  static constexpr absl::string_view kSmall[] = {"036", "059", "063", "102", "203", "556",
                                                 "692", "790", "821", "823", "830", "831",
                                                 "878", "879", "884", "890", "893"};
  // A spreadsheet took the zero from the front: 2139, 2139-1234.
  const absl::string_view area = zip.substr(0, zip.find('-'));
  const std::string whole = area.size() == 4 ? absl::StrCat("0", area) : std::string(area);
  if (whole.size() < 5) return "";
  const absl::string_view start = absl::string_view(whole).substr(0, 3);
  if (start.size() < 3 || !std::all_of(start.begin(), start.end(), absl::ascii_isdigit)) return "";
  const bool small = std::find(std::begin(kSmall), std::end(kSmall), start) != std::end(kSmall);
  return small ? "000" : std::string(start);
}

}  // namespace blindlink::agent
