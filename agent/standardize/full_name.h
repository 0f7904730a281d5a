#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

struct FullName {
  std::string first;
  std::string middle;
  std::string last;
  std::string suffix;
};

// Takes a person's name in one text apart: "LAST, FIRST MIDDLE" or "FIRST MIDDLE LAST", a suffix
// (Jr, III) at the end or behind the last name, surname particles (de la, van) kept with the last
// name. Names in Chinese or Japanese script: "LAST FIRST". A single word is a last name. Pure.
FullName SplitFullName(absl::string_view text);

// "Jr" of "Carter Jr", "Carter, III": a suffix that stands with the last name. Empty if there is
// none. A view of `last_name`.
absl::string_view SuffixOf(absl::string_view last_name);

}  // namespace blindlink::agent
