#include "common/base/unfinished_files.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/base/fd.h"

namespace blindlink {
namespace {

bool IsUnfinished(const std::string& file) {
  absl::string_view name = file;
  if (!absl::ConsumeSuffix(&name, kUnfinishedSuffix)) return false;
  const size_t dot = name.rfind('.');
  if (dot == absl::string_view::npos || dot + 1 == name.size()) return false;
  return std::all_of(name.begin() + static_cast<ptrdiff_t>(dot) + 1, name.end(),
                     [](char c) { return absl::ascii_isdigit(c); });
}

}  // namespace

absl::Status RemoveUnfinishedFiles(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> unfinished;
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end;
       !error && entry != end; entry.increment(error)) {
    if (IsUnfinished(entry->path().filename())) unfinished.push_back(entry->path());
  }
  if (error) return ErrnoStatus(error.value(), "read", folder);
  for (const std::filesystem::path& file : unfinished) {
    std::filesystem::remove(file, error);
    if (error) return ErrnoStatus(error.value(), "remove", file);
  }
  return absl::OkStatus();
}

}  // namespace blindlink
