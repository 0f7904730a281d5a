#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_map.h"
#include "agent/clinical/dates/date_mask.h"
#include "agent/clinical/dates/date_shift.h"
#include "agent/clinical/dates/shift_seeds.h"
#include "agent/clinical/release/person_mask.h"
#include "agent/clinical/terms/term_matcher.h"
#include "blindlink/v1/release_plan.pb.h"
#include "common/base/bytes16.h"

namespace blindlink::agent {

// What the stages of a release work with. What it points to must outlive them.
//
// The stages, each of which makes of the result of the one before a result that is kept until the
// release is complete (agent/clinical/stages):
//
//   RowIntake      the source's rows, with standard names of diseases, by person
//   MaskPersons    persons with their dates and ids masked
//   ReleaseCodes   the same with rare codes made coarser
//   GroupPersons   the table of persons with its quasi-identifiers made coarser (person_groups.h)
//   WriteExtracts  the data products
//
// The result depends on rows, plan and keys, never on the order of the rows.
struct ReleaseParts {
  v1::ReleasePlan plan;  // checked, with its defaults
  // What the linkage calls a person of this site.
  std::function<RecordPseudonym(absl::string_view person)> pseudonym_of;
  // Null: dates are shifted as no other site shifts them.
  const ShiftSeeds* seeds = nullptr;
  DateShift shift;
  DateMask dates;
  ReleaseIds ids;
  const TermMatcher* terms = nullptr;
  const CodeBook* codes = nullptr;  // null: codes are not checked, and none may be released
  const CodeMap* code_map = nullptr;
};

// Called now and then: persons so far, and the share of the work. An error ends the stage.
using OnPersons = std::function<absl::Status(uint64_t persons, double share)>;

}  // namespace blindlink::agent
