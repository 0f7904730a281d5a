#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// In which order a column of dates writes day, month and year, judged by the dates themselves:
// 25/12/1970 cannot be month first. Dates that need no order (ISO, YYYYMMDD, a named month) say
// nothing. Counts only; holds no date.
class DateOrderEvidence {
 public:
  // Looks at one value; what is no date is passed over.
  void Add(absl::string_view text);

  // The order that most of the dates allow; kMonthDayYear where they do not say.
  DateOrder Best() const;
  // Nothing in the column needs an order.
  bool NeedsNoOrder() const { return ordered_ == 0; }
  // The dates allow another order just as well.
  bool IsAmbiguous() const;
  // Dates that Best() makes impossible: the column mixes orders, or has wrong dates.
  uint64_t CountAgainst(DateOrder order) const;

  // "column \"dob\": month first (31 of 90 dates can be nothing else)"; no values.
  std::string Describe(absl::string_view column) const;

 private:
  uint64_t possible(DateOrder order) const { return possible_[static_cast<int>(order)]; }

  uint64_t ordered_ = 0;       // dates that need an order
  uint64_t possible_[3] = {};  // of these, those that are a date under each order
};

// "mdy", "dmy", "ymd"; nothing for other text.
std::optional<DateOrder> ParseDateOrder(absl::string_view text);
// The same three words.
absl::string_view DateOrderName(DateOrder order);

}  // namespace blindlink::agent
