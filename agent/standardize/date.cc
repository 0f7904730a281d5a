#include "agent/standardize/date.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "agent/standardize/date_text.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"
#include "agent/standardize/text/written_text.h"

namespace blindlink::agent {
namespace {

// The month and the day are 0 if they are not known.
struct Date {
  int year = 0, month = 0, day = 0;
  bool exchanged = false;  // day and month stood in the other order
};

constexpr int kLatestYear = 2099;  // this year and later ones mean "never"
// The latest year that two digits can mean. It is fixed by the standardizer version rather than the
// clock, because a record must have the same tokens next year.
constexpr int kLatestTwoDigitYear = 2026;

// Whether somebody may have meant this year, though not necessarily as a year of birth.
bool IsPlausibleYear(int year) { return year >= 1753 && year < kLatestYear; }

bool Exists(const Date& date) {
  return date.day >= 1 && date.day <= DaysInMonth(date.year, date.month);
}

// Tomorrow in UTC. A date is in the future only after that, because Tokyo is ahead of UTC.
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
  const int year = kLatestTwoDigitYear / 100 * 100 + piece.value;
  return year > kLatestTwoDigitYear ? year - 100 : year;
}

// 99/99/1970: 99 stands for an unknown day or month.
int KnownOrZero(const DatePiece& piece) { return piece.value == 99 ? 0 : piece.value; }

// Reads three numbers in `order`, exchanging day and month if only that makes a date.
Date InOrder(const DatePiece& a, const DatePiece& b, const DatePiece& c, DateOrder order) {
  Date date;
  if (order == DateOrder::kYearMonthDay) {
    date = {FullYear(a), KnownOrZero(b), KnownOrZero(c)};
  } else if (order == DateOrder::kMonthDayYear) {
    date = {FullYear(c), KnownOrZero(a), KnownOrZero(b)};
  } else {
    date = {FullYear(c), KnownOrZero(b), KnownOrZero(a)};
  }
  if (order != DateOrder::kYearMonthDay && date.month > 12 && date.day <= 12) {
    std::swap(date.day, date.month);
    date.exchanged = true;
  }
  return date;
}

DatePiece Digits(absl::string_view digits) {
  DatePiece piece;
  piece.digits = static_cast<int>(digits.size());
  for (const char c : digits) piece.value = piece.value * 10 + (c - '0');
  return piece;
}

// Splits a run of digits at fixed widths: MMDDYYYY, DDMMYY, ...
std::optional<Date> FromRun(absl::string_view run, DateOrder order) {
  const size_t year_digits = run.size() - 4;
  const bool year_first = order == DateOrder::kYearMonthDay;
  const size_t first = year_first ? year_digits : 2;
  return InOrder(Digits(run.substr(0, first)), Digits(run.substr(first, 2)),
                 Digits(run.substr(first + 2)), order);
}

// Converts a spreadsheet's day number, where 1 is 1 January 1900. Spreadsheets take 1900 for a leap
// year, so numbers after 60 are one too high. `serial` has five digits.
Date FromSerial(int serial) {
  int year = 1900;
  int rest = serial - 2;  // days since 1 January 1900
  const auto days_of = [](int y) { return DaysInMonth(y, 2) + 337; };
  for (; rest >= days_of(year); ++year) rest -= days_of(year);
  int month = 1;
  for (; rest >= DaysInMonth(year, month); ++month) rest -= DaysInMonth(year, month);
  return {year, month, rest + 1};
}

std::optional<Date> FromDigits(absl::string_view run, DateOrder order, int earliest_year) {
  if (run.size() == 14 || run.size() == 12) run = run.substr(0, 8);  // HL7, with a time
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
    // A spreadsheet dropped the leading zero.
    if (order != DateOrder::kYearMonthDay) return FromRun("0" + std::string(run), order);
    return std::nullopt;
  }
  if (run.size() == 6) {
    const std::optional<Date> date = FromRun(run, order);
    const Date month = {Digits(run.substr(0, 4)).value, Digits(run.substr(4)).value, 0};
    const bool is_month = month.year >= earliest_year && month.year < kLatestYear &&
                          DaysInMonth(month.year, month.month) > 0;
    return !Exists(*date) && is_month ? month : date;  // 197003
  }
  if (run.size() == 5) return FromSerial(Digits(run).value);
  if (run.size() == 4) return Date{Digits(run).value, 0, 0};
  return std::nullopt;
}

