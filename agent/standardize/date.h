#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/standard_value.h"

namespace blindlink {

// A date as YYYYMMDD: digits alone, ISO, separated numbers in `order`, named English months,
// Japanese eras (昭和45年3月4日, S45.3.4, and the claims files' 3450304). A time after the date is
// ignored. Where `order` gives no date and the other order of day and month does, that one is
// taken; two-digit years are the latest that are not in the future. Expects folded, non-empty text.
// Thread-safe.
StandardizeResult StandardizeDate(absl::string_view folded, DateOrder order);

// Days in a month of the Gregorian calendar; 0 where there is no such month.
int DaysInMonth(int year, int month);

}  // namespace blindlink
