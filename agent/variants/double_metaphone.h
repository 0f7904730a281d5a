#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

struct MetaphoneCodes {
  std::string primary;
  std::string alternate;  // equal to `primary` if there is no second pronunciation
};

// Double Metaphone (Philips, "The Double Metaphone Search Algorithm", C/C++ Users Journal, June
// 2000): the likely American pronunciation of a name, and a second one if its origin allows two,
// each of at most four letters. Expects A-Z and spaces. Both codes are empty for any other text,
// and for a name without a sound to encode. Thread-safe.
MetaphoneCodes DoubleMetaphone(absl::string_view name);

}  // namespace blindlink::agent
