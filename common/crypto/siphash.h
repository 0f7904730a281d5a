#pragma once

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace blindlink {

// SipHash-2-4 (Aumasson and Bernstein 2012): a pseudo-random function for short messages, about
// 20 ns each. Under a secret key its values reveal nothing about the message; under a public key it
// is an ordinary hash.
using SipHashKey = std::array<uint64_t, 2>;
uint64_t SipHash24(const SipHashKey& key, absl::string_view message);

}  // namespace blindlink
