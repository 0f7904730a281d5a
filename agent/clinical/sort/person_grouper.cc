#include "agent/clinical/sort/person_grouper.h"

#include <algorithm>
#include <tuple>

#include "agent/clinical/sort/row_encoding.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

struct SortedRow {
  ClinicalRow row;
  absl::string_view bytes;
};

bool ComesBefore(const SortedRow& a, const SortedRow& b) {
  const auto key = [](const ClinicalRow& row) {
    return std::make_tuple(row.table != ClinicalTable::kPersons, row.start, row.table,
                           absl::string_view(row.visit), row.seq);
  };
  const auto left = key(a.row);
  const auto right = key(b.row);
  return left != right ? left < right : a.bytes < b.bytes;
}

}  // namespace

absl::Status PersonGrouper::Add(const RecordPseudonym& pseudonym, const ClinicalRow& row) {
  text_.clear();
  AppendClinicalRow(row, &text_);
  return spool_.Add(pseudonym, text_);
}

absl::StatusOr<std::optional<PersonRows>> PersonGrouper::Next() {
  if (range_ == nullptr || at_ == range_->size()) {
    BL_ASSIGN_OR_RETURN(range_, spool_.NextRange());
    at_ = 0;
    if (range_->empty()) return std::optional<PersonRows>();
  }
  PersonRows person = {(*range_)[at_].pseudonym, {}};
  for (; at_ < range_->size() && (*range_)[at_].pseudonym == person.pseudonym; ++at_) {
    person.rows.push_back((*range_)[at_].text);
  }
  return person;
}

std::vector<ClinicalRow> RowsInOrder(absl::Span<const absl::string_view> rows) {
  std::vector<SortedRow> sorted;
  sorted.reserve(rows.size());
  for (const absl::string_view bytes : rows) sorted.push_back({DecodeClinicalRow(bytes), bytes});
  std::sort(sorted.begin(), sorted.end(), ComesBefore);
  std::vector<ClinicalRow> ordered;
  ordered.reserve(rows.size());
  for (SortedRow& each : sorted) ordered.push_back(std::move(each.row));
  return ordered;
}

}  // namespace blindlink::agent
