#include "agent/variants/date_variants.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/standardize/date.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

int Number(absl::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

std::string Exchanged(absl::string_view date) {
  return absl::StrCat(date.substr(0, 4), date.substr(6), date.substr(4, 2));
}

}  // namespace

bool IsDate(absl::string_view text) {
  if (text.size() != 8 || !IsDigits(text)) return false;
  const int year = Number(text.substr(0, 4));
  const int day = Number(text.substr(6));
  return year >= 1800 && year < 2200 && day >= 1 &&
         day <= DaysInMonth(year, Number(text.substr(4, 2)));
}

bool IsPartialDate(absl::string_view text) { return text.size() < 8; }

std::string DayMonthSwapped(absl::string_view date) {
  if (!IsDate(date)) return "";
  const std::string swapped = Exchanged(date);
  return IsDate(swapped) && swapped != date ? swapped : "";
}

std::vector<std::string> NearYears(absl::string_view date) {
  std::vector<std::string> dates;
  if (!IsDate(date)) return dates;
  const int month = Number(date.substr(4, 2));
  for (const int step : {-1, 1}) {
    const int year = Number(date.substr(0, 4)) + step;
    const int day = std::min(Number(date.substr(6)), DaysInMonth(year, month));
    dates.push_back(absl::StrFormat("%04d%02d%02d", year, month, day));
  }
  return dates;
}

std::string MonthDay(absl::string_view date) {
  return IsDate(date) ? std::string(date.substr(4)) : "";
}

bool HasWrongYear(absl::string_view damaged) {
  const int days = DaysInMonth(Number(damaged.substr(0, 4)), Number(damaged.substr(4, 2)));
  const int day = Number(damaged.substr(6));
  return day >= 1 && day <= days;
}

std::string YearOfDamaged(absl::string_view damaged) {
  return HasWrongYear(damaged) ? "" : std::string(damaged.substr(0, 4));
}

std::string YearMonthOfDamaged(absl::string_view damaged) {
  const int month = Number(damaged.substr(4, 2));
  if (HasWrongYear(damaged) || month < 1 || month > 12) return "";
  return std::string(damaged.substr(0, 6));
}

std::string MonthDayOfDamaged(absl::string_view damaged) {
  // Of a leap year, because 29 February is wrong in its year only.
  return MonthDay(absl::StrCat("2000", damaged.substr(4)));
}

std::string SwapOfDamaged(absl::string_view damaged) {
  if (HasWrongYear(damaged)) return "";
  const std::string swapped = Exchanged(damaged);
  return IsDate(swapped) ? swapped : "";
}

}  // namespace blindlink::agent
