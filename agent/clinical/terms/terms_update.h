#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/terms/table_reader.h"
#include "agent/clinical/terms/term_dictionary.h"
#include "agent/clinical/terms/term_matcher.h"

namespace blindlink::agent {

// What an edition of the dictionary changes.
struct UpdateCounts {
  // Codes: old = same + retitled + closed + removed; new = same + retitled + closed + added.
  uint64_t old_codes = 0, new_codes = 0, same = 0, retitled = 0, removed = 0, added = 0;
  uint64_t closed = 0;  // exists, but is no longer (or only now) billable
  // Names of the old dictionary, each standardized with both: names = unchanged + moved + renamed +
  // no_longer + now.
  uint64_t names = 0, unchanged = 0, moved = 0, renamed = 0, no_longer = 0, now = 0;
  uint64_t new_names = 0;  // only in the new dictionary
  // The same of the rows of earlier data.
  uint64_t rows = 0, rows_unchanged = 0, rows_moved = 0, rows_renamed = 0, rows_no_longer = 0,
           rows_now = 0;
};

// Lists everything that differs: CSV with kind, name, old_code, old_name, new_code, new_name, rows.
class TermUpdate {
 public:
  TermUpdate(const TermDictionary& old_dictionary, const TermDictionary& new_dictionary,
             double min_right);

  // Codes that are new, gone, retitled or changed in being billable, and every name of the old
  // dictionary that the two standardize differently.
  void CompareDictionaries(const std::function<void(uint64_t, double)>& progress);

  // Standardizes a table (an output of terms match, or any that name_table.h reads) anew.
  // `out_path` gets its rows with the new standard name and code, certainty, automatic and, in
  // `moved`, what changed against standard_name and standard_code of the earlier output (against
  // the old dictionary, if the table has no such columns).
  absl::Status UpdateTable(const std::string& path, const std::string& out_path,
                           const std::function<void(uint64_t, double)>& progress);

  const UpdateCounts& counts() const { return counts_; }
  // The list, complete after the calls above.
  std::string ToCsv() const;

 private:
  struct Standard {
    bool automatic = false;
    std::string code, name;
  };
  struct Change {
    absl::string_view kind;
    Standard before, after;
  };
  // Changes of names in the data, with their rows, by name and what changed.
  using Changes = std::map<std::string, std::pair<Change, uint64_t>>;
  struct Columns {
    int name = -1, code = -1, old_code = -1, old_name = -1;
  };
  static absl::StatusOr<Columns> FindColumns(const TableReader& table);
  // Standardizes the table's row anew and appends it to `out`.
  void UpdateRow(const TableReader& table, const Columns& columns, const TermMatcher& before,
                 const TermMatcher& after, Changes* changes, std::string* out);
  void AddChanges(const Changes& changes);
  static Standard StandardOf(const TermMatch& match);
  // What changed: moved, renamed, to-review, now-automatic; empty: nothing.
  static absl::string_view KindOf(const Standard& before, const Standard& after);
  void CompareCodes();
  void CountRow(absl::string_view kind);
  void AddRow(absl::string_view kind, absl::string_view name, const Standard& before,
              const Standard& after, uint64_t rows);

  const TermDictionary& old_;
  const TermDictionary& new_;
  const double min_right_;
  UpdateCounts counts_;
  std::string csv_;
};

// The counts in words, with the sums that must agree.
std::string UpdateToText(const UpdateCounts& counts);

}  // namespace blindlink::agent
