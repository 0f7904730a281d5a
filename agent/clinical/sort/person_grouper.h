#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/source/clinical_row.h"
#include "agent/spool/sorted_spool.h"
#include "common/base/bytes16.h"

namespace blindlink::agent {

// All rows of one pseudonym, as AppendClinicalRow wrote them, in no order. Valid until the next
// call of the grouper.
struct PersonRows {
  RecordPseudonym pseudonym;
  std::vector<absl::string_view> rows;
};

// The rows in order: those of the table of persons, then by day (that of the start), table, visit
// and position. What is equal in all these is in the order of its bytes, so that the order of the
// files does not show.
std::vector<ClinicalRow> RowsInOrder(absl::Span<const absl::string_view> rows);

// Takes the rows of all tables in any order and gives them back person by person, in the order of
// the pseudonyms, which says nothing about the order of the files. Holds up to 64 MiB and 1/256 of
// all rows in memory; the rest is in a nameless temporary file in `folder`, enciphered under a key
// that only this process has (agent/spool/sorted_spool.h). Not thread-safe.
class PersonGrouper {
 public:
  explicit PersonGrouper(std::filesystem::path folder) : spool_(std::move(folder)) {}

  // Pseudonyms must be evenly distributed, as those of a keyed hash are. Errors are those of
  // SortedSpool; after one the grouper must not be used again.
  absl::Status Add(const RecordPseudonym& pseudonym, const ClinicalRow& row);

  // Call after the last Add: the next person; nullopt after the last. Errors as Add.
  absl::StatusOr<std::optional<PersonRows>> Next();

 private:
  SortedSpool spool_;
  std::string text_;
  const std::vector<SortedSpool::Entry>* range_ = nullptr;
  size_t at_ = 0;  // in *range_
};

}  // namespace blindlink::agent
