#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "resolver/index/stored_token.h"

namespace blindlink {

// The evidence codes that came with a token, as many bytes as the plan says for its match key.
struct EvidenceCodes {
  static constexpr size_t kMaxSize = 64;
  std::array<uint8_t, kMaxSize> bytes{};
  uint8_t size = 0;

  friend bool operator==(const EvidenceCodes&, const EvidenceCodes&) = default;
  friend auto operator<=>(const EvidenceCodes&, const EvidenceCodes&) = default;
};

// "This record made this token of this match key in these forms." Ordered as the index gives them.
struct Posting {
  StoredToken token;
  uint8_t match_key = 0;  // MatchKey.id
  uint32_t dataset = 0;   // number within the project, from 1
  uint32_t record = 0;    // ordinal within the dataset
  uint8_t form = 0;       // form code
  EvidenceCodes evidence{};

  friend bool operator==(const Posting&, const Posting&) = default;
  friend auto operator<=>(const Posting&, const Posting&) = default;
};

}  // namespace blindlink
