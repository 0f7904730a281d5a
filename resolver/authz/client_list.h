#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/sha256.h"
#include "resolver/authz/identity.h"
#include "resolver/authz/spiffe.h"

namespace blindlink::resolver {

// The clients that the operator has allowed, one per line:
//   <SHA-256 of the certificate's DER form, 64 hexadecimal digits> <SPIFFE URI>
// Empty lines and lines that start with # are ignored. Every check looks whether the file has
// changed and reads it again if so: removing a line revokes the client at once, even on open
// connections. If the file becomes unreadable, no client is allowed. Thread-safe.
class ClientList {
 public:
  // INVALID_ARGUMENT names the invalid line; FAILED_PRECONDITION if every user of the machine may
  // write to the file.
  static absl::StatusOr<std::unique_ptr<ClientList>> Open(const std::filesystem::path& file);

  // UNAUTHENTICATED if the certificate is not in the list with its URI.
  absl::Status CheckListed(const Identity& identity);

  size_t size() const;

  using Clients = std::map<Sha256Digest, Party>;
  // The content of such a file. `file` is for the message.
  static absl::StatusOr<Clients> Parse(absl::string_view text, const std::string& file);

 private:
  explicit ClientList(std::filesystem::path file) : file_(std::move(file)) {}
  absl::Status ReadIfChanged();

  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::string read_version_;  // of the file that was read: inode, size, time of change
  Clients clients_;
};

}  // namespace blindlink::resolver
