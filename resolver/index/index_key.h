#pragma once

#include <filesystem>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/bytes16.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/aes128.h"
#include "common/crypto/hmac_sha256.h"
#include "resolver/index/stored_token.h"

namespace blindlink::resolver {

// Makes what is stored of tokens, under an index key. Keeps state: one thread; a copy is another's.
class StoredTokenMaker {
 public:
  // For each of the tokens, of 16 bytes each, in `tokens`. Valid until the next call.
  absl::Span<const StoredToken> Make(absl::string_view tokens);

 private:
  friend class IndexKey;
  explicit StoredTokenMaker(absl::Span<const uint8_t> key) : cipher_(key) {}
  Aes128 cipher_;
  std::vector<uint8_t> blocks_;
  std::vector<StoredToken> made_;
};

// The resolver's own secret of one project. Under it every token is enciphered before it is stored,
// so that a stolen index is of no use, even to a site that knows the token key; and the ids of
// entities are made under it. Immutable; threads may share it. Cannot be printed.
class IndexKey {
 public:
  // A new random key in `file` (mode 0600); ALREADY_EXISTS rather than overwriting one.
  static absl::Status Generate(const std::filesystem::path& file);
  // FAILED_PRECONDITION if others can read it, INVALID_ARGUMENT if it holds no key or a
  // weak one.
  static absl::StatusOr<IndexKey> Read(const std::filesystem::path& file);

  // One for each thread that stores tokens.
  StoredTokenMaker TokenMaker() const { return tokens_; }
  // The id of the entity whose first record, in the order of site and pseudonym, is this one.
  EntityId EntityIdOf(absl::string_view site, const RecordPseudonym& first_record) const;

 private:
  explicit IndexKey(const SecretBytes& key);
  StoredTokenMaker tokens_;
  HmacSha256 entities_;
};

}  // namespace blindlink::resolver
