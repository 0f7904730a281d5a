#include "common/base/names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace blindlink {

absl::Status CheckName(absl::string_view kind, absl::string_view name) {
  const auto allowed = [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-';
  };
  if (!name.empty() && name.size() <= 63 && name.front() != '-' &&
      std::all_of(name.begin(), name.end(), allowed)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the ", kind, " name must be 1 to 63 characters of a-z, 0-9 and '-' and not begin with '-'"));
}

}  // namespace blindlink
