#pragma once

#include "absl/strings/string_view.h"

namespace blindlink {

// Ends the process with `reason` on standard error, by abort(3). For what only a bug or the lack of
// memory can cause and no caller could handle; `reason` never holds a value or a key. Thread-safe.
[[noreturn]] void Die(absl::string_view reason);

}  // namespace blindlink
