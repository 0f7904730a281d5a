#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/bytes16.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/aes128.h"
#include "common/crypto/bound_cipher.h"
#include "common/crypto/hmac_sha256.h"
#include "resolver/index/stored_token.h"
#include "resolver/index/token_permutation.h"

namespace blindlink::resolver {

// Computes the stored form of tokens under an index key. Not thread-safe: each thread works on its
// own copy.
class StoredTokenMaker {
 public:
  // The stored form of each token in `tokens`, which holds 16 bytes per token. Valid until the next
  // call.
  absl::Span<const StoredToken> Make(absl::string_view tokens);

 private:
  friend class IndexKey;
  explicit StoredTokenMaker(absl::Span<const uint8_t> key) : cipher_(key) {}
  Aes128 cipher_;
  std::optional<TokenPermutation> permutation_;
  std::vector<uint8_t> blocks_;
  std::vector<StoredToken> made_;
};

// One generation of a project's index key, after the first: a key file of its own beside that of
// the first one. Threads may share it; a permutation must be copied to be used. Cannot be printed.
class IndexKeyGeneration {
 public:
  // The key file of `generation`, beside the first key's `file`.
  static std::filesystem::path FileOf(const std::filesystem::path& file, uint32_t generation);
  // Writes a new random key to that file (mode 0600). ALREADY_EXISTS.
  static absl::Status Generate(const std::filesystem::path& file, uint32_t generation);
  // Generation 0 has no key besides the first one. Errors as IndexKey::Read.
  static absl::StatusOr<IndexKeyGeneration> Read(const std::filesystem::path& file,
                                                 uint32_t generation);

  uint32_t number() const { return number_; }
  // Tells it from others, as IndexKey::check. Empty for generation 0.
  const std::string& check() const { return check_; }
  const std::optional<TokenPermutation>& permutation() const { return permutation_; }
  // Null for generation 0, whose evidence is enciphered under the first key.
  const std::shared_ptr<const BoundCipher>& evidence() const { return evidence_; }

 private:
  uint32_t number_ = 0;
  std::string check_;
  std::optional<TokenPermutation> permutation_;
  std::shared_ptr<const BoundCipher> evidence_;
};

// Makes the stored tokens of one generation of the index key from those of another one, without the
// tokens. Not thread-safe.
class TokenConverter {
 public:
  TokenConverter(const IndexKeyGeneration& from, const IndexKeyGeneration& to)
      : from_(from.permutation()), to_(to.permutation()) {}
  void Convert(absl::Span<StoredToken> tokens) {
    if (from_.has_value()) from_->Decipher(tokens);
    if (to_.has_value()) to_->Encipher(tokens);
  }

 private:
  std::optional<TokenPermutation> from_;
  std::optional<TokenPermutation> to_;
};

// The resolver's own secret for one project. Every token is encrypted under it before it is stored,
// so not even a site with the token key looks up a name in a stolen index. Stored evidence is
// enciphered under it, and entity ids are derived from it. Cannot be printed.
//
// It has generations. The first, 0, is one file. Each later one adds a permutation of the stored
// tokens and another cipher of evidence, under a key of its own in a file beside the first, in
// place of the one before it. Without that key, the first file does not help to read an index of
// that generation. Entity ids and shift seeds are those of the first file forever.
//
// Threads may share it, except while Use works.
class IndexKey {
 public:
  // Writes a new random key to `file` (mode 0600). ALREADY_EXISTS if the file exists.
  static absl::Status Generate(const std::filesystem::path& file);
  // FAILED_PRECONDITION if other users can read the file, INVALID_ARGUMENT if it holds no key or a
  // weak one.
  static absl::StatusOr<IndexKey> Read(const std::filesystem::path& file);

  // Tokens are made in that generation from now on. At first it is generation 0.
  void Use(const IndexKeyGeneration& generation);
  uint32_t generation() const { return generation_; }

  // For a project whose index is no longer needed: writes to `results_file` (mode 0600) what the
  // entity ids and shift seeds of its results are made with. Neither the key nor stored tokens and
  // evidence can be read with it. Errors as WriteFileAtomically and Read.
  static absl::Status KeepForResults(const std::filesystem::path& key_file,
                                     const std::filesystem::path& results_file);
  // A key that gives the same entity ids and shift seeds as the one that KeepForResults read. What
  // it makes of tokens and evidence is random. Errors as Read.
  static absl::StatusOr<IndexKey> ReadForResults(const std::filesystem::path& results_file);

  // Each thread that stores tokens needs its own.
  StoredTokenMaker TokenMaker() const { return tokens_; }
  // Enciphers the evidence that an index of the generation stores, page by page
  // (rocksdb/page_cipher.h).
  const std::shared_ptr<const BoundCipher>& EvidenceCipherOf(
      const IndexKeyGeneration& generation) const {
    return generation.evidence() == nullptr ? evidence_ : generation.evidence();
  }
  // Tells this key from others without giving anything of it away: 8 bytes, to be stored elsewhere
  // so that a damaged key file is noticed.
  const std::string& check() const { return check_; }
  // In results of earlier releases: the id of the entity whose first record, ordered by site and
  // pseudonym, is this one.
  EntityId EntityIdOf(absl::string_view site, const RecordPseudonym& first_record) const;
  // The entity's shift seed (result_service.proto): from 0 to kShiftSeeds - 1.
  uint32_t ShiftSeedOf(absl::string_view site, const RecordPseudonym& first_record) const;
  // The same of an entity with an id of its own (resolver/entities/entity_register.h).
  uint32_t ShiftSeedOf(const EntityId& entity) const;
  static constexpr uint32_t kShiftSeeds = 1024;

 private:
  // `key` is for tokens and evidence; the other two are derived from the same key, or kept.
  IndexKey(const SecretBytes& key, const SecretBytes& entities, const SecretBytes& shift_seeds);

  uint32_t generation_ = 0;
  StoredTokenMaker tokens_;
  std::shared_ptr<const BoundCipher> evidence_;  // of generation 0
  HmacSha256 entities_;
  HmacSha256 shift_seeds_;
  std::string check_;
};

}  // namespace blindlink::resolver
