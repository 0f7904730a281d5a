#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Variants of dates in the form YYYYMMDD. A partial date has none. All functions are thread-safe.

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

}  // namespace blindlink::agent
