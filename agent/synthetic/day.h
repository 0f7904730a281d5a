#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Nothing unless `text` is a day such as "2018-01-31".
std::optional<std::chrono::sys_days> DayOf(absl::string_view text);
// The reverse.
std::string TextOfDay(std::chrono::sys_days day);

}  // namespace blindlink::agent
