#pragma once

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// How many formal names a name stands for at most: the most usual ones.
inline constexpr size_t kMaxNicknameRoots = 12;

// The formal names a short, pet, abbreviated, foreign or differently spelled given name stands for,
// the most usual first: BOBBY -> ROBERT; CHRIS -> CHRISTOPHER, CHRISTIAN, CHRISTINE, ...; STEVEN ->
// STEPHEN. A name that others are short for is also its own root: ROBERT -> ROBERT. Empty for a
// name the table does not know. A name that men and women have (CHRIS, PAT) gives the roots of
// both: the sex of a record is often missing and sometimes wrong, and must not cost it a token.
// Expects upper-case A-Z. The views last as long as the program. Thread-safe.
const std::vector<absl::string_view>& NicknameRoots(absl::string_view name);

}  // namespace blindlink::agent
