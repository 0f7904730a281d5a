#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// The tables behind word_rules.h. Written for this project from common medical knowledge.

struct WordPair {
  absl::string_view from, to;
};

absl::Span<const WordPair> IrregularTable();
absl::Span<const WordPair> PhraseTable();
// Meanings separated by '|'. A leading '~': never coded when it stands alone, because it has other
// meanings, too.
absl::Span<const WordPair> AbbreviationTable();

}  // namespace blindlink::agent
