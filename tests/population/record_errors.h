#pragma once

#include "tests/population/draw.h"
#include "tests/population/error_kinds.h"
#include "tests/population/record.h"

namespace blindlink::population {

// Decides which errors a record has and writes them down, in the record and in the counts.
class RecordErrors {
 public:
  RecordErrors(const ErrorRates& rates, Draw& draw, Record& record, ErrorCounts& counts)
      : draw(draw), record(record), rates_(rates), counts_(counts) {}

  // Whether the record has this error; false where it cannot have it.
  bool Happens(ErrorKind kind, bool possible = true) {
    if (!possible) return false;
    ++counts_.possible[static_cast<int>(kind)];
    if (!draw.Chance(rates_.Of(kind))) return false;
    ++counts_.made[static_cast<int>(kind)];
    record.errors.push_back(kind);
    return true;
  }

  Draw& draw;
  Record& record;

 private:
  const ErrorRates& rates_;
  ErrorCounts& counts_;
};

}  // namespace blindlink::population
