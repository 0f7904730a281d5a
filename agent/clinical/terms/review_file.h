#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/clinical/terms/term_matcher.h"

namespace blindlink::agent {

// Collects the names that were not coded automatically, for a person who knows. Not thread-safe.
class ReviewFile {
 public:
  void Add(absl::string_view name, const TermMatch& match);
  uint64_t names() const { return names_.size(); }

  // CSV, the most frequent name first: name, count, decision and standard_name (empty: for the
  // reviewer), certainty, and up to ten candidates, each with code, name, probability and reason.
  std::string ToCsv() const;

 private:
  struct Entry {
    uint64_t count = 0;
    TermMatch match;
  };
  std::map<std::string, Entry> names_;
};

}  // namespace blindlink::agent
