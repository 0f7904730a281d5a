#include "agent/clinical/source/clinical_day.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace blindlink::agent {
namespace {

constexpr int kFirstYear = 1850;
constexpr int kLastYear = 2149;
constexpr absl::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }

struct Piece {
  int number = 0;
  size_t digits = 0;  // 0: the name of a month, whose number is `number`
};

// Three pieces at most; more are no date.
struct Pieces {
  std::array<Piece, 3> at = {};
  size_t count = 0;
  bool dotted = false;
};

// Without the time: "2018-11-01T08:00:00-05:00", "2018-11-01 08:00".
absl::string_view WithoutTime(absl::string_view text) {
  for (size_t i = 4; i + 1 < text.size(); ++i) {
    const bool separates = text[i] == 'T' || text[i] == ' ';
    if (!separates || !IsDigit(text[i - 1]) || !IsDigit(text[i + 1])) continue;
    if (absl::StrContains(text.substr(i), ':')) return text.substr(0, i);
  }
  return text;
}

// The month that `word` names, in full or by its first three letters; 0 if none.
int MonthOf(absl::string_view word) {
  if (word.size() < 3) return 0;
  for (size_t i = 0; i < 12; ++i) {
    if (absl::EqualsIgnoreCase(word.substr(0, 3), kMonths[i])) return static_cast<int>(i) + 1;
  }
  return 0;
}

// Takes a run of digits or letters from the front of `rest`. False if it is neither a number nor
// a month.
bool TakePiece(absl::string_view* rest, Piece* piece) {
  size_t size = 0;
  if (IsDigit(rest->front())) {
    for (; size < rest->size() && IsDigit((*rest)[size]); ++size) {
      if (size < 8) piece->number = piece->number * 10 + ((*rest)[size] - '0');
    }
    piece->digits = size;
  } else {
    while (size < rest->size() && IsLetter((*rest)[size])) ++size;
    piece->number = MonthOf(rest->substr(0, size));
    if (piece->number == 0) return false;
  }
  rest->remove_prefix(size);
  return true;
}

bool ReadPieces(absl::string_view rest, Pieces* pieces) {
  while (!rest.empty()) {
    if (pieces->count == pieces->at.size()) return false;
    if (!TakePiece(&rest, &pieces->at[pieces->count++])) return false;
    size_t separators = 0;
    for (; !rest.empty() && absl::StrContains("-/., ", rest.front()); rest.remove_prefix(1)) {
      pieces->dotted |= rest.front() == '.';
      if (++separators > 2) return false;
    }
  }
  return pieces->count > 0;
}

WrittenDay Refuse(const char* why) {
  WrittenDay refused;
  refused.why_not = why;
  return refused;
}

WrittenDay MakeDay(int year, int month, int day) {
  if (year < kFirstYear || year > kLastYear) return Refuse("impossible-date");
  const absl::CivilDay made(year, month, day);  // turns 31 April into 1 May
  if (made.month() != month || made.day() != day) return Refuse("impossible-date");
  return {made, year, nullptr};
}

WrittenDay YearAlone(int year) {
  if (year < kFirstYear || year > kLastYear) return Refuse("impossible-date");
  return {std::nullopt, year, "incomplete-date"};
}

WrittenDay FromOne(const Piece& piece) {
  const int n = piece.number;
  if (piece.digits == 8 || piece.digits == 14) return MakeDay(n / 10000, n / 100 % 100, n % 100);
  if (piece.digits == 6) return YearAlone(n / 100);
  if (piece.digits == 4) return YearAlone(n);
  return Refuse("not-a-date");
}

WrittenDay FromTwo(const Piece& a, const Piece& b) {
  if (a.digits == 4 && b.digits <= 2) return YearAlone(a.number);
  if (a.digits <= 2 && b.digits == 4) return YearAlone(b.number);
  return Refuse("not-a-date");
}

WrittenDay FromThree(const Pieces& pieces, DateOrder order) {
  const auto& [a, b, c] = pieces.at;
  if (a.digits == 4 && b.digits <= 2 && (c.digits == 1 || c.digits == 2)) {
    return MakeDay(a.number, b.number, c.number);
  }
  if (c.digits != 4 || a.digits > 2 || b.digits > 2) return Refuse("not-a-date");
  if (a.digits == 0 && b.digits > 0) return MakeDay(c.number, a.number, b.number);
  if (b.digits == 0 && a.digits > 0) return MakeDay(c.number, b.number, a.number);
  if (a.digits == 0) return Refuse("not-a-date");
  const bool day_first = order == DateOrder::kDayMonthYear || pieces.dotted;
  return day_first ? MakeDay(c.number, b.number, a.number) : MakeDay(c.number, a.number, b.number);
}

}  // namespace

WrittenDay ReadDay(absl::string_view text, DateOrder order) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return {};
  Pieces pieces;
  if (!ReadPieces(WithoutTime(text), &pieces)) return Refuse("not-a-date");
  if (pieces.count == 1) return FromOne(pieces.at[0]);
  if (pieces.count == 2) return FromTwo(pieces.at[0], pieces.at[1]);
  return FromThree(pieces, order);
}

}  // namespace blindlink::agent
