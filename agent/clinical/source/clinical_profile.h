#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "agent/clinical/source/clinical_rejects.h"
#include "agent/clinical/source/clinical_row.h"
#include "agent/clinical/source/clinical_source.h"

namespace blindlink::agent {

// What a site's clinical data are, in counts: never a value. Months are those of the first and last
// rows of a table. Not thread-safe.
class ClinicalProfile {
 public:
  struct TableCounts {
    uint64_t rows = 0;
    uint64_t with_code = 0;
    uint64_t with_name = 0;
    std::optional<absl::CivilMonth> first;
    std::optional<absl::CivilMonth> last;
  };

  void Add(const ClinicalRow& row);
  const TableCounts& counts(ClinicalTable table) const {
    return tables_[static_cast<size_t>(table)];
  }

  // For people: rows of each table, then what was rejected and why.
  std::string ToText(const ClinicalRejects& rejects) const;
  // The same and the files' counts, as one JSON object.
  std::string ToJson(const ClinicalRejects& rejects, const ClinicalSource& source) const;

 private:
  std::array<TableCounts, kClinicalTableNames.size()> tables_;
};

}  // namespace blindlink::agent
