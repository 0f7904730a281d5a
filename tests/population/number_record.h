#pragma once

#include "tests/population/contact_book.h"
#include "tests/population/record_errors.h"

namespace blindlink::population {

// Writes SSN, telephone and e-mail of a person into the record, with errors.
void RecordNumbers(const Person& person, const ContactBook& contacts, RecordErrors& errors);

}  // namespace blindlink::population
