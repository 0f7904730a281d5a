#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "resolver/index/stored_token.h"

namespace blindlink::resolver {

// The evidence codes that came with a token: as many bytes as the plan defines for its match key.
// The bytes after `size` mean nothing.
struct EvidenceCodes {
  static constexpr size_t kMaxSize = 64;
  std::array<uint8_t, kMaxSize> bytes{};
  uint8_t size = 0;

  absl::string_view AsView() const { return {reinterpret_cast<const char*>(bytes.data()), size}; }

  friend bool operator==(const EvidenceCodes& a, const EvidenceCodes& b) {
    return a.AsView() == b.AsView();
  }
  friend std::strong_ordering operator<=>(const EvidenceCodes& a, const EvidenceCodes& b) {
    return a.AsView().compare(b.AsView()) <=> 0;
  }
};

// States that this record produced this token for this match key, in these forms. The order is that
// of the index.
struct Posting {
  StoredToken token;
  uint8_t match_key = 0;  // MatchKey.id
  uint32_t dataset = 0;   // number within the project, from 1
  uint32_t record = 0;    // ordinal within the dataset
  uint8_t form = 0;       // form code
  EvidenceCodes evidence{};

  friend bool operator==(const Posting&, const Posting&) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the comparison with 0 for a pointer's.
  friend auto operator<=>(const Posting&, const Posting&) = default;
};

}  // namespace blindlink::resolver
