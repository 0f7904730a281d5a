#pragma once

#include <cstdint>

#include "researcher/timeline/person_events.h"

namespace blindlink::researcher {

// Copies of one receipt: visits of a person that are one and the same claim, held by several sites,
// or twice by one. docs/timeline.md has the rule in words and its measured accuracy.
//
// Two visits can be copies
// - if they have the same receipt and begin at most kReceiptDays apart; or
// - if they are at different sites, begin at most one day apart, and at least one has no receipt;
// and their settings do not differ. The evidence is a sum of weights like that of a record linkage
// (Fellegi and Sunter 1969): for the receipt, amount, payer, provider, days, and codes, which count
// the more the rarer they are among this person's own visits. Pairs are accepted from the strongest
// down to kLeastEvidence; a visit has at most one copy at each site. Of a group of copies the
// original is the visit with a receipt, then with the most events, then the first.
inline constexpr int32_t kReceiptDays = 7;
inline constexpr double kLeastEvidence = 2;
// Dates that are no days say less.
inline constexpr double kLeastEvidenceOfCoarseDates = 4;

struct CopyCounts {
  uint64_t by_receipt = 0;  // visits that are copies
  uint64_t by_content = 0;
};

// Sets copy_of of the copies and of the events of their visits. Thread-safe.
CopyCounts MarkCopies(PersonEvents* person);

}  // namespace blindlink::researcher
