#include "agent/variants/variants.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <unicode/utf8.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "agent/standardize/address/address.h"
#include "agent/standardize/text/text.h"
#include "agent/variants/date_variants.h"
#include "agent/variants/double_metaphone.h"
#include "agent/variants/nickname_table.h"
#include "agent/variants/nysiis.h"
#include "agent/variants/soundex.h"

namespace blindlink::agent {
namespace {

using Texts = std::vector<std::string>;

void Add(std::string text, Texts* out) {
  if (text.empty()) return;
  if (std::find(out->begin(), out->end(), text) == out->end()) out->push_back(std::move(text));
}

// The first `count` characters, not bytes: 花 is one. Empty if there are fewer.
std::string FirstCharacters(const std::string& text, int count) {
  const auto size = static_cast<int32_t>(text.size());
  int32_t end = 0;
  for (int i = 0; i < count; ++i) {
    if (end >= size) return "";
    U8_FWD_1(text.data(), end, size);
  }
  return text.substr(0, static_cast<size_t>(end));
}

void AddNicknameRoots(const std::string& name, Texts* out) {
  const std::vector<absl::string_view>& roots = NicknameRoots(name);
  if (roots.empty()) Add(name, out);  // an unknown name is its own root
  for (const absl::string_view root : roots) Add(std::string(root), out);
}

void AddDoubleMetaphone(const std::string& name, Texts* out) {
  MetaphoneCodes codes = DoubleMetaphone(name);
  Add(std::move(codes.primary), out);
  Add(std::move(codes.alternate), out);
}

// Adds each exchange of two adjacent, different digits. Letters and punctuation stay in place.
void AddTransposed(v1::Standardizer standardizer, const std::string& text, Texts* out) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (!absl::ascii_isdigit(text[i]) || !absl::ascii_isdigit(text[i + 1])) continue;
    if (text[i] == text[i + 1]) continue;
    std::string transposed = text;
    std::swap(transposed[i], transposed[i + 1]);
    if (standardizer == v1::DATE && !IsDate(transposed)) continue;
    Add(std::move(transposed), out);
  }
}

std::string Last4(const std::string& text) {
  return text.size() < 4 ? "" : text.substr(text.size() - 4);
}

// The ZIP of a ZIP+4. Other codes are short already and are kept whole.
std::string Prefix5(const std::string& text) {
  return text.size() == 9 && IsDigits(text) ? text.substr(0, 5) : text;
}

std::string Prefix3Digits(const std::string& text) {
  const std::string prefix = text.substr(0, 3);
  return prefix.size() == 3 && IsDigits(prefix) ? prefix : "";
}

std::string StreetCore(const AddressParts& address) {
  const std::string name = StreetNameText(address);
  if (!address.house_number.empty() && !name.empty()) {
    return absl::StrCat(address.house_number, " ", name);
  }
  return address.po_box.empty() ? "" : absl::StrCat("POBOX ", address.po_box);
}

void AppendNameForm(v1::Form form, const StandardValue& value, Texts* out) {
  switch (form) {
    case v1::NICKNAME_ROOT:
      AddNicknameRoots(value.text, out);
      break;
    case v1::INITIAL:
      Add(FirstCharacters(value.text, 1), out);
      break;
    case v1::SOUNDEX:
      Add(Soundex(value.text), out);
      break;
    case v1::DOUBLE_METAPHONE:
      AddDoubleMetaphone(value.text, out);
      break;
    case v1::NYSIIS:
      Add(Nysiis(value.text), out);
      break;
    case v1::NAME_PART:
      for (const std::string& part : value.parts) Add(part, out);
      break;
    default:  // PREFIX_3
      Add(FirstCharacters(value.text, 3), out);
      break;
  }
}

void AppendDateForm(v1::Form form, const std::string& date, Texts* out) {
  switch (form) {
    case v1::DAY_MONTH_SWAPPED:
      Add(DayMonthSwapped(date), out);
      break;
    case v1::NEAR_YEAR:
      for (std::string& near : NearYears(date)) Add(std::move(near), out);
      break;
    case v1::YEAR:
      Add(date.substr(0, 4), out);
      break;
    case v1::YEAR_MONTH:
      if (date.size() >= 6) Add(date.substr(0, 6), out);
      break;
    default:  // MONTH_DAY
      Add(MonthDay(date), out);
      break;
  }
}

void AppendAddressForm(v1::Form form, const StandardValue& value, Texts* out) {
  switch (form) {
    case v1::WITHOUT_UNIT:
      // An address without parts, such as a Japanese one, is kept whole.
      Add(AddressText(AddressOf(value), /*with_unit=*/false), out);
      break;
    case v1::STREET_CORE:
      Add(StreetCore(AddressOf(value)), out);
      break;
    case v1::STREET_NAME:
      Add(StreetNameText(AddressOf(value)), out);
      break;
    default:  // HOUSE_NUMBER
      Add(AddressOf(value).house_number, out);
      break;
  }
}

void AppendFormOfDamaged(v1::Form form, v1::Standardizer standardizer, const std::string& text,
                         Texts* out) {
  switch (form) {
    case v1::YEAR:
      Add(YearOfDamaged(text), out);
      break;
    case v1::YEAR_MONTH:
      Add(YearMonthOfDamaged(text), out);
      break;
    case v1::MONTH_DAY:
      Add(MonthDayOfDamaged(text), out);
      break;
    case v1::DAY_MONTH_SWAPPED:
      Add(SwapOfDamaged(text), out);
      break;
    case v1::DIGITS_TRANSPOSED:
      if (standardizer == v1::DATE && !HasWrongYear(text)) AddTransposed(standardizer, text, out);
      break;
    case v1::LAST_4:
      if (IsDigits(Last4(text))) Add(Last4(text), out);
      break;
    default:
      break;
  }
}

}  // namespace

void AppendForm(v1::Form form, v1::Standardizer standardizer, const StandardValue& value,
                std::vector<std::string>* out) {
  if (value.damaged) return AppendFormOfDamaged(form, standardizer, value.text, out);
  switch (form) {
    case v1::FORM_UNSPECIFIED:
    case v1::EXACT:
      if (standardizer != v1::DATE || !IsPartialDate(value.text)) Add(value.text, out);
      break;
    case v1::NICKNAME_ROOT:
    case v1::INITIAL:
    case v1::SOUNDEX:
    case v1::DOUBLE_METAPHONE:
    case v1::NYSIIS:
    case v1::NAME_PART:
    case v1::PREFIX_3:
      AppendNameForm(form, value, out);
      break;
    case v1::DAY_MONTH_SWAPPED:
    case v1::NEAR_YEAR:
    case v1::YEAR:
    case v1::YEAR_MONTH:
    case v1::MONTH_DAY:
      AppendDateForm(form, value.text, out);
      break;
    case v1::WITHOUT_UNIT:
    case v1::STREET_CORE:
    case v1::STREET_NAME:
    case v1::HOUSE_NUMBER:
      AppendAddressForm(form, value, out);
      break;
    case v1::DIGITS_TRANSPOSED:
      AddTransposed(standardizer, value.text, out);
      break;
    case v1::LAST_4:
      Add(Last4(value.text), out);
      break;
    case v1::PREFIX_5:
      Add(Prefix5(value.text), out);
      break;
    case v1::PREFIX_3_DIGITS:
      Add(Prefix3Digits(value.text), out);
      break;
    default:
      break;
  }
}

}  // namespace blindlink::agent
