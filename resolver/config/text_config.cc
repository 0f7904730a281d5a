#include "resolver/config/text_config.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace blindlink::resolver {

void ConfigErrors::AddError(int line, int column, const std::string& message) {
  errors_.push_back(absl::StrCat(line + 1, ":", column + 1, ": ", message));
}

absl::Status ConfigErrors::StatusFor(const std::filesystem::path& file) const {
  if (errors_.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the configuration ", file.string(), " is not valid\n  ", absl::StrJoin(errors_, "\n  ")));
}

}  // namespace blindlink::resolver
