#include "common/token_audit/named_field.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_format.h"

namespace blindlink {

std::string NamedFieldText(const v1::NamedField& field) {
  const double percent = 100.0 / static_cast<double>(std::max<uint64_t>(field.records(), 1));
  return absl::StrFormat("%s: %.3f%% of %d records rightly, %.3f%% by guessing", field.field(),
                         percent * static_cast<double>(field.named()), field.records(),
                         percent * static_cast<double>(field.guessed()));
}

}  // namespace blindlink
