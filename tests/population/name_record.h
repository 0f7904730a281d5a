#pragma once

#include "tests/population/name_book.h"
#include "tests/population/record_errors.h"

namespace blindlink::population {

// Writes the names of a person into the record, with errors.
void RecordNames(const Person& person, const NameBook& names, RecordErrors& errors);

}  // namespace blindlink::population
