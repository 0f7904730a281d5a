#include "researcher/results/checked_file.h"

#include <fcntl.h>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink::researcher {
namespace {

constexpr size_t kChunk = size_t{1} << 20;

}  // namespace

absl::StatusOr<std::string> DigestOfFile(const std::string& path, uint64_t* bytes,
                                         const std::function<void(uint64_t)>& read) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_RDONLY));
  std::string chunk(kChunk, '\0');
  Sha256 digest;
  while (true) {
    BL_ASSIGN_OR_RETURN(const size_t n, ReadSome(fd.get(), chunk.data(), chunk.size(), path));
    if (n == 0) break;
    digest.Update({chunk.data(), n});
    read(*bytes += n);
  }
  return HexEncode(AsView(digest.Finish()));
}

absl::Status CheckDigest(const std::string& path, const ResultManifest& manifest) {
  if (manifest.sha256.empty()) return absl::OkStatus();
  uint64_t bytes = 0;
  BL_ASSIGN_OR_RETURN(const std::string digest, DigestOfFile(path, &bytes, [](uint64_t) {}));
  if (digest == manifest.sha256) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is damaged (its SHA-256 is not its manifest's): fetch it again"));
}

}  // namespace blindlink::researcher
