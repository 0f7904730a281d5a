#pragma once

#include "absl/status/status.h"

namespace blindlink {

// From now on this process speaks only TLS 1.3 and issues no session tickets (a ticket would
// outlive the revocation of its certificate). Call it first in main, before any thread starts and
// before any use of gRPC, which has no setting for either.
//
// It gives OpenSSL a configuration in memory and then asks OpenSSL whether that took effect:
// INTERNAL if not; the program must then end. What the system's openssl.cnf says of TLS has no
// effect; it is read only in a program whose libraries use OpenSSL as they are loaded.
absl::Status RequireTls13Only();

}  // namespace blindlink
