#include "tests/population/number_record.h"

#include "tests/population/word_errors.h"

namespace blindlink::population {

void RecordNumbers(const Person& person, const ContactBook& contacts, RecordErrors& errors) {
  Record& record = errors.record;
  record.ssn.clear();
  record.phone.clear();
  record.email.clear();
  if (!errors.Happens(ErrorKind::kSsnMissing)) {
    if (errors.Happens(ErrorKind::kSsnPlaceholder)) {
      record.ssn = errors.draw.Chance(0.5) ? "999999999" : "000000000";
    } else {
      record.ssn = contacts.SsnOf(person);
      if (errors.Happens(ErrorKind::kTypoInSsn)) {
        record.ssn = WithDigitError(record.ssn, errors.draw);
      }
    }
  }
  if (!errors.Happens(ErrorKind::kPhoneMissing)) {
    record.phone = contacts.PhoneOf(person, errors.Happens(ErrorKind::kPhoneChanged) ? 1 : 0);
  }
  if (!errors.Happens(ErrorKind::kEmailMissing)) {
    record.email = contacts.EmailOf(person, errors.Happens(ErrorKind::kEmailChanged) ? 1 : 0);
  }
}

}  // namespace blindlink::population
