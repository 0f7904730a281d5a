#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace blindlink::researcher {

// How exact a date of an extract is, the coarsest first.
enum class DateDetail : uint8_t { kYear, kQuarter, kMonth, kDay };

// The days that a date stands for, counted from 1970-01-01.
struct EventDate {
  int32_t first = 0;
  int32_t last = 0;
  DateDetail detail = DateDetail::kDay;
};

// Reads 2021-03-14, 2021-03, 2021-Q1 or 2021 (docs/formats/extract.md), years 1000 to 9999. Nothing
// if `text` is anything else, such as a day that its month does not have. Thread-safe.
std::optional<EventDate> ParseEventDate(absl::string_view text);

// The least number of days that may lie between them: 0 if they overlap.
int32_t DaysBetween(const EventDate& a, const EventDate& b);

}  // namespace blindlink::researcher
