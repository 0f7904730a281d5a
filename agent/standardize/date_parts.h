#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// One date of the columns of year, month and day, so that no order of them has to be guessed:
// "1982", "4", "5" give "5 APR 1982". The month may be a number or a name. What is empty is not
// known: "APR 1982", "1982". Empty without a year. A month or day that cannot be stays in the text,
// so that the standardizer finds the date impossible. Pure, thread-safe.
std::string ComposeDate(absl::string_view year, absl::string_view month, absl::string_view day);

}  // namespace blindlink::agent
