#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"

namespace blindlink::agent {

// The bytes of rows as they lie in memory, which is how a dictionary holds them.
template <typename Row>
std::string BytesOfRows(const std::vector<Row>& rows) {
  return std::string(reinterpret_cast<const char*>(rows.data()), rows.size() * sizeof(Row));
}

// A dictionary file (dictionary_format.h) of these sections, one for each value of Section.
std::string JoinSections(absl::Span<const std::string> sections);

}  // namespace blindlink::agent
