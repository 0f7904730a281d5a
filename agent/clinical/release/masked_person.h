#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/clinical/release/person_care.h"
#include "agent/clinical/release/person_mask.h"
#include "common/base/bytes16.h"

namespace blindlink::agent {

// A person between the stages of a release.
struct NumberedPerson {
  RecordPseudonym record;
  uint64_t number = 0;  // by which persons are counted: that of all records of one person
  MaskedPerson masked;
  PersonCare care_before;  // of the source's rows; no longer needed once codes are coarser
};

// A person as bytes for the same program, and back; Decode expects what Append made.
void AppendPerson(const NumberedPerson& person, std::string* out);
NumberedPerson DecodePerson(absl::string_view bytes);

}  // namespace blindlink::agent
