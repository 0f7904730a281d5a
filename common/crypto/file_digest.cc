#include "common/crypto/file_digest.h"

#include <fcntl.h>

#include <string>

#include "common/base/fd.h"
#include "common/base/status_macros.h"

namespace blindlink {

absl::StatusOr<Sha256Digest> DigestOfFile(const std::filesystem::path& path,
                                          const std::function<absl::Status(uint64_t bytes)>& read) {
  constexpr size_t kPiece = size_t{1} << 20;
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_RDONLY | O_CLOEXEC));
  Sha256 digest;
  std::string piece(kPiece, '\0');
  while (true) {
    BL_ASSIGN_OR_RETURN(const size_t size, ReadSome(fd.get(), piece.data(), piece.size(), path));
    if (size == 0) return digest.Finish();
    digest.Update(absl::string_view(piece).substr(0, size));
    if (read != nullptr) BL_RETURN_IF_ERROR(read(size));
  }
}

}  // namespace blindlink
