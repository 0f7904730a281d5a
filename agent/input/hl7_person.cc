#include "agent/input/hl7_person.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/csv/text_check.h"
#include "common/csv/windows1252.h"

namespace blindlink::agent {
namespace {

constexpr int kNotUsed = std::numeric_limits<int>::max();

struct Rank {
  absl::string_view code;
  int rank;
};

int RankOf(absl::string_view code, const Rank* begin, const Rank* end) {
  const Rank* const found =
      std::find_if(begin, end, [code](const Rank& each) { return each.code == code; });
  return found == end ? kNotUsed : found->rank;
}

// HL7 table 0200, without nicknames, aliases, pseudonyms, names of partners and bad names.
int RankOfName(absl::string_view type) {
  constexpr Rank kRanks[] = {{"L", 0}, {"", 1},  {"D", 2}, {"C", 2},
                             {"R", 2}, {"U", 3}, {"T", 3}, {"TEMP", 4}};
  return RankOf(type, std::begin(kRanks), std::end(kRanks));
}

bool IsFormerName(absl::string_view type) { return type == "M" || type == "B"; }

// HL7 table 0190, without those of birth, work, shipping and visits, and bad ones.
int RankOfAddress(absl::string_view type) {
  constexpr Rank kRanks[] = {{"H", 0}, {"HP", 0}, {"RH", 1}, {"P", 1},
                             {"L", 2}, {"", 3},   {"C", 4},  {"M", 5}};
  return RankOf(type, std::begin(kRanks), std::end(kRanks));
}

// HL7 table 0203: the types that can be the record id, the best first.
int RankOfRecordId(absl::string_view type) {
  constexpr Rank kRanks[] = {{"MR", 0}, {"PI", 1}, {"EPI", 2}, {"", 3}, {"PT", 4}};
  return RankOf(type, std::begin(kRanks), std::end(kRanks));
}

// The column of an identifier that means the same at every site; empty for others.
absl::string_view ColumnOfIdentifier(absl::string_view type) {
  for (const absl::string_view each : {"NHS", "NH", "HC", "JHN", "MC", "MB", "SN"}) {
    if (type == each) return "insurance_number";
  }
  if (type == "SS") return "ssn";
  if (type == "PPN") return "passport_number";
  // NI, and NN with the country's three letters.
  if (type == "NI" || (type.size() == 5 && absl::StartsWith(type, "NN"))) return "national_number";
  return "";
}

std::string DigitsOf(absl::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  return digits;
}

// "(206)555-1234X12C after six" without what is no part of the number: extension, pager, comment.
absl::string_view WithoutComment(absl::string_view number) {
  return number.substr(0, number.find_first_of("XBC"));
}

// HL7 tables 0201 and 0202: whether it is no telephone of the person's own.
bool IsOtherTelephone(absl::string_view use, absl::string_view equipment) {
  for (const absl::string_view each : {"WPN", "EMR", "ASN", "BPN", "VHN"}) {
    if (use == each) return true;
  }
  for (const absl::string_view each : {"FX", "BP", "MD", "TDD", "TTY", "SAT"}) {
    if (equipment == each) return true;
  }
  return false;
}

// "197001021530" of "197001021530+0100".
absl::string_view WithoutZone(absl::string_view time) {
  constexpr size_t kZone = 5;
  if (time.size() <= kZone) return time;
  const absl::string_view zone = time.substr(time.size() - kZone);
  const bool is_zone = (zone[0] == '+' || zone[0] == '-') && DigitsOf(zone).size() == kZone - 1;
  return is_zone ? time.substr(0, time.size() - kZone) : time;
}

// How exactly a time is written, if it is written as HL7 v2 says.
enum class Precision { kOdd, kYear, kMonth, kDay };

Precision PrecisionOf(absl::string_view time) {
  time = WithoutZone(time);
  const absl::string_view digits = time.substr(0, time.find('.'));
  const bool has_fraction = digits.size() < time.size();
  if (DigitsOf(digits).size() != digits.size()) return Precision::kOdd;
  switch (digits.size()) {
    case 4:
      return has_fraction ? Precision::kOdd : Precision::kYear;
    case 6:
      return has_fraction ? Precision::kOdd : Precision::kMonth;
    case 8:
    case 10:
    case 12:
      return has_fraction ? Precision::kOdd : Precision::kDay;
    case 14:
      return Precision::kDay;
    default:
      return Precision::kOdd;
  }
}

}  // namespace

void Hl7Person::Read(absl::string_view segment, RowCells* cells) {
  fields_ = SplitHl7(segment, options_.separators.field);
  ReadIdentifiers(cells);
  ReadNames(cells);
  ReadBirthDate(cells);
  field_ = "PID-8";
  cells->Add("sex", Component(SplitHl7(Field(8), options_.separators.component), 1));
  field_ = "PID-11";
  ReadAddresses(cells);
  field_ = "PID-13";
  ReadTelecoms(Field(13), cells);
  field_ = "PID-40";  // which takes the place of PID-13 in version 2.7 and later
  ReadTelecoms(Field(40), cells);
  ReadSsn(cells);
}

std::string Hl7Person::Text(absl::string_view raw) {
  raw = absl::StripAsciiWhitespace(raw);
  if (raw == "\"\"") return "";  // the value is to be deleted
  std::string text;
  if (!UnescapeHl7(raw, options_.separators, &text)) {
    Note("unknown-escape");
    return "";
  }
  if (options_.windows_1252) text = Windows1252ToUtf8(text);
  if (const char* const why_not = WhyNotUsable(text); why_not != nullptr) {
    Note(why_not);
    return "";
  }
  return text;
}

std::string Hl7Person::Component(const Pieces& components, size_t number) {
  return Text(SplitHl7(Hl7Piece(components, number - 1), options_.separators.subcomponent)[0]);
}

std::vector<Hl7Person::Repetition> Hl7Person::Repetitions(absl::string_view field,
                                                          PeriodAt period) {
  std::vector<Repetition> found;
  for (const absl::string_view text : SplitHl7(field, options_.separators.repetition)) {
    if (absl::StripAsciiWhitespace(text).empty() || text == "\"\"") continue;
    const Pieces components = SplitHl7(text, options_.separators.component);
    const auto at = [&](size_t number) {
      return number == 0 ? absl::string_view() : Hl7Piece(components, number - 1);
    };
    // A range of times is one component with two subcomponents.
    const Pieces range = SplitHl7(at(period.range), options_.separators.subcomponent);
    const absl::string_view start = at(period.start).empty() ? range[0] : at(period.start);
    const absl::string_view end = at(period.end).empty() ? Hl7Piece(range, 1) : at(period.end);
    const PeriodState state =
        StateOf(start == "\"\"" ? "" : start, end == "\"\"" ? "" : end, options_.today);
    if (state == PeriodState::kUnreadable) Note("unreadable-period");
    found.push_back({components, state});
  }
  return found;
}

void Hl7Person::ReadIdentifiers(RowCells* cells) {
  field_ = "PID-3";
  int best = kNotUsed;
  std::string record_id;
  for (const Repetition& each : Repetitions(Field(3), {0, 7, 8})) {
    const std::string value = Component(each.components, 1);
    const std::string type = Component(each.components, 5);
    if (value.empty()) continue;
    // Who assigns a number can be named, as in --columns 'record_id=PID-3.MR.CLINIC'.
    const std::string authority = Component(each.components, 4);
    const int rank = RankOfRecordId(type);
    if (rank < best) {
      best = rank;
      record_id = value;
    }
    if (rank != kNotUsed) {
      cells->Add(absl::StrCat("PID-3", type.empty() ? "" : ".", type, authority.empty() ? "" : ".",
                              authority),
                 value);
    }
    if (each.state != PeriodState::kEnded) AddIdentifier(type, value, cells);
  }
  if (record_id.empty() && absl::StripAsciiWhitespace(Field(3)).empty()) {
    field_ = "PID-2";
    record_id = Component(SplitHl7(Field(2), options_.separators.component), 1);
  }
  cells->Add("record_id", record_id);
}

void Hl7Person::AddIdentifier(absl::string_view type, const std::string& value, RowCells* cells) {
  const absl::string_view column = ColumnOfIdentifier(type);
  if (!column.empty() && cells->Get(column).empty()) cells->Add(column, value);
}

std::string Hl7Person::FamilyName(const Pieces& name) {
  const Pieces parts = SplitHl7(Hl7Piece(name, 0), options_.separators.subcomponent);
  std::string whole = Text(parts[0]);
  if (!whole.empty()) return whole;
  // The prefix of the person's own surname, and that surname.
  return absl::StrCat(Text(Hl7Piece(parts, 1)), " ", Text(Hl7Piece(parts, 2)));
}

void Hl7Person::ReadNames(RowCells* cells) {
  field_ = "PID-5";
  const std::vector<Repetition> names = Repetitions(Field(5), {10, 12, 13});
  const Repetition* best = nullptr;
  int best_rank = kNotUsed;
  for (const Repetition& each : names) {
    const int rank = RankOfName(Component(each.components, 7));
    const bool current =
        each.state == PeriodState::kCurrent || each.state == PeriodState::kUnreadable;
    if (!current || rank >= best_rank) continue;
    best = &each;
    best_rank = rank;
  }
  if (best != nullptr) {
    cells->Add("last_name", FamilyName(best->components));
    cells->Add("first_name", Component(best->components, 2));
    cells->Add("middle_name", Component(best->components, 3));
    cells->Add("suffix", Component(best->components, 4));
  }
  // After the current one: of several values of a field the first is the main one.
  for (const Repetition& each : names) {
    const std::string type = Component(each.components, 7);
    const bool ended = RankOfName(type) != kNotUsed && each.state == PeriodState::kEnded;
    if (IsFormerName(type) || ended) cells->Add("maiden_name", FamilyName(each.components));
  }
}

void Hl7Person::ReadBirthDate(RowCells* cells) {
  field_ = "PID-7";
  const Pieces components = SplitHl7(Field(7), options_.separators.component);
  const std::string text = Component(components, 1);
  if (text.empty()) return;
  Precision precision = PrecisionOf(text);
  const std::string stated = Component(components, 2);  // the degree of precision, up to 2.5
  if (stated == "Y") precision = std::min(precision, Precision::kYear);
  if (stated == "L") precision = std::min(precision, Precision::kMonth);
  if (precision == Precision::kOdd) return Note("odd-date-precision");
  // Whether there is such a day is for the standardizer to say.
  std::string date = text.substr(0, 4);
  if (precision >= Precision::kMonth) absl::StrAppend(&date, "-", text.substr(4, 2));
  if (precision == Precision::kDay) absl::StrAppend(&date, "-", text.substr(6, 2));
  cells->Add("date_of_birth", date);
}

std::string Hl7Person::Street(const Pieces& address) {
  const Pieces parts = SplitHl7(Hl7Piece(address, 0), options_.separators.subcomponent);
  std::string line = Text(parts[0]);
  if (!line.empty()) return line;
  return absl::StrCat(Text(Hl7Piece(parts, 2)), " ", Text(Hl7Piece(parts, 1)));
}

void Hl7Person::ReadAddresses(RowCells* cells) {
  std::optional<Pieces> best;
  int best_rank = kNotUsed;
  for (const Repetition& each : Repetitions(Field(11), {12, 13, 14})) {
    const int rank = RankOfAddress(Component(each.components, 7));
    const bool past = each.state == PeriodState::kEnded || each.state == PeriodState::kNotBegun;
    if (past || rank >= best_rank) continue;
    best = each.components;
    best_rank = rank;
  }
  if (!best.has_value()) return;
  cells->Add("street_address", Street(*best));
  cells->Add("address_line2", Component(*best, 2));
  cells->Add("city", Component(*best, 3));
  cells->Add("state", Component(*best, 4));
  cells->Add("zip", Component(*best, 5));
}

void Hl7Person::ReadTelecoms(absl::string_view field, RowCells* cells) {
  for (const Repetition& each : Repetitions(field, {0, 13, 14})) {
    if (each.state == PeriodState::kEnded || each.state == PeriodState::kNotBegun) continue;
    ReadTelecom(each.components, cells);
  }
}

void Hl7Person::ReadTelecom(const Pieces& telecom, RowCells* cells) {
  const std::string use = Component(telecom, 2);
  const std::string equipment = Component(telecom, 3);
  const std::string email = Component(telecom, 4);
  const std::string written = Component(telecom, 1);
  if (!email.empty() || use == "NET" || equipment == "Internet") {
    cells->Add("email", !email.empty() ? email : written);
    return;
  }
  if (IsOtherTelephone(use, equipment)) return;
  const std::string unformatted = Component(telecom, 12);
  const std::string local = Component(telecom, 7);
  if (!unformatted.empty()) return cells->Add("phone", unformatted);
  if (local.empty()) return cells->Add("phone", WithoutComment(written));
  const std::string country = DigitsOf(Component(telecom, 5));
  cells->Add("phone", absl::StrCat(country.empty() ? "" : "+", country, country.empty() ? "" : " ",
                                   Component(telecom, 6), " ", local));
}

void Hl7Person::ReadSsn(RowCells* cells) {
  field_ = "PID-19";
  const std::string ssn = Component(SplitHl7(Field(19), options_.separators.component), 1);
  const absl::string_view identifier = cells->Get("ssn");
  if (identifier.empty()) return cells->Add("ssn", ssn);
  if (!ssn.empty() && DigitsOf(ssn) != DigitsOf(identifier)) Note("differs-from-PID-3");
}

}  // namespace blindlink::agent
