#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// The tables behind word_rules.h. Written for this project from common medical knowledge.

struct WordPair {
  absl::string_view from, to;
};

absl::Span<const WordPair> IrregularTable();
// Words in standard form and what they mean in plainer ones: of organs, and of diseases.
absl::Span<const WordPair> OrganTable();
absl::Span<const WordPair> DiseaseTable();
// Meanings separated by '|'. A leading '~': never coded when it stands alone, because it has other
// meanings, too.
absl::Span<const WordPair> AbbreviationTable();

}  // namespace blindlink::agent
