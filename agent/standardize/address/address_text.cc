#include "agent/standardize/address/address_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace blindlink::agent {
namespace {

bool HasDigit(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

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
    AppendWord(columns.line2, &out);
  }
  return out;
}

}  // namespace blindlink::agent
