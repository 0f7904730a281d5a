#include "agent/standardize/address/address_text.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/standardize/address/address.h"
#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

bool HasLetter(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return absl::ascii_isalpha(c); });
}

void AppendWord(absl::string_view word, std::string* out) {
  if (word.empty()) return;
  absl::StrAppend(out, out->empty() ? "" : " ", word);
}

// "12" and "Main St" -> "12 Main St". "12 Main St" already has its number.
std::string ComposeStreet(const AddressColumns& columns) {
  const bool from_name = !columns.street_name.empty();
  const absl::string_view street = from_name ? columns.street_name : columns.street_address;
  if (street.empty()) return "";
  std::string out;
  if (!absl::StartsWith(street, absl::StrCat(columns.house_number, " "))) {
    AppendWord(columns.house_number, &out);
  }
  AppendWord(street, &out);
  return out;
}

// Whether a unit needs a word before it: "4", "4B" and "B" do, "apt 4" and "# 4" do not.
bool IsBareUnit(absl::string_view unit) {
  const bool one_word = unit.find(' ') == absl::string_view::npos;
  return one_word && unit[0] != '#' && (absl::ascii_isdigit(unit[0]) || unit.size() == 1);
}

// "Apt 4" of "Brown Towers Apt 4". Other lines stay whole.
absl::string_view WithoutBuilding(absl::string_view line) {
  for (size_t begin = 0; begin < line.size();) {
    const size_t end = std::min(line.find(' ', begin), line.size());
    const std::string word = absl::AsciiStrToUpper(line.substr(begin, end - begin));
    if (absl::StartsWith(word, "#")) return line.substr(begin);
    if (HasDigit(word)) return line;
    if (MeaningOf(absl::StripSuffix(word, ".")).designates_unit) return line.substr(begin);
    begin = end + 1;
  }
  return line;
}

}  // namespace

std::string ComposeAddress(const AddressColumns& columns) {
  std::string out = ComposeStreet(columns);
  if (!out.empty() && !columns.unit.empty()) {
    if (IsBareUnit(columns.unit)) AppendWord("UNIT", &out);
    AppendWord(columns.unit, &out);
  }
  if (!columns.po_box.empty()) {
    if (!HasLetter(columns.po_box)) AppendWord("PO BOX", &out);
    AppendWord(columns.po_box, &out);
  }
  if (!out.empty() && (HasDigit(columns.line2) || absl::StartsWith(columns.line2, "#"))) {
    AppendWord(WithoutBuilding(columns.line2), &out);
  }
  return out;
}

namespace {

// The parts of a line; all are empty if it is no address.
AddressParts PartsOf(absl::string_view line) {
  std::string folded;
  if (line.empty() || !FoldText(line, &folded) || folded.empty()) return {};
  const StandardizeResult result = StandardizeAddress(folded);
  return result.values.empty() ? AddressParts() : AddressOf(result.values.front());
}

// Not MANOR, COURT or VILLAGE, which also end the names of buildings.
bool IsRoadSuffix(absl::string_view suffix) {
  constexpr absl::string_view kRoads[] = {"ST",   "AVE", "RD",  "LN",  "DR",
                                          "BLVD", "WAY", "HWY", "PKWY"};
  return std::find(std::begin(kRoads), std::end(kRoads), suffix) != std::end(kRoads);
}

// 12 MAIN ST or 12 BROADWAY, but not 12 EAST, which may be a ward.
bool IsStreetWithNumber(const AddressParts& parts) {
  if (parts.house_number.empty() || parts.street_name.empty()) return false;
  return !parts.suffix.empty() ||
         (parts.street_name.size() > 3 && MeaningOf(parts.street_name).directional.empty());
}

}  // namespace

bool StreetIsInSecondLine(const AddressColumns& columns) {
  if (!columns.house_number.empty() || !columns.street_name.empty()) return false;
  if (columns.line2.empty() || !absl::ascii_isdigit(columns.line2[0])) return false;
  if (!columns.street_address.empty() && absl::ascii_isdigit(columns.street_address[0]))
    return false;
  const AddressParts second = PartsOf(columns.line2);
  if (!IsStreetWithNumber(second)) return false;
  const AddressParts first = PartsOf(columns.street_address);
  const bool first_is_street = !first.house_number.empty() || !first.po_box.empty() ||
                               HasDigit(first.street_name) ||
                               (IsRoadSuffix(first.suffix) && second.suffix.empty());
  return !first_is_street;
}

}  // namespace blindlink::agent
