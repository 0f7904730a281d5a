#pragma once

#include <string_view>

#include "absl/types/span.h"
#include "common/crypto/sha256.h"
#include "common/plan/match_key_layout.h"

namespace blindlink {

// What decides whether two sites' tokens can meet: standardizer version, token scheme and every
// match key's canonical definition, in the order of their ids. Rules, limits, names and comments
// are not in it.
Sha256Digest TokenizationDigest(const v1::LinkagePlan& plan,
                                absl::Span<const MatchKeyLayout> match_keys);

}  // namespace blindlink