std::optional<Date> FromNamedMonth(const DatePieces& pieces) {
  if (pieces.size() == 2) {  // Mar 1970
    const bool first = pieces[0].kind == DatePiece::Kind::kMonth;
    const DatePiece& year = pieces[first ? 1 : 0];
    // APR-82: a number too high for a day.
    const bool is_year = year.digits == 4 || (year.digits == 2 && year.value > 31);
    if (year.kind != DatePiece::Kind::kNumber || !is_year) return std::nullopt;
    return Date{FullYear(year), pieces[first ? 0 : 1].value, 0};
  }
  if (pieces.size() != 3) return std::nullopt;
  const auto month = std::find_if(pieces.begin(), pieces.end(), [](const DatePiece& piece) {
    return piece.kind == DatePiece::Kind::kMonth;
  });
  const auto rest = static_cast<size_t>(month - pieces.begin());
  const DatePiece& a = pieces[rest == 0 ? 1 : 0];
  const DatePiece& b = pieces[rest == 2 ? 1 : 2];
  if (a.kind != DatePiece::Kind::kNumber || b.kind != DatePiece::Kind::kNumber) return std::nullopt;
  if (a.digits > 2) return Date{a.value, month->value, b.value};
  return Date{FullYear(b), month->value, KnownOrZero(a)};
}

std::optional<Date> FromEra(const DatePieces& pieces) {
  if (pieces.size() == 2 && pieces[1].digits == 6) {  // S450304
    const int run = pieces[1].value;
    return Date{pieces[0].value + run / 10000 - 1, run / 100 % 100, run % 100};
  }
  if (pieces.size() < 2 || pieces.size() > 4) return std::nullopt;
  const int year = pieces[1].value;
  // A year beyond the end of its era makes the date impossible; it does not mean another era.
  if (year < 1 || year > pieces[0].era_years) return Date{0, 13, 1};
  return Date{pieces[0].value + year - 1, pieces.size() > 2 ? pieces[2].value : 0,
              pieces.size() > 3 ? pieces[3].value : 0};
}

