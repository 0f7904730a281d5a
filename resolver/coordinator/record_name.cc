#include "resolver/coordinator/record_name.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace blindlink::resolver {

absl::Status ReadRecordName(const std::string& text, v1::RecordName* name) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
  if (parts.first.empty() || parts.second.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(text, ": expected SITE/PSEUDONYM, as in pairs.csv"));
  }
  name->set_site(parts.first);
  name->set_record(parts.second);
  return absl::OkStatus();
}

std::string TextOf(const v1::RecordName& name) {
  return absl::StrCat(name.site(), "/", name.record());
}

}  // namespace blindlink::resolver
