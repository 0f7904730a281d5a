#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "common/base/bytes16.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/hmac_sha256.h"
#include "resolver/index/stored_token.h"

namespace blindlink {

// The resolver's own secret of one project. Under it every token is hashed once more before it is
// stored, so that a stolen index is of no use, even to a site that knows the token key; and the ids
// of entities are made under it. Immutable; threads may share it. Cannot be printed.
class IndexKey {
 public:
  // A new random key in `file` (mode 0600); ALREADY_EXISTS rather than overwriting one.
  static absl::Status Generate(const std::filesystem::path& file);
  // FAILED_PRECONDITION if others can read it, INVALID_ARGUMENT if it holds no key.
  static absl::StatusOr<IndexKey> Read(const std::filesystem::path& file);

  // What is stored for a token (16 bytes): the beginning of its HMAC-SHA-256.
  StoredToken Keyed(const void* token) const {
    const auto digest = tokens_.Digest16({static_cast<const char*>(token), Token::kSize});
    return StoredToken::FromBytes(digest.data());
  }
  // The id of the entity whose first record, in the order of site and pseudonym, is this one.
  EntityId EntityIdOf(absl::string_view site, const RecordPseudonym& first_record) const;

 private:
  explicit IndexKey(const SecretBytes& key);
  HmacSha256 tokens_;
  HmacSha256 entities_;
};

}  // namespace blindlink
