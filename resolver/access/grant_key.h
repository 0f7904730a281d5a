#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes16.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/aes128.h"

namespace blindlink::resolver {

// The secret of one grant. It enciphers the ids of records and entities (AES-128 of the one block
// that an id is), each site's records under a key of their own, so that files of two grants have no
// id in common, and an id can be turned back by whoever has this key and knows the site. Without
// the key nobody can. Cannot be printed.
class GrantKey {
 public:
  // Writes a new random key to `file` (mode 0600). ALREADY_EXISTS if the file exists.
  static absl::Status Generate(const std::filesystem::path& file);
  // Errors as ReadKeyFile.
  static absl::StatusOr<GrantKey> Read(const std::filesystem::path& file);

  // Enciphers. Not thread-safe: each stream makes its own.
  class Pseudonyms {
   public:
    RecordPseudonym OfRecord(absl::string_view site, const RecordPseudonym& record);
    EntityId OfEntity(const EntityId& entity);

   private:
    friend class GrantKey;
    explicit Pseudonyms(const GrantKey& key) : key_(key) {}
    Aes128& CipherFor(absl::string_view purpose);

    const GrantKey& key_;
    std::map<std::string, Aes128, std::less<>> ciphers_;
  };
  // The key must outlive it.
  Pseudonyms MakePseudonyms() const { return Pseudonyms(*this); }

  // The record of `site` whose pseudonym under this grant is `pseudonym`: some sixteen bytes that
  // are no record's if it is none of that site.
  RecordPseudonym RecordOf(absl::string_view site, const RecordPseudonym& pseudonym) const;

 private:
  explicit GrantKey(SecretBytes key) : key_(std::move(key)) {}
  SecretBytes Derive(absl::string_view purpose) const;

  SecretBytes key_;
};

}  // namespace blindlink::resolver
