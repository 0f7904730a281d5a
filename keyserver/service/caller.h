#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/config/v1/keyserver_config.pb.h"

namespace blindlink::keyserver {

// Which site of a project calls, by its certificate, which TLS has verified to be the CA's.
// UNAUTHENTICATED if the certificate has expired at `now` (Unix seconds), which TLS looks at only
// when a connection begins, or cannot be read; PERMISSION_DENIED if no site of the project has both
// the certificate's only URI, spiffe://blindlink/site/<name>, and its SHA-256.
absl::StatusOr<const config::v1::KeyServerSite*> SiteOfCaller(
    const config::v1::KeyServerProject& project, absl::string_view certificate_pem, int64_t now);

}  // namespace blindlink::keyserver
