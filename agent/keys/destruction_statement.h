#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// A site's statement that it has destroyed a token key, in a text file of lines "name: value"
// (docs/formats/tokens.md), signed with the private key of the site's certificate, which it
// contains. It holds nothing of the key but the key id, and no path, so it can be given to others.
struct DestructionStatement {
  std::string project;
  std::string site;
  std::string key_id;        // 8 bytes
  int64_t destroyed = 0;     // Unix seconds
  std::string path_digest;   // SHA-256 of the key file's absolute path, 32 bytes
  std::string certificates;  // PEM: the site's first
  std::string signature;

  // The lines that are signed.
  std::string SignedText() const;
  // Signs it with `key_pem`. Errors of SignMessage.
  absl::Status Sign(absl::string_view key_pem);
  // The whole file.
  std::string Text() const;
  // INVALID_ARGUMENT if `text` is not exactly what Text() gives. Checks no signature.
  static absl::StatusOr<DestructionStatement> Parse(absl::string_view text);

  // INVALID_ARGUMENT unless the statement was signed with the key of the certificate in it, and
  // that certificate names the site.
  absl::Status CheckSignedBySite() const;
  // The same, and unless one of the authorities in `ca_pem` issued the certificate, for a time that
  // includes that of the statement.
  absl::Status Check(absl::string_view ca_pem) const;
};

// The SHA-256 of the file's absolute path.
std::string PathDigest(const std::filesystem::path& file);

}  // namespace blindlink::agent
