#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/keys/token_hash.h"
#include "blindlink/v1/plan.pb.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/base/bytes16.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/hmac_sha256.h"
#include "common/crypto/key_file.h"
#include "common/plan/evidence_layout.h"
#include "common/plan/match_key_layout.h"

namespace blindlink::agent {

// The secret that a project's sites share (256 random bits), and what is derived from it. Its file
// (key_file.h), mode 0600, has the first line "blindlink-token-key-v1".
// Derivations: docs/formats/tokens.md. Immutable; threads may share it. Cannot be printed.
class TokenKey {
 public:
  // Writes a new key to a new file. Errors as GenerateKeyFile.
  static absl::Status Generate(const std::filesystem::path& file, KeyForm form = KeyForm::kClear);

  // FAILED_PRECONDITION if others can read the file; INVALID_ARGUMENT if it holds no key or a weak
  // one (key_file.h).
  static absl::StatusOr<TokenKey> Read(const std::filesystem::path& file);

  // A key that came in an envelope (key_envelope.h). INVALID_ARGUMENT if it is none or weak.
  static absl::StatusOr<TokenKey> FromSealed(SecretBytes key);
  const SecretBytes& RevealForSealing() const { return key_; }
  // Writes the key to a new file. Errors as WriteKeyFile.
  absl::Status Write(const std::filesystem::path& file, KeyForm form = KeyForm::kClear) const;

  // SHA-256 of "blindlink published vectors": not a secret, only for the conformance report.
  static TokenKey OfPublishedVectors();
  // A key that only this process knows: for tokens that are compared here and then discarded.
  static TokenKey Random();

  // The function that makes the tokens of a match key in a project, under a key of its own.
  TokenHash DeriveTokenHash(v1::TokenScheme scheme, absl::string_view project,
                            absl::string_view standardizer_version,
                            const MatchKeyLayout& match_key) const;

  // The AES-128 key under which evidence codes are made (agent/evidence/evidence_coder.h).
  SecretBytes DeriveEvidenceKey(absl::string_view project, absl::string_view standardizer_version,
                                const EvidenceLayout& evidence) const;

  // The key of what all sites must replace alike in what they release: `purpose` is "date shift" or
  // "receipt".
  HmacSha256 DeriveReleaseKey(absl::string_view project, absl::string_view purpose) const;

  // 8 bytes by which sites and resolver recognize that two uploads were made with one key. A keyed
  // check value: it reveals nothing about the key, and differs between projects.
  std::string KeyId(absl::string_view project) const;

  // 32 bytes that only a holder of the key can make for that site: by them, the other holders see
  // that the site holds the same key, and not only its id.
  std::string ProofOf(absl::string_view project, absl::string_view site) const;

 private:
  explicit TokenKey(SecretBytes key) : key_(std::move(key)) {}
  SecretBytes key_;
};

// The site's own secret, which never leaves it: replaces record ids with pseudonyms. Its file has
// the same form, with the first line "blindlink-record-key-v1".
class RecordKey {
 public:
  // Reads the key, or makes one if the file does not exist: under the passphrase of this process if
  // it has one (HasPassphrase), and else in the clear. Sets `generated`, if not null, to whether it
  // made one.
  static absl::StatusOr<RecordKey> ReadOrGenerate(const std::filesystem::path& file,
                                                  bool* generated = nullptr);

  // The first 16 bytes of HMAC-SHA-256 over text(project), text(site) and the record id. It differs
  // between projects, so that the results of two projects cannot be joined. Several people with one
  // record id are numbered from 0: a NUL, which no record id contains, and the number as 8 bytes
  // follow the id of all but the first.
  RecordPseudonym PseudonymOf(absl::string_view project, absl::string_view site,
                              absl::string_view record_id, uint64_t person = 0) const;

  // The key of the tokens that the site adds to one upload (agent/padding). It differs between
  // datasets, token keys and plans, so that two uploads have none of them in common.
  HmacSha256 DerivePaddingKey(const v1::UploadManifest& manifest) const;
  // The key from which the fakes of a dataset are drawn: the same ones whenever the site tokenizes
  // it, under a new token key too.
  HmacSha256 DeriveFakesKey(const v1::UploadManifest& manifest) const;
  // The key by which the site knows its fakes in all its uploads to a project.
  HmacSha256 DeriveFakeMarkKey(absl::string_view project, absl::string_view site) const;

  // The key of what this site alone replaces in what it releases: ids of visits and providers.
  HmacSha256 DeriveReleaseKey(absl::string_view project, absl::string_view site) const;

 private:
  explicit RecordKey(const SecretBytes& key) : hmac_(key.Reveal()) {}
  // A key for `purpose`, which says what it is for and is no record id.
  HmacSha256 Derive(absl::string_view project, absl::string_view site,
                    absl::string_view purpose) const;
  HmacSha256 hmac_;
};

}  // namespace blindlink::agent
