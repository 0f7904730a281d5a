#include "agent/input/row_spool.h"

#include <utility>

#include "common/base/bytes16.h"
#include "common/base/compact_encoding.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// Any key will do for an order that nobody else sees.
constexpr uint8_t kOrderKey[32] = {};

SpooledRow Decode(absl::string_view bytes) {
  SpooledRow row;
  row.table = static_cast<size_t>(TakeCompactNumber(&bytes));
  row.number = TakeCompactNumber(&bytes);
  while (!bytes.empty()) row.cells.push_back(TakeCompactText(&bytes));
  return row;
}

}  // namespace

RowSpool::RowSpool(std::filesystem::path folder) : order_(kOrderKey), spool_(std::move(folder)) {}

absl::Status RowSpool::Add(absl::string_view key, const SpooledRow& row) {
  text_.clear();
  AppendCompact(uint64_t{row.table}, &text_);
  AppendCompact(row.number, &text_);
  for (const std::string& cell : row.cells) AppendCompact(cell, &text_);
  return spool_.Add(RecordPseudonym{order_.Digest16(key)}, text_);
}

absl::StatusOr<std::vector<SpooledRow>> RowSpool::NextGroup() {
  std::vector<SpooledRow> group;
  if (range_ == nullptr || at_ == range_->size()) {
    BL_ASSIGN_OR_RETURN(range_, spool_.NextRange());
    at_ = 0;
    if (range_->empty()) return group;
  }
  const RecordPseudonym key = (*range_)[at_].pseudonym;
  for (; at_ < range_->size() && (*range_)[at_].pseudonym == key; ++at_) {
    group.push_back(Decode((*range_)[at_].text));
  }
  return group;
}

}  // namespace blindlink::agent
