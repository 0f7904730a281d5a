#pragma once

#include <array>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/clinical/source/clinical_file.h"
#include "agent/clinical/source/clinical_role.h"
#include "agent/clinical/source/clinical_row.h"

namespace blindlink::agent {

// The cells of one row of a table, by what they mean, without blanks at either end.
class RoleTexts {
 public:
  absl::string_view operator[](ClinicalRole role) const {
    return texts_[static_cast<size_t>(role)];
  }
  void Set(ClinicalRole role, absl::string_view text) { texts_[static_cast<size_t>(role)] = text; }

 private:
  std::array<absl::string_view, kClinicalRoles> texts_ = {};
};

// What is wrong with a cell.
struct CellProblem {
  ClinicalRole role;
  const char* reason;
  bool whole_row;  // the row cannot be used, otherwise the value alone
};

// Makes a ClinicalRow of a row of a table in any shape with columns. Ids are those of the columns:
// TabularReader puts the site's own in the place of keys. Appends what is wrong to `problems`.
ClinicalRow MakeTabularRow(const Layout& layout, const RoleTexts& texts, DateOrder order,
                           std::vector<CellProblem>* problems);

}  // namespace blindlink::agent
