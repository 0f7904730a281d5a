#include "agent/standardize/address/address.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/standardize/address/address_delivery.h"
#include "agent/standardize/address/address_line.h"
#include "agent/standardize/address/address_street.h"
#include "agent/standardize/address/address_unit.h"
#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

StandardizeResult JapaneseAddress(absl::string_view folded) {
  std::string text;
  for (const char c : folded) {
    if (static_cast<unsigned char>(c) >= 0x80 || absl::ascii_isalnum(c) || c == '-') {
      text.push_back(c);
    }
  }
  AddressParts parts;
  parts.street_name = text;
  return Usable({std::move(text), {}, std::make_shared<const AddressParts>(std::move(parts))});
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
  if (!parts.urbanization.empty()) Append(absl::StrCat("URB ", parts.urbanization), &text);
  if (with_unit && !parts.unit.empty()) Append(absl::StrCat("#", parts.unit), &text);
  if (!parts.po_box.empty()) Append(absl::StrCat("POBOX ", parts.po_box), &text);
  return text;
}

StandardValue AddressValue(AddressParts parts) {
  StandardValue value;
  value.text = AddressText(parts, /*with_unit=*/true);
  value.address = std::make_shared<const AddressParts>(std::move(parts));
  return value;
}

StandardizeResult StandardizeAddress(absl::string_view folded) {
  const std::string joined = LettersAndDigits(folded);
  if (joined.empty()) return Missing();
  if (IsPlaceholderAddress(joined)) return Placeholder("placeholder-address");
  if (HasJapanese(folded)) return JapaneseAddress(folded);
  AddressWords words = SplitAddressLine(folded);
  AddressParts parts;
  TakeDelivery(&words, &parts);
  PutSpanishNumberFirst(&words);
  TakeUnits(&words, &parts);
  TakeHouseNumber(&words, &parts);
  TakeStreet(&words, &parts);
  if (parts.street_name.empty()) parts.house_number.clear();
  if (parts.street_name.empty() && parts.po_box.empty()) return Invalid("no-street");
  return Usable(AddressValue(std::move(parts)));
}

}  // namespace blindlink::agent
