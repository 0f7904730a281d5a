#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace blindlink {

// A certificate and its private key, both as PEM.
struct SelfSigned {
  std::string certificate;
  std::string key;
};

// A new P-256 key and a certificate of it that names `uri`, is signed by the key itself, may act as
// a client but issue no other certificate, and is valid for ten years around now. INTERNAL if that
// fails.
absl::StatusOr<SelfSigned> MakeSelfSigned(const std::string& uri);

}  // namespace blindlink
