#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Finds the order in which a column writes day, month and year, from the dates themselves:
// 25/12/1970 cannot be month first. Dates that need no order (ISO, YYYYMMDD, a named month) are not
// counted. Keeps counts only, never a date. Not thread-safe.
class DateOrderEvidence {
 public:
  // Counts one value. Text that is not a date is ignored.
  void Add(absl::string_view text);

  // The order that most dates allow. Ties go to kMonthDayYear, then kDayMonthYear.
  DateOrder Best() const;
  // Whether the dates so far may mislead about the whole column: there are none, they allow another
  // order as well, or too few speak against it, which may be misspelt.
  bool IsUndecided() const;
  // Whether no date so far needs an order.
  bool NeedsNoOrder() const { return ordered_ == 0; }
  // Whether another order fits as many dates as Best() does.
  bool IsAmbiguous() const;
  // The number of dates that are impossible in `order`: the column mixes orders, or has wrong
  // dates.
  uint64_t CountAgainst(DateOrder order) const;

  // A note for people: `dates in column "dob": month first (it makes 90 of 90 dates possible)`.
  // Contains no values.
  std::string Describe(absl::string_view column) const;

 private:
  uint64_t possible(DateOrder order) const { return possible_[static_cast<int>(order)]; }

  uint64_t texts_ = 0;
  uint64_t ordered_ = 0;       // dates that need an order
  uint64_t possible_[3] = {};  // of these, how many each order makes possible
};

// Parses "mdy", "dmy" or "ymd"; nullopt for other text.
std::optional<DateOrder> ParseDateOrder(absl::string_view text);
// The inverse of ParseDateOrder.
absl::string_view DateOrderName(DateOrder order);

}  // namespace blindlink::agent
