#include "agent/input/period.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace blindlink::agent {
namespace {

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Takes `size` digits from the front of `text`.
std::optional<int> TakeNumber(size_t size, absl::string_view* text) {
  int number = 0;
  if (text->size() < size || !std::all_of(text->begin(), text->begin() + size, IsDigit) ||
      !absl::SimpleAtoi(text->substr(0, size), &number)) {
    return std::nullopt;
  }
  text->remove_prefix(size);
  return number;
}

// Whether nothing follows, or what can follow a year, a month or a day.
bool IsAtEnd(absl::string_view rest, bool after_day) {
  if (rest.empty()) return true;
  if (after_day) return rest[0] == 'T' || rest[0] == ' ' || rest[0] == '+' || IsDigit(rest[0]);
  return rest[0] == '+';
}

std::optional<WrittenTime> Month(int year, int month) {
  const absl::CivilMonth first(year, month);
  if (month < 1 || month > 12) return std::nullopt;
  return WrittenTime{absl::CivilDay(first), absl::CivilDay(first + 1) - 1};
}

}  // namespace

std::optional<WrittenTime> ReadTime(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  const std::optional<int> year = TakeNumber(4, &text);
  if (!year.has_value() || *year < 1) return std::nullopt;
  if (IsAtEnd(text, /*after_day=*/false)) {
    return WrittenTime{absl::CivilDay(*year, 1, 1), absl::CivilDay(*year, 12, 31)};
  }
  const bool dashed = text[0] == '-';
  if (dashed) text.remove_prefix(1);
  const std::optional<int> month = TakeNumber(2, &text);
  if (!month.has_value()) return std::nullopt;
  std::optional<WrittenTime> whole = Month(*year, *month);
  if (!whole.has_value() || IsAtEnd(text, /*after_day=*/false)) return whole;
  if (dashed != (text[0] == '-')) return std::nullopt;
  if (dashed) text.remove_prefix(1);
  const std::optional<int> day = TakeNumber(2, &text);
  if (!day.has_value() || *day < 1 || *day > whole->last.day()) return std::nullopt;
  if (!IsAtEnd(text, /*after_day=*/true)) return std::nullopt;
  const absl::CivilDay written(*year, *month, *day);
  return WrittenTime{written, written};
}

PeriodState StateOf(absl::string_view start, absl::string_view end, absl::CivilDay today) {
  const std::optional<WrittenTime> from = ReadTime(start);
  const std::optional<WrittenTime> to = ReadTime(end);
  if (to.has_value() && to->last < today) return PeriodState::kEnded;
  if (from.has_value() && from->first > today) return PeriodState::kNotBegun;
  const auto unreadable = [](absl::string_view text, const auto& time) {
    return !absl::StripAsciiWhitespace(text).empty() && !time.has_value();
  };
  return unreadable(start, from) || unreadable(end, to) ? PeriodState::kUnreadable
                                                        : PeriodState::kCurrent;
}

absl::CivilDay TodayInUtc() { return absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()); }

}  // namespace blindlink::agent
