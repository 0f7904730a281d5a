#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/keys/token_key.h"
#include "blindlink/v1/key_exchange_service.pb.h"

namespace blindlink::agent {

// What follows from the state of a key exchange, as the resolver gives it, for a token key: while
// the token key is being replaced, two are in use, one for each epoch. Pure functions.

// The epoch of the key with this id; 0 if it is that of no epoch that is open. The first key of a
// project, or of a new epoch, may be any that was not the project's before.
uint32_t EpochOf(const v1::KeyExchangeState& state, absl::string_view token_key_id);

// FAILED_PRECONDITION, with the project's keys, if the key belongs to no epoch. `what` begins the
// message.
absl::Status CheckBelongs(const v1::KeyExchangeState& state, absl::string_view token_key_id,
                          absl::string_view what);

// The sites that have published an exchange key and need this token key: without `own_site`, those
// that hold it, and those that hold the key of a later epoch.
std::vector<std::string> SitesThatNeed(const v1::KeyExchangeState& state,
                                       absl::string_view own_site, absl::string_view token_key_id);

// Which token key each site states it holds, in words, one site in a line, and then the project's.
// With a token key: whether the site proves that it holds the same.
std::string DescribeTokenKeys(const v1::KeyExchangeState& state, const std::string& project,
                              const TokenKey* token_key);

}  // namespace blindlink::agent
