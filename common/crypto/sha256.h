#pragma once

#include <array>
#include <cstdint>
#include "absl/strings/string_view.h"

namespace blindlink {

using Sha256Digest = std::array<uint8_t, 32>;

// SHA-256 (FIPS 180-4) of a message in pieces: Update any number of times, then Finish once.
class Sha256 {
 public:
  Sha256();
  void Update(absl::string_view data);
  Sha256Digest Finish();

 private:
  alignas(8) unsigned char state_[128];
};

Sha256Digest Sha256Of(absl::string_view data);

inline absl::string_view AsView(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace blindlink
