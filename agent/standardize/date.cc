#include "agent/standardize/date.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "agent/standardize/date_text.h"
#include "agent/standardize/result.h"
#include "agent/standardize/text.h"

namespace blindlink {
namespace {

struct Date {
  int year = 0, month = 0, day = 0;
};

constexpr int kEarliestYear = 1880;
constexpr int kLatestYear = 2100;  // later ones stand for "never"

// Of a year that somebody meant, though not always of a birth.
bool IsPlausibleYear(int year) { return year >= 1753 && year < kLatestYear; }

bool Exists(const Date& date) {
  return date.day >= 1 && date.day <= DaysInMonth(date.year, date.month);
}

// Tomorrow in UTC, because today comes earlier in Tokyo.
Date Tomorrow() {
  const std::time_t when = std::time(nullptr) + 24 * 60 * 60;
  std::tm utc = {};
  gmtime_r(&when, &utc);
  return {utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday};
}

bool IsLater(const Date& a, const Date& b) {
  return std::array{a.year, a.month, a.day} > std::array{b.year, b.month, b.day};
}

int FullYear(const DatePiece& piece) {
  if (piece.digits > 2) return piece.value;
  const int this_year = Tomorrow().year;
  const int year = this_year / 100 * 100 + piece.value;
  return year > this_year ? year - 100 : year;
}

// A two-digit year of this year may still lie ahead: then it was the century before.
Date NotAhead(Date date, const DatePiece& year) {
  if (year.digits <= 2 && IsLater(date, Tomorrow())) date.year -= 100;
  return date;
}

// The three numbers in `order`; day and month exchanged where only that is a date.
Date InOrder(const DatePiece& a, const DatePiece& b, const DatePiece& c, DateOrder order) {
  Date date;
  if (order == DateOrder::kYearMonthDay) {
    date = {FullYear(a), b.value, c.value};
  } else if (order == DateOrder::kMonthDayYear) {
    date = {FullYear(c), a.value, b.value};
  } else {
    date = {FullYear(c), b.value, a.value};
  }
  if (order != DateOrder::kYearMonthDay && date.month > 12 && date.day <= 12) {
    std::swap(date.day, date.month);
  }
  return NotAhead(date, order == DateOrder::kYearMonthDay ? a : c);
}

DatePiece Digits(absl::string_view digits) {
  DatePiece piece;
  piece.digits = static_cast<int>(digits.size());
  for (const char c : digits) piece.value = piece.value * 10 + (c - '0');
  return piece;
}

// MMDDYYYY, DDMMYY, ...: pieces of fixed widths.
std::optional<Date> FromRun(absl::string_view run, DateOrder order) {
  const size_t year_digits = run.size() - 4;
  const bool year_first = order == DateOrder::kYearMonthDay;
  const size_t first = year_first ? year_digits : 2;
  return InOrder(Digits(run.substr(0, first)), Digits(run.substr(first, 2)),
                 Digits(run.substr(first + 2)), order);
}

std::optional<Date> FromDigits(absl::string_view run, DateOrder order) {
  if (run.size() == 14 || run.size() == 12) run = run.substr(0, 8);  // HL7, with the time
  if (run.size() == 8) {
    const std::optional<Date> iso = FromRun(run, DateOrder::kYearMonthDay);
    if ((IsPlausibleYear(iso->year) && iso->month <= 12) || order == DateOrder::kYearMonthDay) {
      return iso;
    }
    const std::optional<Date> ordered = FromRun(run, order);
    return Exists(*ordered) && IsPlausibleYear(ordered->year) ? ordered : iso;
  }
  if (run.size() == 7) {
    if (const auto era = EraOfDigit(run[0] - '0')) {
      const int year = Digits(run.substr(1, 2)).value;
      const Date date = {era->value + year - 1, Digits(run.substr(3, 2)).value,
                         Digits(run.substr(5, 2)).value};
      if (year >= 1 && year <= era->era_years && Exists(date)) return date;
    }
    // A spreadsheet took the leading zero off.
    if (order != DateOrder::kYearMonthDay) return FromRun("0" + std::string(run), order);
    return std::nullopt;
  }
  if (run.size() == 6) return FromRun(run, order);
  return std::nullopt;
}

std::optional<Date> FromNamedMonth(const DatePieces& pieces) {
  if (pieces.size() != 3) return std::nullopt;
  const auto month = std::find_if(pieces.begin(), pieces.end(), [](const DatePiece& piece) {
    return piece.kind == DatePiece::Kind::kMonth;
  });
  const auto rest = static_cast<size_t>(month - pieces.begin());
  const DatePiece& a = pieces[rest == 0 ? 1 : 0];
  const DatePiece& b = pieces[rest == 2 ? 1 : 2];
  if (a.kind != DatePiece::Kind::kNumber || b.kind != DatePiece::Kind::kNumber) return std::nullopt;
  if (a.digits > 2) return Date{a.value, month->value, b.value};
  return NotAhead({FullYear(b), month->value, a.value}, b);
}

std::optional<Date> FromEra(const DatePieces& pieces) {
  if (pieces.size() == 2 && pieces[1].digits == 6) {  // S450304
    const int run = pieces[1].value;
    return Date{pieces[0].value + run / 10000 - 1, run / 100 % 100, run % 100};
  }
  if (pieces.size() != 4) return std::nullopt;
  const int year = pieces[1].value;
  // An impossible year makes an impossible date, not one of another era.
  if (year < 1 || year > pieces[0].era_years) return Date{0, 0, 0};
  return Date{pieces[0].value + year - 1, pieces[2].value, pieces[3].value};
}

std::optional<Date> FromPieces(const DatePieces& pieces, DateOrder order) {
  if (pieces.size() < 2) return std::nullopt;
  if (pieces[0].kind == DatePiece::Kind::kEra) return FromEra(pieces);
  const auto is_month = [](const DatePiece& p) { return p.kind == DatePiece::Kind::kMonth; };
  if (std::any_of(pieces.begin(), pieces.end(), is_month)) return FromNamedMonth(pieces);
  if (pieces.size() != 3) return std::nullopt;
  if (pieces[0].digits > 2) order = DateOrder::kYearMonthDay;
  if (pieces[2].digits > 2) {
    // Points between the numbers are written where the day comes first.
    if (pieces[2].before == '.') order = DateOrder::kDayMonthYear;
    if (order == DateOrder::kYearMonthDay) order = DateOrder::kMonthDayYear;
  }
  return InOrder(pieces[0], pieces[1], pieces[2], order);
}

bool IsPlaceholderDate(const Date& date) {
  if (date.year >= kLatestYear) return true;
  constexpr int kPlaceholders[] = {101,      10101,    17530101, 18000101, 18500101, 18991230,
                                   18991231, 19000101, 19010101, 19111111, 11111111};
  const int number = date.year * 10000 + date.month * 100 + date.day;
  return std::find(std::begin(kPlaceholders), std::end(kPlaceholders), number) !=
         std::end(kPlaceholders);
}

StandardizeResult Judge(const Date& date) {
  if (IsPlaceholderDate(date)) return Placeholder("placeholder-date");
  if (!Exists(date)) return Invalid("impossible-date");
  if (date.year < kEarliestYear) return Invalid("date-too-early");
  if (IsLater(date, Tomorrow())) return Invalid("future-date");
  return Usable(absl::StrFormat("%04d%02d%02d", date.year, date.month, date.day));
}

}  // namespace

int DaysInMonth(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) return 0;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

StandardizeResult StandardizeDate(absl::string_view folded, DateOrder order) {
  if (IsNoValueWord(folded)) return Missing();
  const std::string bare = LettersAndDigits(folded);
  if (bare.empty()) return Missing();  // "  /  /    "
  if (IsDigits(bare) && IsOneCharacterRepeated(bare, 4)) return Placeholder("placeholder-date");
  const size_t end = folded.find_first_not_of("0123456789");
  const bool run_of_digits = end == absl::string_view::npos || folded[end] == ' ';
  if (const absl::string_view run = folded.substr(0, end); run_of_digits && run.size() >= 6) {
    const std::optional<Date> date = FromDigits(run, order);
    return date ? Judge(*date) : Invalid("date-format");
  }
  const std::optional<DatePieces> pieces = ReadDatePieces(folded);
  if (!pieces) return Invalid("date-format");
  const std::optional<Date> date = FromPieces(*pieces, order);
  return date ? Judge(*date) : Invalid("date-format");
}

}  // namespace blindlink
