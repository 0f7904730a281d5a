#include "agent/standardize/date_parts.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace blindlink::agent {
namespace {

constexpr absl::string_view kMonths[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                         "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};

// Empty if a number says that it is not known: 0, 99.
absl::string_view KnownPart(absl::string_view part) {
  int number = 0;
  const bool unknown = absl::SimpleAtoi(part, &number) && (number <= 0 || number == 99);
  return unknown ? absl::string_view() : part;
}

}  // namespace

std::string ComposeDate(absl::string_view year, absl::string_view month, absl::string_view day) {
  month = KnownPart(month);
  day = KnownPart(day);
  if (KnownPart(year).empty()) return "";
  if (month.empty()) return std::string(year);
  int number = 0;
  if (absl::SimpleAtoi(month, &number)) {
    if (number > 12) return absl::StrCat(year, "-", month, "-", day.empty() ? "1" : day);
    month = kMonths[number - 1];
  }
  return day.empty() ? absl::StrCat(month, " ", year) : absl::StrCat(day, " ", month, " ", year);
}

}  // namespace blindlink::agent
