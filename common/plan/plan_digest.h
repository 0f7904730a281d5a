#pragma once

#include <string_view>

#include "absl/types/span.h"
#include "common/crypto/sha256.h"
#include "common/plan/evidence_layout.h"
#include "common/plan/match_key_layout.h"

namespace blindlink {

// The digest of everything that decides whether two sites' tokens can meet: standardizer version,
// token scheme, every match key's canonical definition in the order of their ids, what the evidence
// codes are made of, and the earliest year of dates unless it is the default. `plan` has its
// defaults filled in. Rules, other limits, names and comments do not change the digest.
Sha256Digest TokenizationDigest(const v1::LinkagePlan& plan,
                                absl::Span<const MatchKeyLayout> match_keys,
                                const EvidenceLayout& evidence);

}  // namespace blindlink
