#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

struct MetaphoneCodes {
  std::string primary;
  std::string alternate;  // equal to primary where there is no other pronunciation
};

// Double Metaphone (Philips, "The Double Metaphone Search Algorithm", C/C++ Users Journal, June
// 2000): the likely American pronunciation of a name and a second one where its origin leaves two,
// each of at most four letters. Expects A-Z and spaces; empty codes for anything else and for a
// name that has no consonant sound to it. Thread-safe.
MetaphoneCodes DoubleMetaphone(absl::string_view name);

}  // namespace blindlink::agent
