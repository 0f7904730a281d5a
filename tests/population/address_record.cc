#include "tests/population/address_record.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "tests/population/word_errors.h"

namespace blindlink::population {
namespace {

absl::string_view FullDirection(absl::string_view brief) {
  for (const WordPair& pair : Directionals()) {
    if (pair.brief == brief) return pair.full;
  }
  return brief;
}

std::string StreetName(const Street& street, RecordErrors& errors) {
  std::string name(street.name);
  const absl::string_view ordinal = OtherOrdinal(name);
  if (errors.Happens(ErrorKind::kOrdinalForm, !ordinal.empty())) name = std::string(ordinal);
  if (errors.Happens(ErrorKind::kStreetWhiteSpace, name.find(' ') != std::string::npos)) {
    name = absl::StrReplaceAll(name, {{" ", errors.draw.Chance(0.8) ? "" : "  "}});
  }
  const bool letters = name[0] > '9';
  if (errors.Happens(ErrorKind::kStreetMisspelled, letters)) name = WithTypo(name, errors.draw);
  return name;
}

// The directional as this record has it; at most one of the two is not empty.
absl::string_view DirectionOf(const Street& street, RecordErrors& errors) {
  const absl::string_view brief = street.before.empty() ? street.after : street.before;
  if (brief.empty() || errors.Happens(ErrorKind::kDirectionMissing)) return "";
  return errors.Happens(ErrorKind::kDirectionForm) ? FullDirection(brief) : brief;
}

void RecordStreet(const Address& address, RecordErrors& errors) {
  const Street& street = address.street;
  std::string number = absl::StrCat(address.number);
  if (errors.Happens(ErrorKind::kHouseNumberWrong)) number = WithDigitError(number, errors.draw);
  const absl::string_view direction = DirectionOf(street, errors);
  std::string& text = errors.record.street;
  text = std::move(number);
  if (!street.before.empty() && !direction.empty()) absl::StrAppend(&text, " ", direction);
  absl::StrAppend(&text, " ", StreetName(street, errors));
  if (!errors.Happens(ErrorKind::kStreetSuffixMissing)) {
    const bool full = errors.Happens(ErrorKind::kStreetSuffixForm);
    absl::StrAppend(&text, " ", full ? street.suffix->full : street.suffix->brief);
  }
  if (!street.after.empty() && !direction.empty()) absl::StrAppend(&text, " ", direction);
}

void RecordUnit(const Address& address, RecordErrors& errors) {
  if (address.unit.empty() || errors.Happens(ErrorKind::kUnitMissing)) return;
  absl::string_view word = address.unit_word;
  if (errors.Happens(ErrorKind::kUnitForm)) {
    constexpr absl::string_view kWords[] = {"Apt", "Apartment", "Unit", "#"};
    word = errors.draw.OneOf(kWords);
  }
  errors.record.unit = absl::StrCat(word, word == "#" ? "" : " ", address.unit);
}

void RecordPlace(const Address& address, RecordErrors& errors) {
  Record& record = errors.record;
  record.city = address.town->name;
  record.state = address.town->state->code;
  record.zip = absl::StrFormat("%05d", address.zip);
  if (errors.Happens(ErrorKind::kCityMisspelled)) record.city = WithTypo(record.city, errors.draw);
  if (errors.Happens(ErrorKind::kZipMissing)) {
    record.zip.clear();
  } else if (errors.Happens(ErrorKind::kZipWrong)) {
    record.zip = WithDigitError(record.zip, errors.draw);
  }
}

}  // namespace

void RecordAddress(const Address& address, RecordErrors& errors) {
  Record& record = errors.record;
  record.street.clear();
  record.unit.clear();
  RecordPlace(address, errors);
  if (errors.Happens(ErrorKind::kStreetMissing)) return;
  switch (address.kind) {
    case AddressKind::kPostBox:
      record.street =
          absl::StrCat(errors.draw.Chance(0.7) ? "PO Box " : "P.O. Box ", address.number);
      return;
    case AddressKind::kRuralRoute:
      record.street = absl::StrCat(errors.draw.Chance(0.7) ? "RR " : "Rural Route ", address.route,
                                   " Box ", address.number);
      return;
    case AddressKind::kStreet:
      RecordStreet(address, errors);
      RecordUnit(address, errors);
  }
}

}  // namespace blindlink::population
