#include "tests/population/name_record.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/population/word_errors.h"

namespace blindlink::population {
namespace {

void RecordFirst(const Person& person, const NameBook& names, RecordErrors& errors) {
  std::string& first = errors.record.first;
  const std::vector<std::string>& nicknames = names.NicknamesOf(person.first);
  if (errors.Happens(ErrorKind::kNickname, !nicknames.empty())) {
    first = errors.draw.OneOf(nicknames);
  }
  if (errors.Happens(ErrorKind::kMiddleForFirst, !person.middle.empty())) {
    first = person.middle;
  } else if (errors.Happens(ErrorKind::kInitial)) {
    first = WithoutAccents(first).substr(0, 1);
  } else if (errors.Happens(ErrorKind::kTypoInFirst)) {
    first = WithTypo(WithoutAccents(first), errors.draw);
  } else if (errors.Happens(ErrorKind::kPhoneticFirst)) {
    first = WithPhoneticError(WithoutAccents(first), errors.draw);
  }
  if (errors.Happens(ErrorKind::kMiddleAdded, !person.middle.empty())) {
    const std::string middle = WithoutAccents(person.middle);
    absl::StrAppend(&first, " ", errors.draw.Chance(0.5) ? middle : middle.substr(0, 1));
  }
  if (errors.Happens(ErrorKind::kMiddleMissing, !person.middle.empty())) {
    errors.record.middle.clear();
  }
}

// "O'Brien" as "OBrien", "Garcia-Lopez" as "Garcia Lopez", "De La Cruz" as "Delacruz".
std::string WithOtherPunctuation(std::string last) {
  if (last.find('-') != std::string::npos) {
    std::replace(last.begin(), last.end(), '-', ' ');
    return last;
  }
  last.erase(std::remove_if(last.begin(), last.end(),
                            [](char c) { return c == '\'' || c == '.' || c == ' '; }),
             last.end());
  return last;
}

// Where a two-part surname is divided; npos for one part. Particles do not count as parts.
size_t DivisionOf(absl::string_view last) {
  const size_t hyphen = last.find('-');
  if (hyphen != absl::string_view::npos) return hyphen;
  const absl::string_view particles[] = {"De ", "Del ", "Van ", "St. ", "Ponce "};
  for (const absl::string_view particle : particles) {
    if (absl::string_view(last).substr(0, particle.size()) == particle) return last.npos;
  }
  return last.find(' ');
}

void RecordLast(const Person& person, RecordErrors& errors) {
  std::string& last = errors.record.last;
  if (errors.Happens(ErrorKind::kSurnameChanged, !person.birth_last.empty())) {
    last = person.birth_last;
  }
  const size_t division = DivisionOf(last);
  if (errors.Happens(ErrorKind::kSurnamePartMissing, division != std::string::npos)) {
    last = errors.draw.Chance(0.8) ? last.substr(0, division) : last.substr(division + 1);
  }
  const bool punctuated = last.find_first_of("'-.") != std::string::npos ||
                          (DivisionOf(last) == std::string::npos && last.find(' ') != last.npos);
  if (errors.Happens(ErrorKind::kSurnamePunctuation, punctuated)) {
    last = WithOtherPunctuation(last);
  }
  if (errors.Happens(ErrorKind::kTypoInLast)) {
    last = WithTypo(WithoutAccents(last), errors.draw);
  } else if (errors.Happens(ErrorKind::kPhoneticLast)) {
    last = WithPhoneticError(WithoutAccents(last), errors.draw);
  }
}

}  // namespace

void RecordNames(const Person& person, const NameBook& names, RecordErrors& errors) {
  Record& record = errors.record;
  record.first = person.first;
  record.middle = person.middle;
  record.last = person.last;
  record.birth_last = person.birth_last;
  record.suffix = std::string(person.suffix);
  RecordFirst(person, names, errors);
  RecordLast(person, errors);
  if (errors.Happens(ErrorKind::kSuffixMissing, !record.suffix.empty())) record.suffix.clear();
  if (errors.Happens(ErrorKind::kOcrInName)) {
    std::string& name = errors.draw.Chance(0.5) ? record.first : record.last;
    name = WithOcrError(WithoutAccents(name), errors.draw);
  }
  const bool accents = HasAccents(record.first) || HasAccents(record.last);
  if (errors.Happens(ErrorKind::kAccentsDropped, accents)) {
    record.first = WithoutAccents(record.first);
    record.middle = WithoutAccents(record.middle);
    record.last = WithoutAccents(record.last);
  }
  if (errors.Happens(ErrorKind::kNamesExchanged)) std::swap(record.first, record.last);
}

}  // namespace blindlink::population
