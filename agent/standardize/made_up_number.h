#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// Numbers that people type when they have none. All functions expect digits, and are pure and
// thread-safe.

// Whether the digits count up or down: 12345678, 98765432. 0 follows 9.
bool IsSequence(absl::string_view digits);

// Whether somebody made the number up, rather than being given it: at least eight digits with a
// pattern that few numbers have by chance (together one of 5 000). That is one or two runs of one
// digit or of digits that count (899999999, 123459999), a run of six (123456780), one to three
// digits over and over (121212121), two different digits only, a constant step (135791357), pairs
// (112233445), lines of a keypad (147258369), or, written in `groups`, a run in each (222-33-4444)
// or five digits of one run in front (123-45-, 555-55-).
bool IsMadeUp(absl::string_view digits, absl::Span<const size_t> groups);

// The same for numbers that an office may count up from 1 or from 10000000: patterns that owe
// themselves to zeros are not made up.
bool IsMadeUpBesideZeros(absl::string_view digits);

}  // namespace blindlink::agent
