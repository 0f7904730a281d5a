#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Standardizes a date to YYYYMMDD. It may be written as plain digits, in ISO format, as separated
// numbers in `order`, with a month named in English, Spanish, French, German, Italian, Portuguese
// or Dutch, in a Japanese era (昭和45年3月4日, S45.3.4, or 3450304 as in claims files), or as the
// five digits of a spreadsheet's day number. A time after the date is ignored. If `order` gives no
// valid date but exchanging day and month does, the exchanged date is used. If only the year, or
// the year and month, are known (1970, Mar 1970, 1970-03-00, ??/??/1970), the result is YYYY or
// YYYYMM. A two-digit year always means 1927 to 2026; the clock only decides whether a date lies in
// the future. A date that is impossible, before `earliest_year` or in the future is invalid; if its
// year, or its month and day, can be right, it is a damaged value, YYYYMMDD as written. Expects
// folded, non-empty text. Thread-safe.
StandardizeResult StandardizeDate(absl::string_view folded, DateOrder order, int earliest_year);

// The number of days in a month of the Gregorian calendar; 0 if there is no such month.
int DaysInMonth(int year, int month);

}  // namespace blindlink::agent
