#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// A file without a header has a person's row where the columns' names should be. These functions
// keep it out of messages. Thread-safe.

// Whether `headers` are names of columns: more than a third, and two or more, are known or made of
// words that such names are made of, and none has the form of a value.
bool AreColumnNames(absl::Span<const std::string> headers);

// Whether `header` has the form of a value: it has many digits or no letter, or is an e-mail
// address or very long.
bool LooksLikeValue(absl::string_view header);

// For messages: the columns' names, if they are names; otherwise what they seem to be, and how many
// there are.
std::string DescribeColumns(absl::Span<const std::string> headers);

}  // namespace blindlink::agent
