#include "agent/standardize/address.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/standardize/address_street.h"
#include "agent/standardize/address_unit.h"
#include "agent/standardize/address_words.h"
#include "agent/standardize/result.h"
#include "agent/standardize/text.h"

namespace blindlink {
namespace {

// Words of letters, digits, '/' and '-'; '#' is a word. A comma separates like a space.
std::vector<std::string> SplitWords(absl::string_view folded) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    while (!word.empty() && (word.back() == '-' || word.back() == '/')) word.pop_back();
    if (!word.empty()) words.push_back(word);
    word.clear();
  };
  for (const char c : folded) {
    if (static_cast<unsigned char>(c) >= 0x80 || absl::ascii_isalnum(c)) {
      word.push_back(c);
    } else if ((c == '-' || c == '/') && !word.empty()) {
      // Between digits they belong to a number: 264-12, 1/2. Elsewhere they part words.
      if (absl::ascii_isdigit(word.back())) {
        word.push_back(c);
      } else {
        finish();
      }
    } else if (c == '#') {
      finish();
      words.emplace_back("#");
    } else if (c != '.' && c != '\'') {
      finish();
    }
  }
  finish();
  return words;
}

// "Brown Nursing Home, 1605 Shelly Rd": what has no number in front of a house number is the name
// of a house or of a host.
absl::string_view WithoutHouseName(absl::string_view folded) {
  const size_t comma = folded.find(',');
  if (comma == absl::string_view::npos) return folded;
  const absl::string_view rest = absl::StripLeadingAsciiWhitespace(folded.substr(comma + 1));
  const bool named = folded.substr(0, comma).find_first_of("0123456789") == folded.npos;
  return named && !rest.empty() && absl::ascii_isdigit(rest[0]) ? rest : folded;
}

StandardizeResult JapaneseAddress(absl::string_view folded) {
  std::string text;
  for (const char c : folded) {
    if (static_cast<unsigned char>(c) >= 0x80 || absl::ascii_isalnum(c) || c == '-') {
      text.push_back(c);
    }
  }
  StandardizeResult result = Usable(text);
  result.values.front().address.street_name = std::move(text);
  return result;
}

void Append(absl::string_view part, std::string* text) {
  if (part.empty()) return;
  if (!text->empty()) text->push_back(' ');
  absl::StrAppend(text, part);
}

}  // namespace

std::string StreetNameText(const AddressParts& parts) {
  std::string name = parts.street_name;
  name.erase(std::remove(name.begin(), name.end(), ' '), name.end());
  return name;
}

std::string AddressText(const AddressParts& parts, bool with_unit) {
  std::string text;
  Append(parts.house_number, &text);
  Append(parts.predirectional, &text);
  Append(StreetNameText(parts), &text);
  Append(parts.suffix, &text);
  Append(parts.postdirectional, &text);
  if (with_unit && !parts.unit.empty()) Append(absl::StrCat("#", parts.unit), &text);
  if (!parts.po_box.empty()) Append(absl::StrCat("POBOX ", parts.po_box), &text);
  return text;
}

StandardizeResult StandardizeAddress(absl::string_view folded) {
  const std::string joined = LettersAndDigits(folded);
  if (joined.empty()) return Missing();
  if (IsPlaceholderAddress(joined)) return Placeholder("placeholder-address");
  if (HasJapanese(folded)) return JapaneseAddress(folded);
  std::vector<std::string> words = SplitWords(WithoutHouseName(folded));
  AddressParts parts;
  TakePoBox(&words, &parts);
  TakeUnits(&words, &parts);
  TakeHouseNumber(&words, &parts);
  TakeStreet(&words, &parts);
  if (parts.street_name.empty() && parts.po_box.empty()) return Invalid("no-street");
  std::string text = AddressText(parts, /*with_unit=*/true);
  StandardizeResult result = Usable(std::move(text));
  result.values.front().address = std::move(parts);
  return result;
}

}  // namespace blindlink
