#include "agent/clinical/dates/zip3.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"

namespace blindlink::agent {

std::string Zip3(absl::string_view zip) {
  static constexpr absl::string_view kSmall[] = {"036", "059", "063", "102", "203", "556",
                                                 "692", "790", "821", "823", "830", "831",
                                                 "878", "879", "884", "890", "893"};
  const absl::string_view start = zip.substr(0, 3);
  if (start.size() < 3 || !std::all_of(start.begin(), start.end(), absl::ascii_isdigit)) return "";
  const bool small = std::find(std::begin(kSmall), std::end(kSmall), start) != std::end(kSmall);
  return small ? "000" : std::string(start);
}

}  // namespace blindlink::agent
