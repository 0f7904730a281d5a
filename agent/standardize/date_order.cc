#include "agent/standardize/date_order.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/standardize/text/written_text.h"

namespace blindlink::agent {
namespace {

// In order of preference if the dates do not decide.
constexpr DateOrder kOrders[] = {DateOrder::kMonthDayYear, DateOrder::kDayMonthYear,
                                 DateOrder::kYearMonthDay};

struct Number {
  int value = 0;
  size_t digits = 0;
};

// Consumes up to four leading digits of `text`.
Number TakeNumber(absl::string_view* text) {
  Number number;
  while (!text->empty() && absl::ascii_isdigit(text->front()) && number.digits < 4) {
    number.value = number.value * 10 + (text->front() - '0');
    ++number.digits;
    text->remove_prefix(1);
  }
  return number;
}

bool IsSeparator(char c) { return c == '/' || c == '-' || c == '.' || c == ' '; }

// Splits three numbers with separators between them. A time of day may follow. False for other
// text.
bool SplitDate(absl::string_view text, std::array<Number, 3>* numbers) {
  for (size_t i = 0; i < 3; ++i) {
    (*numbers)[i] = TakeNumber(&text);
    if ((*numbers)[i].digits == 0) return false;
    if (i == 2) break;
    if (text.empty() || !IsSeparator(text.front())) return false;
    text.remove_prefix(1);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  return text.empty() || text.front() == ' ' || text.front() == 'T';
}

bool IsDayAndMonth(Number day, Number month) {
  return day.digits <= 2 && month.digits <= 2 && day.value >= 1 && day.value <= 31 &&
         month.value >= 1 && month.value <= 12;
}

bool IsYear(Number year) { return year.digits == 2 || year.digits == 4; }

bool IsPossible(const std::array<Number, 3>& n, DateOrder order) {
  switch (order) {
    case DateOrder::kYearMonthDay:
      return IsYear(n[0]) && IsDayAndMonth(n[2], n[1]);
    case DateOrder::kMonthDayYear:
      return IsYear(n[2]) && IsDayAndMonth(n[1], n[0]);
    case DateOrder::kDayMonthYear:
      return IsYear(n[2]) && IsDayAndMonth(n[0], n[1]);
  }
  return false;
}

absl::string_view InWords(DateOrder order) {
  switch (order) {
    case DateOrder::kYearMonthDay:
      return "year first";
    case DateOrder::kMonthDayYear:
      return "month first";
    case DateOrder::kDayMonthYear:
      return "day first";
  }
  return "";
}

}  // namespace

void DateOrderEvidence::Add(absl::string_view text) {
  std::array<Number, 3> numbers;
  std::string buffer;
  text = RepairText(text, /*digits=*/true, &buffer).text;
  texts_ += text.empty() ? 0 : 1;
  // A leading four-digit year leaves no doubt about the order.
  if (!SplitDate(absl::StripAsciiWhitespace(text), &numbers) || numbers[0].digits > 2) return;
  bool is_date = false;
  for (const DateOrder order : kOrders) {
    const bool possible = IsPossible(numbers, order);
    possible_[static_cast<int>(order)] += possible ? 1 : 0;
    is_date |= possible;
  }
  ordered_ += is_date ? 1 : 0;
}

DateOrder DateOrderEvidence::Best() const {
  return *std::max_element(std::begin(kOrders), std::end(kOrders),
                           [this](DateOrder a, DateOrder b) { return possible(a) < possible(b); });
}

bool DateOrderEvidence::IsUndecided() const {
  if (texts_ == 0) return true;
  if (NeedsNoOrder()) return false;
  constexpr uint64_t kFewest = 5;
  uint64_t second = 0;
  for (const DateOrder order : kOrders) {
    if (order != Best()) second = std::max(second, possible(order));
  }
  return possible(Best()) - second < std::max(kFewest, ordered_ / 100);
}

bool DateOrderEvidence::IsAmbiguous() const {
  if (NeedsNoOrder()) return false;
  return std::any_of(std::begin(kOrders), std::end(kOrders), [this](DateOrder order) {
    return order != Best() && possible(order) == possible(Best());
  });
}

uint64_t DateOrderEvidence::CountAgainst(DateOrder order) const {
  return ordered_ - possible(order);
}

std::string DateOrderEvidence::Describe(absl::string_view column) const {
  if (NeedsNoOrder()) {
    return absl::StrFormat("dates in column \"%s\": none needs an order of day and month", column);
  }
  const DateOrder best = Best();
  std::string out = absl::StrFormat("dates in column \"%s\": %s", column, InWords(best));
  if (IsAmbiguous()) {
    absl::StrAppend(&out, " is assumed, but the ", ordered_,
                    " dates seen allow another order as well; state it: --date-order mdy|dmy|ymd");
  } else {
    absl::StrAppend(&out, " (it makes ", possible(best), " of ", ordered_, " dates possible)");
  }
  return out;
}

std::optional<DateOrder> ParseDateOrder(absl::string_view text) {
  for (const DateOrder order : kOrders) {
    if (text == DateOrderName(order)) return order;
  }
  return std::nullopt;
}

absl::string_view DateOrderName(DateOrder order) {
  switch (order) {
    case DateOrder::kYearMonthDay:
      return "ymd";
    case DateOrder::kMonthDayYear:
      return "mdy";
    case DateOrder::kDayMonthYear:
      return "dmy";
  }
  return "";
}

}  // namespace blindlink::agent
