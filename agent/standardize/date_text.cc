#include "agent/standardize/date_text.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace blindlink::agent {
namespace {

struct Era {
  absl::string_view kanji, abbreviated_kanji, letter, name;
  int first_year;
  int years;
};
constexpr Era kEras[] = {{"明治", "明", "M", "MEIJI", 1868, 45},
                         {"大正", "大", "T", "TAISHO", 1912, 15},
                         {"昭和", "昭", "S", "SHOWA", 1926, 64},
                         {"平成", "平", "H", "HEISEI", 1989, 31},
                         {"令和", "令", "R", "REIWA", 2019, 99}};

DatePiece PieceOf(const Era& era) {
  DatePiece piece;
  piece.kind = DatePiece::Kind::kEra;
  piece.value = era.first_year;
  piece.era_years = era.years;
  return piece;
}

// The English name, then the Spanish, French, German, Italian, Portuguese and Dutch ones where they
// differ.
constexpr absl::string_view kMonths[12][8] = {
    {"JANUARY", "ENERO", "JANVIER", "JANUAR", "GENNAIO", "JANEIRO", "JANNER"},
    {"FEBRUARY", "FEBRERO", "FEVRIER", "FEBRUAR", "FEBBRAIO", "FEVEREIRO"},
    {"MARCH", "MARZO", "MARS", "MARZ", "MAERZ", "MARCO", "MAART", "MRT"},
    {"APRIL", "ABRIL", "AVRIL", "APRILE"},
    {"MAY", "MAYO", "MAI", "MAGGIO", "MAIO", "MEI"},
    {"JUNE", "JUNIO", "JUIN", "JUNI", "GIUGNO", "JUNHO"},
    {"JULY", "JULIO", "JUILLET", "JULI", "LUGLIO", "JULHO"},
    {"AUGUST", "AGOSTO", "AOUT", "AUGUSTUS"},
    {"SEPTEMBER", "SEPTIEMBRE", "SEPTEMBRE", "SETIEMBRE", "SETTEMBRE", "SETEMBRO"},
    {"OCTOBER", "OCTUBRE", "OCTOBRE", "OKTOBER", "OTTOBRE", "OUTUBRO"},
    {"NOVEMBER", "NOVIEMBRE", "NOVEMBRE", "NOVEMBRO"},
    {"DECEMBER", "DICIEMBRE", "DECEMBRE", "DEZEMBER", "DICEMBRE", "DEZEMBRO"}};

// The month that a word of at least three letters abbreviates: MAR, MARC, MARCH. 0 if there is
// none, or more than one: JUI is June or July.
int MonthOf(absl::string_view word) {
  if (word.size() < 3) return 0;
  int found = 0;
  for (int i = 0; i < 12; ++i) {
    for (const absl::string_view name : kMonths[i]) {
      if (!absl::StartsWith(name, word)) continue;
      if (found != 0) return 0;
      found = i + 1;
      break;
    }
  }
  return found;
}

// UU, XX, UNK: an unknown day or month.
bool IsUnknownPart(absl::string_view word) {
  return word == "X" || word == "XX" || word == "U" || word == "UU" || word == "UNK" ||
         word == "UN" || word == "NK";
}

bool IsSilentWord(absl::string_view word) {
  static const auto* const kWords = new absl::flat_hash_set<absl::string_view>{
      "ST",      "ND",        "RD",       "TH",     "OF",       "THE",    "MON",     "TUE",
      "WED",     "THU",       "FRI",      "SAT",    "SUN",      "TUES",   "THURS",   "MONDAY",
      "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY", "AD",      "DE",
      "DEL",     "ER",        "LE",       "EL",     "DEN",      "DER",    "BORN",    "年",
      "月",      "日",        "生",       "西暦",   "生マレ",   "日生",   "日生マレ"};
  return kWords->contains(word);
}

std::optional<DatePiece> ReadWord(absl::string_view word) {
  DatePiece piece;
  if (const int month = MonthOf(word); month != 0) {
    piece.kind = DatePiece::Kind::kMonth;
    piece.value = month;
    return piece;
  }
  if (IsUnknownPart(word)) {
    piece.digits = 2;
    return piece;
  }
  for (const Era& era : kEras) {
    if (word == era.kanji || word == era.abbreviated_kanji || word == era.letter ||
        word == era.name) {
      return PieceOf(era);
    }
  }
  return std::nullopt;
}

bool IsWordByte(char c) { return static_cast<unsigned char>(c) >= 0x80 || absl::ascii_isalpha(c); }

// Whether a time of day begins, which ends the date: "T00:00:00", " 12:30 PM".
bool IsTimeAt(absl::string_view text) {
  if (absl::StartsWith(text, "T") || absl::StartsWith(text, " ")) text.remove_prefix(1);
  size_t digits = 0;
  while (digits < text.size() && absl::ascii_isdigit(text[digits])) ++digits;
  return digits > 0 && digits <= 2 && digits < text.size() && text[digits] == ':';
}

}  // namespace

std::optional<DatePiece> EraOfDigit(int digit) {
  if (digit < 1 || digit > 5) return std::nullopt;
  return PieceOf(kEras[digit - 1]);
}

std::optional<DatePieces> ReadDatePieces(absl::string_view folded) {
  DatePieces pieces;
  char before = '\0';
  for (size_t i = 0; i < folded.size();) {
    if (!pieces.empty() && IsTimeAt(folded.substr(i))) break;
    const size_t start = i;
    if (absl::ascii_isdigit(folded[i])) {
      DatePiece piece;
      piece.before = before;
      for (; i < folded.size() && absl::ascii_isdigit(folded[i]); ++i) {
        if (++piece.digits > 8) return std::nullopt;
        piece.value = piece.value * 10 + (folded[i] - '0');
      }
      pieces.push_back(piece);
      before = '\0';
    } else if (absl::StartsWith(folded.substr(i), "元")) {  // the first year of an era
      if (pieces.empty() || pieces.back().kind != DatePiece::Kind::kEra) return std::nullopt;
      DatePiece piece;
      piece.value = 1;
      piece.digits = 1;
      pieces.push_back(piece);
      i += absl::string_view("元").size();
    } else if (IsWordByte(folded[i])) {
      while (i < folded.size() && IsWordByte(folded[i]) &&
             !absl::StartsWith(folded.substr(i), "元")) {
        ++i;
      }
      const absl::string_view word = folded.substr(start, i - start);
      if (IsSilentWord(word)) continue;
      const std::optional<DatePiece> piece = ReadWord(word);
      if (!piece) return std::nullopt;
      pieces.push_back(*piece);
    } else if (folded[i] == '?' || folded[i] == '*') {
      while (i < folded.size() && folded[i] == folded[start]) ++i;
      DatePiece piece;
      piece.before = before;
      piece.digits = static_cast<int>(i - start);
      pieces.push_back(piece);
      before = '\0';
    } else {
      const char c = folded[i++];
      if (c != ' ' || before == '\0') before = c;
    }
  }
  return pieces;
}

}  // namespace blindlink::agent
