#pragma once

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The largest number of formal names given for a nickname: the most usual ones.
inline constexpr size_t kMaxNicknameRoots = 12;

// The formal names, the most usual first, that a nickname, an abbreviation, a foreign form or
// another spelling of a given name stands for: BOBBY -> ROBERT; CHRIS -> CHRISTOPHER, CHRISTIAN,
// CHRISTINE,
// ...; STEVEN -> STEPHEN. A formal name is also its own root: ROBERT -> ROBERT. Empty if the table
// does not have the name. A name used by men and women (CHRIS, PAT) gives the roots of both,
// because a record's sex is often missing or wrong and must not cost it a token. Expects upper-case
// A-Z. The views stay valid for the life of the program. Thread-safe.
const std::vector<absl::string_view>& NicknameRoots(absl::string_view name);

}  // namespace blindlink::agent
