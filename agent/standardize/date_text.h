#pragma once

#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// A piece of a written date: a number with its count of digits, a month's name, or a Japanese era.
struct DatePiece {
  enum class Kind { kNumber, kMonth, kEra };
  Kind kind = Kind::kNumber;
  int value = 0;       // the number (0: "??"), the month 1..12, or the era's first year
  int digits = 0;      // of a number
  int era_years = 0;   // how many years the era had
  char before = '\0';  // the separator in front
};

using DatePieces = absl::InlinedVector<DatePiece, 6>;

// Cuts folded text into pieces; stops at a time of day ("T00:00", " 12:30"). Nothing if a word is
// neither month, era, weekday nor counting word, or a number has more than 8 digits.
std::optional<DatePieces> ReadDatePieces(absl::string_view folded);

// The era of the claims files' leading digit: 1 Meiji .. 5 Reiwa.
std::optional<DatePiece> EraOfDigit(int digit);

}  // namespace blindlink::agent
