#include "tests/population/record_maker.h"

#include "tests/population/address_record.h"
#include "tests/population/date_record.h"
#include "tests/population/name_record.h"
#include "tests/population/number_record.h"

namespace blindlink::population {

void RecordMaker::Make(const Person& person, Draw draw, Record* record) {
  record->person = person.number;
  record->errors.clear();
  RecordErrors errors(rates_, draw, *record, counts_);
  RecordNames(person, names_, errors);
  RecordBirth(person, errors);
  const bool moved = errors.Happens(ErrorKind::kMoved);
  const int before = moved ? 1 + static_cast<int>(draw.Below(2)) : 0;
  // Lodgers moved on their own, families together.
  const uint64_t lived_with = moved && !person.in_family ? person.number : person.household;
  RecordAddress(homes_.HomeOf(lived_with, before), errors);
  RecordNumbers(person, contacts_, errors);
}

}  // namespace blindlink::population
