#include "researcher/timeline/event_date.h"

#include <algorithm>
#include <array>

namespace blindlink::researcher {
namespace {

// Days from 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant, "chrono-Compatible
// Low-Level Date Algorithms").
int32_t DaysFromCivil(int32_t year, int32_t month, int32_t day) {
  year -= month <= 2 ? 1 : 0;
  const int32_t era = year / 400;
  const int32_t year_of_era = year - era * 400;
  const int32_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

int32_t DaysInMonth(int32_t year, int32_t month) {
  constexpr std::array<int32_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

// The number that `digits` spell; -1 if they are not only digits.
int32_t NumberOf(absl::string_view digits) {
  int32_t number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

EventDate Months(int32_t year, int32_t first, int32_t last, DateDetail detail) {
  return {DaysFromCivil(year, first, 1), DaysFromCivil(year, last, DaysInMonth(year, last)),
          detail};
}

}  // namespace

std::optional<EventDate> ParseEventDate(absl::string_view text) {
  if (text.size() < 4) return std::nullopt;
  const int32_t year = NumberOf(text.substr(0, 4));
  if (year < 1000) return std::nullopt;
  if (text.size() == 4) return Months(year, 1, 12, DateDetail::kYear);
  if (text.size() < 7 || text[4] != '-') return std::nullopt;
  if (text[5] == 'Q') {
    const int32_t quarter = NumberOf(text.substr(6));
    if (text.size() != 7 || quarter < 1 || quarter > 4) return std::nullopt;
    return Months(year, quarter * 3 - 2, quarter * 3, DateDetail::kQuarter);
  }
  const int32_t month = NumberOf(text.substr(5, 2));
  if (month < 1 || month > 12) return std::nullopt;
  if (text.size() == 7) return Months(year, month, month, DateDetail::kMonth);
  if (text.size() != 10 || text[7] != '-') return std::nullopt;
  const int32_t day = NumberOf(text.substr(8));
  if (day < 1 || day > DaysInMonth(year, month)) return std::nullopt;
  const int32_t days = DaysFromCivil(year, month, day);
  return EventDate{days, days, DateDetail::kDay};
}

int32_t DaysBetween(const EventDate& a, const EventDate& b) {
  return std::max({0, a.first - b.last, b.first - a.last});
}

}  // namespace blindlink::researcher
