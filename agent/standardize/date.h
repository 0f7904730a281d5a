#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// A date as YYYYMMDD: digits alone, ISO, separated numbers in `order`, months named in English,
// Spanish, French, German, Italian, Portuguese or Dutch, Japanese eras (昭和45年3月4日, S45.3.4,
// and the claims files' 3450304), five digits as a spreadsheet counts days. A time after the date
// is ignored. Where `order` gives no date and the other order of day and month does, that one is
// taken. A date of which only the year, or year and month, is known (1970, Mar 1970, 1970-03-00,
// ??/??/1970) is YYYY or YYYYMM. Two-digit years are 1927 to 2026, whatever the day: only whether a
// date lies in the future depends on the clock. Expects folded, non-empty text. Thread-safe.
StandardizeResult StandardizeDate(absl::string_view folded, DateOrder order);

// Days in a month of the Gregorian calendar; 0 where there is no such month.
int DaysInMonth(int year, int month);

}  // namespace blindlink::agent
