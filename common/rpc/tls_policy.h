#pragma once

#include "absl/status/status.h"

namespace blindlink {

// From here on this process speaks TLS 1.3 and nothing older, and issues no session tickets (a
// ticket would outlive the revocation of the certificate behind it). To be called first thing in
// main, before any thread and any use of gRPC, which offers no setting for either.
//
// It works by giving OpenSSL a configuration of our own, in memory, and then asks OpenSSL whether
// that took effect: INTERNAL if not, for instance because something used OpenSSL before. A program
// must not go on then. The system's openssl.cnf is not read.
absl::Status RequireTls13Only();

}  // namespace blindlink
