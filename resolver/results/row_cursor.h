#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/status_macros.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// Reads the rows of a file in their order. Not thread-safe; the file must outlive it.
template <typename Row>
class RowCursor {
 public:
  explicit RowCursor(const RowFileReader<Row>& file) : file_(file) {}

  // The row that the next call of Next returns; null at the end. Valid until then.
  absl::StatusOr<const Row*> Peek() {
    if (at_ == batch_.size()) {
      read_ += batch_.size();
      BL_ASSIGN_OR_RETURN(batch_, file_.Read(read_, kBatch));
      at_ = 0;
    }
    return at_ == batch_.size() ? nullptr : &batch_[at_];
  }
  // Null at the end. Valid until the next call.
  absl::StatusOr<const Row*> Next() {
    BL_ASSIGN_OR_RETURN(const Row* const row, Peek());
    if (row != nullptr) ++at_;
    return row;
  }

 private:
  static constexpr uint64_t kBatch = 1 << 14;

  const RowFileReader<Row>& file_;
  uint64_t read_ = 0;
  std::vector<Row> batch_;
  size_t at_ = 0;
};

}  // namespace blindlink::resolver
