#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace blindlink::agent {

// From when to when a name, an address or a telephone number holds. Pure, thread-safe.

// The first and the last day of a time that is written as in FHIR, OMOP and PCORnet (2019, 2019-05,
// 2019-05-31, each with a time after it) or as in HL7 v2 (2019, 201905, 20190531,
// 201905311200+0100).
struct WrittenTime {
  absl::CivilDay first;
  absl::CivilDay last;
};
// Nullopt for anything else, such as 05/31/2019, and for days that do not exist.
std::optional<WrittenTime> ReadTime(absl::string_view text);

enum class PeriodState {
  kCurrent,
  kEnded,
  kNotBegun,
  kUnreadable,  // a time of it is written in another way
};
// Where `today` is in the period. Either end may be empty; the last day belongs to the period.
PeriodState StateOf(absl::string_view start, absl::string_view end, absl::CivilDay today);

// Today in UTC.
absl::CivilDay TodayInUtc();

}  // namespace blindlink::agent
