#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Whether `text` may hold escapes of web pages. Quick, and true more often than they are there.
bool MayBeWebText(absl::string_view text);

// Replaces references (&ntilde; &#241; &#xF1;), escaped bytes (%C3%B1) and simple tags (<br>) by
// what they stand for. Names of references are known in any case, because programs may have changed
// it. What is no escape stays. Pure, thread-safe.
std::string UndoWebText(absl::string_view text);

}  // namespace blindlink::agent
