#include "resolver/authz/client_list.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/fd.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/base/trusted_file.h"
#include "common/telemetry/log.h"

namespace blindlink::resolver {
namespace {

// Changes whenever the file or its mode changes.
absl::StatusOr<std::string> VersionOf(const std::filesystem::path& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return ErrnoStatus(errno, "read", file);
  return absl::StrCat(status.st_ino, ":", status.st_size, ":", status.st_ctim.tv_sec, ".",
                      status.st_ctim.tv_nsec);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ClientList>> ClientList::Open(const std::filesystem::path& file) {
  std::unique_ptr<ClientList> list(new ClientList(file));
  BL_RETURN_IF_ERROR(list->ReadIfChanged());
  return list;
}

absl::StatusOr<ClientList::Clients> ClientList::Parse(absl::string_view text,
                                                      const std::string& file) {
  Clients clients;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    const std::vector<absl::string_view> parts =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    const std::optional<std::string> fingerprint =
        HexDecode(absl::AsciiStrToLower(parts.empty() ? "" : parts[0]));
    const auto party = ParseSpiffeUri(parts.size() == 2 ? parts[1] : "");
    if (!fingerprint || fingerprint->size() != Sha256Digest().size() || !party.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(file, ":", number,
                       ": expected the SHA-256 of a certificate (64 hexadecimal digits) and "
                       "spiffe://blindlink/<role>/<name>"));
    }
    Sha256Digest digest;
    std::copy(fingerprint->begin(), fingerprint->end(), digest.begin());
    clients.emplace(digest, *party);
  }
  return clients;
}

absl::Status ClientList::ReadIfChanged() {
  const absl::StatusOr<std::string> version = VersionOf(file_);
  if (version.ok() && *version == read_version_) return absl::OkStatus();
  clients_.clear();
  read_version_.clear();
  BL_RETURN_IF_ERROR(version.status());
  BL_ASSIGN_OR_RETURN(const std::string text, ReadTrustedFile(file_));
  BL_ASSIGN_OR_RETURN(clients_, Parse(text, file_.string()));
  read_version_ = *version;
  return absl::OkStatus();
}

absl::Status ClientList::CheckListed(const Identity& identity) {
  const std::lock_guard lock(mutex_);
  if (absl::Status read = ReadIfChanged(); !read.ok()) {
    spdlog::error("event=client-list-rejected why={}", LogQuote(read.message()));
    return absl::UnauthenticatedError("the resolver's list of clients cannot be read");
  }
  const auto found = clients_.find(identity.fingerprint);
  if (found == clients_.end() || !(found->second == identity.party)) {
    return absl::UnauthenticatedError(
        "this certificate is not in the resolver's list of clients, or was removed from it: ask "
        "the resolver's operator");
  }
  return absl::OkStatus();
}

size_t ClientList::size() const {
  const std::lock_guard lock(mutex_);
  return clients_.size();
}

}  // namespace blindlink::resolver
