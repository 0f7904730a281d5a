#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/status_macros.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_cursor.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

using Sites = std::vector<std::string>;  // by name, without duplicates

inline Sites UnionOf(Sites left, const Sites& right) {
  left.insert(left.end(), right.begin(), right.end());
  std::sort(left.begin(), left.end());
  left.erase(std::unique(left.begin(), left.end()), left.end());
  return left;
}

// Rows with records in the order of site name and pseudonym. A row is a RecordRow or has one as
// `record`; its site is an index into `sites`. No file: no rows.
template <typename Row>
struct SortedRecords {
  const RowFileReader<Row>* rows;
  const Sites& sites;
};

// A record of one or both of two files. Rows are null, and numbers mean nothing, in a file that
// does not have it.
template <typename Left, typename Right>
struct MergedRecord {
  RecordRow record;  // its site is an index into the union of the sites
  const Left* left = nullptr;
  uint32_t left_number = 0;  // of the row in its file
  const Right* right = nullptr;
  uint32_t right_number = 0;
};

template <typename Row>
class SiteCursor {
 public:
  SiteCursor(const SortedRecords<Row>& records, const Sites& all) {
    if (records.rows != nullptr) rows_.emplace(*records.rows);
    for (const std::string& site : records.sites) {
      numbers_.push_back(
          static_cast<uint16_t>(std::lower_bound(all.begin(), all.end(), site) - all.begin()));
    }
  }
  // The next row's record with its site's number in the union; none at the end.
  absl::StatusOr<std::optional<RecordRow>> Peek() {
    if (!rows_.has_value()) return std::nullopt;
    BL_ASSIGN_OR_RETURN(const Row* const row, rows_->Peek());
    if (row == nullptr) return std::nullopt;
    RecordRow record = RecordOf(*row);
    if (record.site >= numbers_.size()) {
      return absl::DataLossError("a stored record names a site that does not exist");
    }
    record.site = numbers_[record.site];
    return record;
  }
  // The row, and its number.
  absl::StatusOr<const Row*> Next(uint32_t* number) {
    *number = next_++;
    return rows_->Next();
  }

 private:
  static const RecordRow& RecordOf(const RecordRow& row) { return row; }
  template <typename Other>
  static const RecordRow& RecordOf(const Other& row) {
    return row.record;
  }

  std::optional<RowCursor<Row>> rows_;
  std::vector<uint16_t> numbers_;
  uint32_t next_ = 0;
};

// Calls `handle(const MergedRecord<Left, Right>&)`, which returns absl::Status, for each record of
// two files in their order; an error ends it. DATA_LOSS if a row names no site.
template <typename Left, typename Right, typename Handle>
absl::Status MergeRecords(const SortedRecords<Left>& lefts, const SortedRecords<Right>& rights,
                          Handle handle) {
  const Sites all = UnionOf(lefts.sites, rights.sites);
  SiteCursor<Left> left(lefts, all);
  SiteCursor<Right> right(rights, all);
  const auto order = [](const RecordRow& row) { return std::tie(row.site, row.record); };
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::optional<RecordRow> a, left.Peek());
    BL_ASSIGN_OR_RETURN(const std::optional<RecordRow> b, right.Peek());
    if (!a.has_value() && !b.has_value()) return absl::OkStatus();
    MergedRecord<Left, Right> merged;
    if (a.has_value() && (!b.has_value() || order(*a) <= order(*b))) {
      merged.record = *a;
      BL_ASSIGN_OR_RETURN(merged.left, left.Next(&merged.left_number));
    }
    if (b.has_value() && (!a.has_value() || order(*b) <= order(*a))) {
      merged.record = *b;
      BL_ASSIGN_OR_RETURN(merged.right, right.Next(&merged.right_number));
    }
    BL_RETURN_IF_ERROR(handle(merged));
  }
}

}  // namespace blindlink::resolver
