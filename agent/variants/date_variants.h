#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Of dates as YYYYMMDD; a partial date has none of these forms. Thread-safe.

// Whether it is a day between 1800 and 2199.
bool IsDate(absl::string_view text);

// Whether only the year, or the year and the month, are known: YYYY, YYYYMM.
bool IsPartialDate(absl::string_view text);

// Day and month exchanged; empty where that is no date or no change.
std::string DayMonthSwapped(absl::string_view date);

// The same day of the year before and after; 29 February becomes the 28th.
std::vector<std::string> NearYears(absl::string_view date);

// MMDD.
std::string MonthDay(absl::string_view date);

}  // namespace blindlink::agent
