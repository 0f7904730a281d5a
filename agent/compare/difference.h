#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// How two records' standardized values of one field differ, in the terms of the 2013 report's lists
// of false negatives. The standardizer determines which of them a field can have.
enum class Difference {
  kSame,
  kNotInFile,  // one site never fills the field (see Explain)
  kMissingOnBoth,
  // Names.
  kNickname,     // one is a nickname of the other
  kPartOfName,   // one is part of the other, or they share a part
  kInitial,      // one is the other's first letter
  kSoundsAlike,  // Double Metaphone
  kExchanged,    // first and last name are exchanged
  kMiddleName,   // one record's first name is the other's middle name
  // Dates.
  kSwapped,    // day and month
  kNearYear,   // one year apart
  kOtherPart,  // two of year, month and day are the same
  // Dates and numbers.
  kKnownInPart,  // one is known in part only, and agrees as far as it goes
  // Addresses.
  kUnit,         // same except for the apartment
  kStreetType,   // same except for suffix or direction
  kStreetTypo,   // same house number; street one edit away or sounds alike
  kHouseNumber,  // same street
  // Numbers and codes.
  kSamePrefix,  // ZIPs of one sectional center
  kSameLastFour,
  kSameLocalPart,  // e-mail, same except for the domain
  // Any.
  kOneEdit,  // one character missing, added or changed, or two exchanged
  kMissingOnOne,
  kDifferent,
};

absl::string_view NameOf(Difference difference);

// How strongly a difference speaks against the same person: 0 not at all, 1 another way to write
// the same, 2 an error, 3 nothing to compare, 4 another value.
int WeightOf(Difference difference);

// The smallest difference between any value of one record and any value of the other. Pure;
// thread-safe.
Difference Compare(v1::Standardizer standardizer, const std::vector<StandardValue>& left,
                   const std::vector<StandardValue>& right);

// Whether one insertion, deletion or substitution of a character, or one exchange of two adjacent
// characters, turns one text into the other (optimal string alignment distance 1). Counts
// characters, not bytes. False for equal texts.
bool IsOneEdit(absl::string_view left, absl::string_view right);

}  // namespace blindlink::agent
