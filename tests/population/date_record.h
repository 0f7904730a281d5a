#pragma once

#include "tests/population/record_errors.h"

namespace blindlink::population {

// Writes date of birth and sex of a person into the record, with errors. At most one error a date.
void RecordBirth(const Person& person, RecordErrors& errors);

}  // namespace blindlink::population
