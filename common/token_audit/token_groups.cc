#include "common/token_audit/token_groups.h"

#include "common/base/byte_order.h"
#include "common/base/bytes16.h"
#include "common/base/status_macros.h"
#include "common/tokens/token_block.h"

namespace blindlink {
namespace {

constexpr uint64_t kMostRecords = uint64_t{1} << 31;

}  // namespace

absl::Status TokenGroups::Add(const v1::TokenBlock& block) {
  for (const v1::TokenColumn& column : block.columns()) {
    for (size_t key = 0; key < plan_.match_keys().size(); ++key) {
      if (plan_.match_keys()[key].id != column.match_key()) continue;
      BL_RETURN_IF_ERROR(AddColumn(column, key));
    }
  }
  const uint64_t records = records_ + RecordCountOf(block);
  if (records >= kMostRecords) {
    return absl::ResourceExhaustedError("a dataset of 2^31 records or more cannot be audited");
  }
  records_ = static_cast<uint32_t>(records);
  return absl::OkStatus();
}

absl::Status TokenGroups::AddColumn(const v1::TokenColumn& column, size_t match_key) {
  const size_t width = plan_.evidence().WidthOf(match_key);
  const auto* tokens = reinterpret_cast<const uint8_t*>(column.tokens().data());
  const auto* evidence = reinterpret_cast<const uint8_t*>(column.evidence().data());
  for (int i = 0; i < column.records_size(); ++i) {
    const auto at = static_cast<size_t>(i);
    AuditedToken token{};
    token.token = LoadBigEndian64(tokens + at * Token::kSize);
    token.record = records_ + column.records(i);
    token.match_key = static_cast<uint8_t>(match_key);
    token.base = column.forms()[at] == 0;
    if (width > 0 && token.base) token.codes = layout_.CodesIn(match_key, evidence + at * width);
    BL_RETURN_IF_ERROR(sorter_.Add(token));
  }
  return absl::OkStatus();
}

absl::Status TokenGroups::Sort() {
  BL_RETURN_IF_ERROR(sorter_.Sort());
  BL_ASSIGN_OR_RETURN(next_, sorter_.Next());
  return absl::OkStatus();
}

absl::StatusOr<absl::Span<const AuditedToken>> TokenGroups::Next() {
  group_.clear();
  while (next_ != nullptr && (group_.empty() || group_[0].SharesTokenWith(*next_))) {
    group_.push_back(*next_);
    BL_ASSIGN_OR_RETURN(next_, sorter_.Next());
  }
  return absl::MakeConstSpan(group_);
}

}  // namespace blindlink
