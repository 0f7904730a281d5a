#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

struct WrittenDay {
  std::optional<absl::CivilDay> day;
  std::optional<int> year;  // also if only the year, or year and month, are written
  // Null if `day` is there or the text is empty. Otherwise "not-a-date", "impossible-date" (no such
  // day, or not between 1850 and 2149) or "incomplete-date".
  const char* why_not = nullptr;
};

// Reads a day as clinical files write it: 2018-11-01, with a time and a time zone or without
// (the day is that which is written, whatever the zone); 20181101; 19-Mar-2017, 19MAR2017; and
// numbers between slashes, dots or hyphens in `order`, with a year of four digits. Never guesses: a
// day that is impossible in this order is not read in another. Pure, thread-safe.
WrittenDay ReadDay(absl::string_view text, DateOrder order = DateOrder::kMonthDayYear);

}  // namespace blindlink::agent
