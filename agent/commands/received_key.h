#pragma once

#include "absl/status/statusor.h"
#include "agent/commands/key_exchange_session.h"
#include "agent/keys/exchange_key.h"
#include "agent/keys/token_key.h"
#include "blindlink/v1/key_exchange_service.pb.h"

namespace blindlink::agent {

// The one token key in all envelopes that can be opened and whose senders are confirmed; while the
// key is being replaced, that of the newest epoch. Prints a note about each envelope that is not
// used. If none can be opened, the first one's error; FAILED_PRECONDITION if there is none, or the
// sites have sent different keys. `key` is this site's.
absl::StatusOr<TokenKey> OpenReceived(const v1::ReceiveKeyEnvelopesResponse& received,
                                      const KeyExchangeFlags& flags, const ExchangeKey& key,
                                      KeyExchangeSession& session);

}  // namespace blindlink::agent
