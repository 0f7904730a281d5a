#pragma once

#include <string>
#include <tuple>

#include "common/base/bytes16.h"

namespace blindlink::resolver {

// A record by what stays the same over uploads: its site and its pseudonym, as long as the site
// keeps its record id and its record key.
struct NamedRecord {
  std::string site;
  RecordPseudonym record;

  friend bool operator==(const NamedRecord& a, const NamedRecord& b) {
    return a.site == b.site && a.record == b.record;
  }
  // As records are ordered in a run.
  friend bool operator<(const NamedRecord& a, const NamedRecord& b) {
    return std::tie(a.site, a.record) < std::tie(b.site, b.record);
  }
};

// A decision of people about two records of a project, however often it is linked.
struct NamedDecision {
  NamedRecord left;
  NamedRecord right;
  bool is_link = false;  // one person; otherwise never in one entity
};

}  // namespace blindlink::resolver
