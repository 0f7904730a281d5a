#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Variants of dates in the form YYYYMMDD. A partial date has none. All functions are thread-safe.
// A function that gives one text gives an empty one if there is no such variant.

// Whether the text is a date between the years 1800 and 2199.
bool IsDate(absl::string_view text);

// Whether the text is a year, or a year and a month: YYYY, YYYYMM.
bool IsPartialDate(absl::string_view text);

// The date with day and month exchanged; empty if that is not a date or changes nothing.
std::string DayMonthSwapped(absl::string_view date);

// The same day one year earlier and later. 29 February becomes the 28th.
std::vector<std::string> NearYears(absl::string_view date);

// The month and the day: MMDD.
std::string MonthDay(absl::string_view date);

// The functions below take a damaged date as agent/standardize/date.h makes it: YYYYMMDD. If its
// day exists, its year is wrong; otherwise its day or its month is.

bool HasWrongYear(absl::string_view damaged);

// The parts that can be right: the year, or the year and the month; the month and the day.
std::string YearOfDamaged(absl::string_view damaged);
std::string YearMonthOfDamaged(absl::string_view damaged);
std::string MonthDayOfDamaged(absl::string_view damaged);
// The date with day and month exchanged, if that makes it possible: 1970-17-03 -> 1970-03-17.
std::string SwapOfDamaged(absl::string_view damaged);

}  // namespace blindlink::agent
