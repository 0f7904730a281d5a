#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// How two records' standardized values of one field differ, in words of the 2013 report's lists of
// false negatives. Which of them a field can have depends on its standardizer.
enum class Difference {
  kSame,
  kNotInFile,  // one site's file has the field in no record: see Explain
  kMissingOnBoth,
  // Names.
  kNickname,     // one stands for the other
  kPartOfName,   // one has a part of the other's compound name
  kInitial,      // one is the other's first letter
  kSoundsAlike,  // Double Metaphone
  kExchanged,    // first and last name have changed places
  kMiddleName,   // one record's first name is the other's middle name
  // Dates.
  kSwapped,    // day and month
  kNearYear,   // one year apart
  kOtherPart,  // two of year, month and day are the same
  // Addresses.
  kUnit,         // but for the apartment
  kStreetType,   // but for suffix or direction
  kStreetTypo,   // same house number, street one edit off or of the same sound
  kHouseNumber,  // same street
  // Numbers and codes.
  kSamePrefix,  // ZIPs of one sectional center
  kSameLastFour,
  kSameLocalPart,  // e-mail, but for the domain
  // Any.
  kOneEdit,  // one character left out, added or changed, or two exchanged
  kMissingOnOne,
  kDifferent,
};

absl::string_view NameOf(Difference difference);

// How much it tells against the two being one person: 0 nothing, 1 another way to write the same,
// 2 an error, 3 nothing to compare, 4 another value.
int WeightOf(Difference difference);

// The smallest difference between any value of one record and any of the other. Pure, thread-safe.
Difference Compare(v1::Standardizer standardizer, const std::vector<StandardValue>& left,
                   const std::vector<StandardValue>& right);

// Whether one insertion, deletion, substitution or exchange of two neighbours makes one text of the
// other (optimal string alignment distance 1). Of characters, not bytes; false for equal texts.
bool IsOneEdit(absl::string_view left, absl::string_view right);

}  // namespace blindlink::agent
