#pragma once

#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// A piece of a written date: a number, a month's name, or a Japanese era.
struct DatePiece {
  enum class Kind { kNumber, kMonth, kEra };
  Kind kind = Kind::kNumber;
  int value = 0;       // the number (0 for "??"), the month (1 to 12), or the era's first year
  int digits = 0;      // how many digits a number has
  int era_years = 0;   // how many years an era has
  char before = '\0';  // the separator before a number
};

using DatePieces = absl::InlinedVector<DatePiece, 6>;

// Splits folded text into pieces, up to a time of day ("T00:00", " 12:30"). Returns nullopt if a
// word is not a month, era, weekday or filler such as "of" or 年, or if a number has more than 8
// digits.
std::optional<DatePieces> ReadDatePieces(absl::string_view folded);

// The era that claims files write as a leading digit: 1 is Meiji, 5 is Reiwa. Otherwise nullopt.
std::optional<DatePiece> EraOfDigit(int digit);

}  // namespace blindlink::agent
