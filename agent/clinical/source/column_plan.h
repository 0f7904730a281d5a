#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/source/clinical_role.h"
#include "agent/clinical/source/layout.h"

namespace blindlink::agent {

// Columns that the user names: "diagnoses.name=BEZEICHNUNG,persons.education=EDU". A role that
// ClinicalRole does not have is a further column of persons, but never one of sex, birth, death or
// ZIP code: other names of those (zip3, death, dob) are their roles. Thread-safe once made.
class StatedColumns {
 public:
  struct Stated {
    ClinicalTable table;
    std::optional<ClinicalRole> role;
    std::string name;    // of the role or the further column
    std::string header;  // as in the file; empty: the role has no column
  };
  // INVALID_ARGUMENT, with what exists, for an unknown table, a role that is none in tables other
  // than persons, and text that is not TABLE.ROLE=HEADER.
  static absl::StatusOr<StatedColumns> Parse(absl::string_view text);

  absl::Span<const Stated> all() const { return stated_; }
  // The headers that are stated for one of `table`'s roles and for no other table.
  bool AllIn(ClinicalTable table, absl::Span<const std::string> normalized_headers) const;

 private:
  std::vector<Stated> stated_;
};

// Which columns of a file are used, and for what.
struct ColumnPlan {
  static constexpr int kNoColumn = -1;
  struct Further {
    std::string name;
    size_t column;
  };

  struct Across {
    ClinicalTable table;
    size_t column;
  };

  std::array<int, kClinicalRoles> column_of;  // by role; kNoColumn
  // Of a site's own visits: columns of codes side by side (dx1, dx2, ICD9_PRCDR_CD_1), in order.
  std::vector<Across> across;
  std::vector<Further> further;
  std::vector<size_t> unused;

  bool Has(ClinicalRole role) const { return column_of[static_cast<size_t>(role)] != kNoColumn; }
};

// Finds the columns of a file that has `layout`. `wanted`: names of further columns of persons that
// are taken from headers of the same name, beyond those that the layout lists, but never sex,
// birth, death or ZIP code by any of their names. INVALID_ARGUMENT for a stated header that is not
// there, and for one of these that is stated as a further column.
absl::StatusOr<ColumnPlan> PlanColumns(const Layout& layout, absl::Span<const std::string> headers,
                                       const StatedColumns& stated,
                                       absl::Span<const std::string> wanted);

// Why a file with these columns cannot be the table: what is missing. Empty if nothing is.
std::string WhatIsMissing(ClinicalTable table, const ColumnPlan& plan);

}  // namespace blindlink::agent
