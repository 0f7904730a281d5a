#include "common/base/run_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"

namespace blindlink {

absl::StatusOr<std::unique_ptr<RunFile>> RunFile::Create(const std::filesystem::path& folder) {
  const std::filesystem::path name = absl::StrCat("a temporary file in ", folder.string());
  std::string path = (folder / "sort-XXXXXX").string();
  UniqueFd fd(mkstemp(path.data()));  // mode 0600
  if (!fd.is_open()) return ErrnoStatus(errno, "make", name);
  unlink(path.c_str());
  return std::unique_ptr<RunFile>(new RunFile(std::move(fd), name));
}

absl::Status RunFile::Append(const void* data, size_t size) {
  BL_RETURN_IF_ERROR(
      WriteAll(fd_.get(), absl::string_view(static_cast<const char*>(data), size), name_));
  size_ += size;
  return absl::OkStatus();
}

absl::Status RunFile::ReadAt(uint64_t offset, void* data, size_t size) const {
  return blindlink::ReadAt(fd_.get(), offset, data, size, name_);
}

}  // namespace blindlink
