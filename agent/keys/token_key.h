#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes16.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/hmac_sha256.h"
#include "common/plan/evidence_layout.h"
#include "common/plan/match_key_layout.h"

namespace blindlink::agent {

// The secret a project's sites share (256 random bits), and what is derived from it. The file, mode
// 0600:
//   blindlink-token-key-v1
//   <64 hexadecimal digits>
// Derivations: docs/formats/tokens.md. Immutable; threads may share it. Cannot be printed.
class TokenKey {
 public:
  // Makes a new key and writes it; never over a file that exists (ALREADY_EXISTS).
  static absl::Status Generate(const std::filesystem::path& file);

  // FAILED_PRECONDITION if others can read the file; INVALID_ARGUMENT if it holds no key, or one
  // that no random generator makes (few distinct bytes).
  static absl::StatusOr<TokenKey> Read(const std::filesystem::path& file);

  // SHA-256 of "blindlink published vectors": no secret, for the conformance report alone.
  static TokenKey OfPublishedVectors();
  // A key of this process alone, never written: for tokens that are compared here and thrown away.
  static TokenKey Random();

  // Under which a match key's tokens are hashed, in a project.
  HmacSha256 DeriveMatchKeyKey(absl::string_view project, absl::string_view standardizer_version,
                               const MatchKeyLayout& match_key) const;

  // Under which evidence codes are made: an AES-128 key (agent/evidence/evidence_coder.h).
  SecretBytes DeriveEvidenceKey(absl::string_view project, absl::string_view standardizer_version,
                                const EvidenceLayout& evidence) const;

  // 8 bytes by which sites and resolver see that two uploads were made with one key. A keyed check
  // value: it says nothing of the key, and differs from project to project.
  std::string KeyId(absl::string_view project) const;

 private:
  explicit TokenKey(SecretBytes key) : key_(std::move(key)) {}
  SecretBytes key_;
};

// The site's own secret, which never leaves it: replaces record ids by pseudonyms. Same file form,
// first line "blindlink-record-key-v1".
class RecordKey {
 public:
  // Reads the key, or makes it if the file does not exist.
  static absl::StatusOr<RecordKey> ReadOrGenerate(const std::filesystem::path& file);

  // First 16 bytes of HMAC-SHA-256 over text(project), text(site), record id: differs by project,
  // so two projects' results do not join.
  RecordPseudonym PseudonymOf(absl::string_view project, absl::string_view site,
                              absl::string_view record_id) const;

 private:
  explicit RecordKey(const SecretBytes& key) : hmac_(key.Reveal()) {}
  HmacSha256 hmac_;
};

}  // namespace blindlink::agent
