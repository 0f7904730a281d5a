#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// A person's name in pieces, each written as in the input: case, accents and periods are left to
// the standardizers. Another name of the person follows its piece in parentheses: "Robert (Bob)",
// "Smith (née Jones)". A piece that the input lacks is empty.
struct FullName {
  std::string first;
  std::string middle;
  std::string last;
  std::string suffix;
};

// Splits a whole name so that Standardize gives each piece the value it would have had in a column
// of its own. The words that are not names are those of name_words.h and code_value.h.
//
// The order is "LAST, FIRST MIDDLE" if there is a comma, otherwise "FIRST MIDDLE LAST". Two
// words in Chinese, Japanese or Korean script are "LAST FIRST", and a single word is a last name.
// Titles and degrees are dropped. Particles and prefixes stay with the last name: "Anna della
// Rocca", "Mary Mc Donald". Of two last names without a comma or a hyphen only the second is
// recognized.
//
// No other word is lost, whatever the text, even if it is not UTF-8. Pure, thread-safe.
FullName SplitFullName(absl::string_view text);

// The generational suffix at the end of a last name: "Jr." of "Carter Jr.", "III" of "Carter, III
// MD". Empty if there is none. A view of `last_name`.
absl::string_view SuffixOf(absl::string_view last_name);

}  // namespace blindlink::agent