std::optional<Date> FromPieces(const DatePieces& pieces, DateOrder order) {
  if (pieces.empty()) return std::nullopt;
  if (pieces[0].kind == DatePiece::Kind::kEra) return FromEra(pieces);
  const auto is_month = [](const DatePiece& p) { return p.kind == DatePiece::Kind::kMonth; };
  if (std::any_of(pieces.begin(), pieces.end(), is_month)) return FromNamedMonth(pieces);
  if (pieces.size() < 3) {  // 1970年, 1970-03, 03/1970
    const bool first = pieces[0].digits == 4;
    const DatePiece& year = first ? pieces[0] : pieces.back();
    if (year.digits != 4) return std::nullopt;
    const int month = pieces.size() == 1 ? 0 : KnownOrZero(pieces[first ? 1 : 0]);
    return Date{year.value, month, 0};
  }
  if (pieces.size() != 3) return std::nullopt;
  // 70-03-04: the first number is too high for a day.
  if (pieces[0].digits > 2 || (pieces[0].value > 31 && pieces[0].value != 99)) {
    order = DateOrder::kYearMonthDay;
  }
  if (pieces[2].digits > 2) {
    // Numbers separated by periods are written day first.
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

// Judges a date of which only the year, or the year and the month, are known. One that is wrong
// says nothing.
StandardizeResult JudgePartial(const Date& date, int earliest_year) {
  const Date tomorrow = Tomorrow();
  constexpr int kPlaceholders[] = {0, 1, 1111, 1753, 1800, 1850, 1899, 1900};
  if (date.year >= kLatestYear || std::find(std::begin(kPlaceholders), std::end(kPlaceholders),
                                            date.year) != std::end(kPlaceholders)) {
    return Placeholder("placeholder-date");
  }
  if (date.year < earliest_year) return Invalid("date-too-early");
  if (IsLater({date.year, date.month, 0}, tomorrow)) return Invalid("future-date");
  StandardizeResult result =
      Usable(date.month == 0 ? absl::StrFormat("%04d", date.year)
                             : absl::StrFormat("%04d%02d", date.year, date.month));
  result.changes.Add(ValueChange::kPartOfDate);
  return result;
}

// A date that does not exist. A number that cannot be a day is not known; nor is one that cannot be
// a month even if day and month are exchanged.
StandardizeResult JudgeImpossible(Date date) {
  if (date.day > 31) date.day = 0;
  if (date.month > 12 && (date.day == 0 || date.day > 12 || date.month > 31)) date.month = 0;
  return Damaged("impossible-date",
                 absl::StrFormat("%04d%02d%02d", date.year, date.month, date.day));
}

StandardizeResult Judge(const Date& date, int earliest_year) {
  if (date.month == 0 || (date.day == 0 && date.month <= 12)) {
    return JudgePartial(date, earliest_year);
  }
  if (IsPlaceholderDate(date)) return Placeholder("placeholder-date");
  const bool early = date.year < earliest_year;
  const bool wrong_year = early || IsLater(date, Tomorrow());
  if (!Exists(date)) return wrong_year ? Invalid("impossible-date") : JudgeImpossible(date);
  std::string text = absl::StrFormat("%04d%02d%02d", date.year, date.month, date.day);
  if (!wrong_year) {
    StandardizeResult result = Usable(std::move(text));
    if (date.exchanged) result.changes.Add(ValueChange::kDayMonthExchanged);
    return result;
  }
  const char* reason = early ? "date-too-early" : "future-date";
  return date.year > 9999 ? Invalid(reason) : Damaged(reason, std::move(text));
}

}  // namespace

int DaysInMonth(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) return 0;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

StandardizeResult StandardizeDate(absl::string_view folded, DateOrder order, int earliest_year) {
  if (IsNoValueWord(folded)) return Missing();
  if (IsShortenedNumber(folded)) return Invalid("scientific-notation");
  const std::string bare = LettersAndDigits(folded);
  if (bare.empty()) return Missing();  // "  /  /    "
  if (IsDigits(bare) && IsOneCharacterRepeated(bare, 4)) return Placeholder("placeholder-date");
  const size_t end = folded.find_first_not_of("0123456789");
  const absl::string_view run = folded.substr(0, end);
  const char next = end == absl::string_view::npos ? ' ' : folded[end];
  // Fractions of a second or of a spreadsheet's day may follow, or a time zone.
  const bool run_of_digits =
      next == ' ' ||
      (next == '.' && (run.size() == 5 || run.size() == 14) && IsDigits(bare.substr(0, 6))) ||
      ((next == '+' || next == '-') && (run.size() == 12 || run.size() == 14));
  if (run_of_digits && (run.size() >= 5 || (run.size() == 4 && run.size() == folded.size()))) {
    const std::optional<Date> date = FromDigits(run, order, earliest_year);
    return date ? Judge(*date, earliest_year) : Invalid("date-format");
  }
  const std::optional<DatePieces> pieces = ReadDatePieces(folded);
  if (!pieces) return Invalid("date-format");
  const std::optional<Date> date = FromPieces(*pieces, order);
  return date ? Judge(*date, earliest_year) : Invalid("date-format");
}

}  // namespace blindlink::agent
