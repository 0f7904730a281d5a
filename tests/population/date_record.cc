#include "tests/population/date_record.h"

namespace blindlink::population {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

Date InYear(Date date, int other) {
  const Date moved(year(other), date.month(), date.day());
  return moved.ok() ? moved : Date(year(other), date.month(), day(28));
}

// Another day of the month that differs in one of its two digits.
Date WithDayTypo(Date date, Draw& draw) {
  const unsigned value = static_cast<unsigned>(date.day());
  for (int attempt = 0; attempt < 20; ++attempt) {
    const unsigned digit = static_cast<unsigned>(draw.Below(10));
    const unsigned other = draw.Chance(0.5) ? value / 10 * 10 + digit : digit * 10 + value % 10;
    const Date changed(date.year(), date.month(), day(other));
    if (other != value && changed.ok()) return changed;
  }
  return Date(date.year(), date.month(), day(value == 1 ? 2 : 1));
}

}  // namespace

void RecordBirth(const Person& person, RecordErrors& errors) {
  Record& record = errors.record;
  record.sex = person.sex;
  if (errors.Happens(ErrorKind::kSexWrong)) {
    record.sex = person.sex == Sex::kMale ? Sex::kFemale : Sex::kMale;
  }
  record.has_birth = true;
  record.birth = person.birth;
  const unsigned d = static_cast<unsigned>(person.birth.day());
  const unsigned m = static_cast<unsigned>(person.birth.month());
  if (errors.Happens(ErrorKind::kDateMissing)) {
    record.has_birth = false;
  } else if (errors.Happens(ErrorKind::kDatePlaceholder)) {
    record.birth = Date(year(1900), month(1), day(1));
  } else if (errors.Happens(ErrorKind::kDayMonthExchanged, d <= 12 && d != m)) {
    record.birth = Date(person.birth.year(), month(d), day(m));
  } else if (errors.Happens(ErrorKind::kNearYear)) {
    const int other = YearOf(person.birth) + (errors.draw.Chance(0.5) ? 1 : -1);
    record.birth = InYear(person.birth, other);
  } else if (errors.Happens(ErrorKind::kTypoInDate)) {
    record.birth = WithDayTypo(person.birth, errors.draw);
  }
}

}  // namespace blindlink::population
