#pragma once

#include "tests/population/contact_book.h"
#include "tests/population/error_kinds.h"
#include "tests/population/home_book.h"
#include "tests/population/name_book.h"
#include "tests/population/record.h"
#include "tests/population/record_errors.h"

namespace blindlink::population {

// Makes records of people at one site. Not thread-safe: it counts.
class RecordMaker {
 public:
  RecordMaker(const NameBook& names, const HomeBook& homes, const ContactBook& contacts,
              const ErrorRates& rates)
      : names_(names), homes_(homes), contacts_(contacts), rates_(rates) {}

  // The draw decides on the errors.
  void Make(const Person& person, Draw draw, Record* record);
  const ErrorCounts& counts() const { return counts_; }

 private:
  const NameBook& names_;
  const HomeBook& homes_;
  const ContactBook& contacts_;
  const ErrorRates rates_;
  ErrorCounts counts_;
};

}  // namespace blindlink::population
