#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"
#include "common/score/code_levels.h"

namespace blindlink::agent {

// Whether two texts are the same but for a letter or two, or at least alike. Pure; thread-safe.
enum TextAgreement : size_t { kTextMissing, kTextDiffers, kTextSimilar, kTextClose, kTextExact };
LevelNames TextLevels();
size_t TextLevel(absl::string_view left, absl::string_view right);

}  // namespace blindlink::agent
