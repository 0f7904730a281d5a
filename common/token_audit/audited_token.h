#pragma once

#include <cstdint>
#include <tuple>

#include "common/token_audit/chain_layout.h"

namespace blindlink {

// A token of a record, as far as an audit needs it. Of the token only the first eight bytes are
// kept: among 2^30 tokens of a match key, two that differ have them in common with a chance of 3 %.
struct AuditedToken {
  uint64_t token;
  uint32_t record;    // ordinal within the dataset
  uint8_t match_key;  // index into Plan::match_keys()
  bool base;          // made of base forms, not exchanged
  ChainLayout::Codes codes;

  bool SharesTokenWith(const AuditedToken& other) const {
    return match_key == other.match_key && token == other.token;
  }
  friend bool operator<(const AuditedToken& a, const AuditedToken& b) {
    return std::tie(a.match_key, a.token, a.record, a.base, a.codes) <
           std::tie(b.match_key, b.token, b.record, b.base, b.codes);
  }
};

}  // namespace blindlink
