#pragma once

#include "tests/population/home_book.h"
#include "tests/population/record_errors.h"

namespace blindlink::population {

// Writes an address into the record, with errors.
void RecordAddress(const Address& address, RecordErrors& errors);

}  // namespace blindlink::population
