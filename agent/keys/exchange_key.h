#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/ed25519.h"
#include "common/crypto/hpke.h"
#include "common/crypto/key_file.h"

namespace blindlink::agent {

// The public half of a site's exchange key: to it token keys are sealed (X25519), and by it the
// site's own envelopes are recognized (Ed25519). 64 bytes: the one key, then the other.
class ExchangePublicKey {
 public:
  static constexpr size_t kSize = 64;
  // INVALID_ARGUMENT if `bytes` has another size.
  static absl::StatusOr<ExchangePublicKey> FromBytes(absl::string_view bytes);

  const std::string& bytes() const { return bytes_; }
  absl::string_view sealing_key() const { return absl::string_view(bytes_).substr(0, 32); }
  absl::string_view signing_key() const { return absl::string_view(bytes_).substr(32); }

  // SHA-256 of the key together with the name of the site whose it is said to be: 32 bytes.
  std::string Fingerprint(absl::string_view site) const;
  // The fingerprint's first 12 bytes as words (fingerprint_words.h), for people to compare. To find
  // a key with the same words takes 2^96 attempts.
  std::string Words(absl::string_view site) const;
  static constexpr size_t kWords = 12;

 private:
  friend class ExchangeKey;
  explicit ExchangePublicKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

// A site's secret with which it opens and signs envelopes. Its file, mode 0600 (key_file.h), has
// the first line "blindlink-exchange-key-v1". Both private keys are derived from the file's 32
// bytes. Immutable; threads may share it. Cannot be printed.
class ExchangeKey {
 public:
  // Writes a new key to a new file. Errors as GenerateKeyFile.
  static absl::Status Generate(const std::filesystem::path& file, KeyForm form = KeyForm::kClear);
  // Errors as ReadKeyFile.
  static absl::StatusOr<ExchangeKey> Read(const std::filesystem::path& file);
  // For test vectors.
  static ExchangeKey FromSeed(const SecretBytes& seed) { return ExchangeKey(seed); }

  const ExchangePublicKey& public_key() const { return public_key_; }
  const SecretBytes& sealing_key() const { return sealing_key_; }
  std::string Sign(absl::string_view message) const;

 private:
  explicit ExchangeKey(const SecretBytes& seed);
  SecretBytes sealing_key_;
  Ed25519Signer signer_;
  ExchangePublicKey public_key_;
};

}  // namespace blindlink::agent
