#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "common/base/byte_order.h"
#include "resolver/index/stored_token.h"

namespace blindlink::resolver {

// token_use.rows: how a run used the tokens whose use depends on how many records have them, in
// their order. A later run that starts from this one compares again what shares a token whose use
// has changed. The first row, with match key 0, has the index key's generation instead of a token:
// under another one, tokens are others. Tokens that only withdrawn records had are taken out.
struct TokenUseRow {
  static constexpr size_t kSize = StoredToken::kSize + 2;
  static constexpr uint8_t kOverused = 0xff;  // not used at all

  StoredToken token;
  uint8_t match_key = 0;
  uint8_t use = 0;  // NameRarity of a token of a whole name, or kOverused

  void Encode(uint8_t* out) const {
    std::memcpy(out, token.bytes.data(), StoredToken::kSize);
    out[StoredToken::kSize] = match_key;
    out[StoredToken::kSize + 1] = use;
  }
  static TokenUseRow Decode(const uint8_t* in) {
    return {StoredToken::FromBytes(in), in[StoredToken::kSize], in[StoredToken::kSize + 1]};
  }
  static TokenUseRow OfGeneration(uint32_t generation) {
    TokenUseRow row;
    StoreBigEndian32(generation, row.token.bytes.data());
    return row;
  }
};

}  // namespace blindlink::resolver
