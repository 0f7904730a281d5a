#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "blindlink/v1/review_service.pb.h"

namespace blindlink::resolver {

// What one person decided about a pair.
struct Reading {
  uint64_t number = 0;  // of the event
  std::string reader;   // a coordinator's name, which a certificate proves
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
};

// What all readings of a pair come to.
struct Standing {
  v1::ReviewState state = v1::REVIEW_OPEN;
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;  // with REVIEW_STANDS
  uint32_t readers = 0;
};

// `readings` oldest first. The newest reading of each person counts. Without a second reader, the
// newest of all stands. With one, a verdict stands once two persons have it and more persons have
// it than the opposite one; "undecided" stands if two persons have it and nobody has another.
Standing StandingOf(absl::Span<const Reading> readings, bool second_reader);

// The newest reading of each person, in the order of their first ones.
std::vector<Reading> NewestOfEachReader(absl::Span<const Reading> readings);

}  // namespace blindlink::resolver
