#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/sha256.h"
#include "resolver/authz/spiffe.h"

namespace blindlink::resolver {

// The clients the operator has let in, one a line:
//   <SHA-256 of the certificate's DER form, 64 hexadecimal digits> <SPIFFE URI>
// Empty lines and lines with # are passed over. The file is looked at for every call and read again
// when it has changed, so that taking a line out revokes the client at once, also on connections
// that are open. A file that has become unreadable lets nobody in. Thread-safe.
class ClientList {
 public:
  // INVALID_ARGUMENT names the line that is wrong.
  static absl::StatusOr<std::unique_ptr<ClientList>> Open(const std::filesystem::path& file);

  // Who holds the certificate (PEM). UNAUTHENTICATED: it has not exactly one URI of a party, or is
  // not in the list with that URI.
  absl::StatusOr<Party> Identify(absl::string_view certificate_pem);

  size_t size() const;

 private:
  using Clients = std::map<Sha256Digest, Party>;

  explicit ClientList(std::filesystem::path file) : file_(std::move(file)) {}
  static absl::StatusOr<Clients> Parse(absl::string_view text, const std::string& file);
  absl::Status ReadIfChanged();

  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::string read_version_;  // of the file that was read: inode, size, time
  Clients clients_;
};

}  // namespace blindlink::resolver
