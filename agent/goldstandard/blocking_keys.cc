#include "agent/goldstandard/blocking_keys.h"

#include <algorithm>

#include "agent/compare/comparable_record.h"
#include "agent/variants/variants.h"
#include "common/base/mix.h"
#include "common/plan/standardizer_catalog.h"

namespace blindlink::agent {
namespace {

using T = BlockText;

constexpr BlockingKey Of(const char* name, T a) { return {name, {a, a, a}, 1}; }
constexpr BlockingKey Of(const char* name, T a, T b) { return {name, {a, b, b}, 2}; }
constexpr BlockingKey Of(const char* name, T a, T b, T c) { return {name, {a, b, c}, 3}; }

// Many weak keys, so that whatever is wrong in a record, some key has only correct texts.
constexpr BlockingKey kKeys[] = {
    // Values that few people share.
    Of("birth", T::kBirth),
    Of("street and number", T::kStreetAndNumber),
    Of("number", T::kNumber),
    Of("number transposed + year", T::kNearNumber, T::kYear),
    Of("number transposed + given", T::kNearNumber, T::kGiven),
    Of("number last 4 + given", T::kNumberLast4, T::kGiven),
    Of("number last 4 + surname", T::kNumberLast4, T::kSurnameSound),
    Of("family number", T::kFamilyNumber),
    Of("phone", T::kPhone),
    Of("phone last 4 + given", T::kPhoneLast4, T::kGiven),
    Of("phone last 4 + surname", T::kPhoneLast4, T::kSurname),
    Of("email", T::kEmail),
    Of("email name + initial", T::kEmailName, T::kGivenInitial),
    Of("email name + year", T::kEmailName, T::kYear),
    // Names.
    Of("given + surname", T::kGiven, T::kSurname),
    Of("names exchanged", T::kAnyName, T::kAnyName),
    Of("sounds + year", T::kGivenSound, T::kSurnameSound, T::kYear),
    Of("a sound + year", T::kAnySound, T::kYear),
    Of("starts + year and month", T::kGivenStart, T::kSurnameStart, T::kYearMonth),
    // A name and a date, which may be partly wrong.
    Of("surname + birthday", T::kSurname, T::kMonthDay),
    Of("surname + year and month", T::kSurnameSound, T::kYearMonth),
    Of("given + birthday", T::kGiven, T::kMonthDay),
    Of("given + year and month", T::kGiven, T::kYearMonth),
    Of("near birth + surname", T::kNearBirth, T::kSurnameSound),
    Of("near birth + given", T::kNearBirth, T::kGivenSound),
    // A place and something about the person.
    Of("postal code + given", T::kPostalCode, T::kGiven),
    Of("postal code + surname", T::kPostalCode, T::kSurnameSound),
    Of("postal code + year and month", T::kPostalCode, T::kYearMonth),
    Of("postal code + birthday", T::kPostalCode, T::kMonthDay),
    Of("postal code + house", T::kPostalCode, T::kHouseNumber),
    Of("postal code + street", T::kPostalCode, T::kStreet),
    Of("city + given", T::kCity, T::kGiven),
    Of("city + surname", T::kCity, T::kSurname),
    Of("city + year and month", T::kCity, T::kYearMonth),
    Of("city + house", T::kCity, T::kHouseNumber),
    Of("street + given", T::kStreet, T::kGivenSound),
    Of("street + surname", T::kStreet, T::kSurnameSound),
    Of("street + year", T::kStreet, T::kYear),
    Of("house + surname + initial", T::kHouseNumber, T::kSurnameSound, T::kGivenInitial),
};

bool IsInitial(const std::string& text) { return text.size() == 1; }

}  // namespace

absl::Span<const BlockingKey> BlockingKeys() { return kKeys; }

void BlockingKeyMaker::Put(BlockText text, absl::string_view value) {
  if (value.empty()) return;
  std::vector<uint64_t>& texts = texts_[static_cast<size_t>(text)];
  const uint64_t hash = ComparableHash(value);
  if (std::find(texts.begin(), texts.end(), hash) == texts.end()) texts.push_back(hash);
}

void BlockingKeyMaker::Add(BlockText text, v1::Form form, v1::Standardizer standardizer,
                           const StandardValue& value) {
  forms_.clear();
  AppendForm(form, standardizer, value, &forms_);
  for (const std::string& made : forms_) Put(text, made);
}

void BlockingKeyMaker::CollectNames(v1::Standardizer standardizer, const StandardValue& value) {
  if (standardizer == v1::SURNAME) {
    Put(T::kSurname, value.text);
    for (const std::string& part : value.parts) Put(T::kSurname, part);
    Put(T::kAnyName, value.text);
    Add(T::kSurnameSound, v1::DOUBLE_METAPHONE, standardizer, value);
    Add(T::kAnySound, v1::DOUBLE_METAPHONE, standardizer, value);
    Add(T::kSurnameStart, v1::PREFIX_3, standardizer, value);
    return;
  }
  if (standardizer == v1::MIDDLE_NAME) {
    if (!IsInitial(value.text)) Add(T::kGiven, v1::NICKNAME_ROOT, v1::GIVEN_NAME, value);
    return;
  }
  Add(T::kGivenInitial, v1::INITIAL, standardizer, value);
  if (IsInitial(value.text)) return;
  Add(T::kGiven, v1::NICKNAME_ROOT, standardizer, value);
  for (const std::string& part : value.parts) {
    StandardValue of_part;
    of_part.text = part;
    if (!IsInitial(part)) Add(T::kGiven, v1::NICKNAME_ROOT, standardizer, of_part);
  }
  Put(T::kAnyName, value.text);
  Add(T::kGivenSound, v1::DOUBLE_METAPHONE, standardizer, value);
  Add(T::kAnySound, v1::DOUBLE_METAPHONE, standardizer, value);
  Add(T::kGivenStart, v1::PREFIX_3, standardizer, value);
}

void BlockingKeyMaker::CollectTexts(v1::Standardizer standardizer, const StandardValue& value) {
  const auto add = [&](BlockText text, v1::Form form) { Add(text, form, standardizer, value); };
  const StandardizerTraits& traits = TraitsOf(standardizer);
  switch (traits.comparison) {
    case Comparison::kGivenName:
    case Comparison::kMiddleName:
    case Comparison::kSurname:
      return CollectNames(standardizer, value);
    case Comparison::kDate:
      Put(T::kBirth, value.text);
      Put(T::kNearBirth, value.text);
      add(T::kNearBirth, v1::DAY_MONTH_SWAPPED);
      add(T::kNearBirth, v1::DIGITS_TRANSPOSED);
      add(T::kNearBirth, v1::NEAR_YEAR);
      add(T::kYear, v1::YEAR);
      add(T::kYearMonth, v1::YEAR_MONTH);
      return add(T::kMonthDay, v1::MONTH_DAY);
    case Comparison::kPostalCode:
      return add(T::kPostalCode, v1::PREFIX_5);
    case Comparison::kCity:
      return Put(T::kCity, value.text);
    case Comparison::kStreetAddress:
      add(T::kHouseNumber, v1::HOUSE_NUMBER);
      add(T::kStreet, v1::STREET_NAME);
      return add(T::kStreetAndNumber, v1::STREET_CORE);
    case Comparison::kNumber:
      if (traits.scored.household) return Put(T::kFamilyNumber, value.text);
      Put(T::kNumber, value.text);
      add(T::kNumberLast4, v1::LAST_4);
      Put(T::kNearNumber, value.text);
      return add(T::kNearNumber, v1::DIGITS_TRANSPOSED);
    case Comparison::kPhone:
      Put(T::kPhone, value.text);
      return add(T::kPhoneLast4, v1::LAST_4);
    case Comparison::kEmail:
      Put(T::kEmail, value.text);
      return Put(T::kEmailName, absl::string_view(value.text).substr(0, value.text.find('@')));
    case Comparison::kState:
    case Comparison::kText:
    case Comparison::kCode:
      return;
  }
}

// Appends all combinations of the texts. Two texts of the same kind are combined in either order.
void BlockingKeyMaker::AppendKeys(size_t kind, std::vector<RecordBlock>* keys) const {
  const BlockingKey& key = kKeys[kind];
  const auto add = [&](uint64_t hash) {
    keys->push_back({Mix64(hash + kind * 0x9e3779b97f4a7c15), static_cast<uint8_t>(kind)});
  };
  const auto texts = [&](size_t i) -> const std::vector<uint64_t>& {
    return texts_[static_cast<size_t>(key.texts[i])];
  };
  const bool either_order = key.size == 2 && key.texts[0] == key.texts[1];
  for (const uint64_t first : texts(0)) {
    if (key.size == 1) add(first);
    for (const uint64_t second : texts(1)) {
      if (either_order && first < second) add(Mix64(first) + Mix64(second));
      if (key.size == 1 || either_order) continue;
      const uint64_t both = Mix64(first) * 31 + second;
      if (key.size == 2) add(both);
      if (key.size == 2) continue;
      for (const uint64_t third : texts(2)) add(Mix64(both) * 31 + third);
    }
  }
}

void BlockingKeyMaker::Make(const RecordValues& values, std::vector<RecordBlock>* keys) {
  for (std::vector<uint64_t>& texts : texts_) texts.clear();
  for (int field = 0; field < plan_.fields_size(); ++field) {
    const v1::Standardizer standardizer = plan_.fields(field).standardizer();
    for (const StandardValue& value : values.Of(static_cast<size_t>(field))) {
      CollectTexts(standardizer, value);
    }
  }
  keys->clear();
  for (size_t kind = 0; kind < std::size(kKeys); ++kind) AppendKeys(kind, keys);
}

}  // namespace blindlink::agent
