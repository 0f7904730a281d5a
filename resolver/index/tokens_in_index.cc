#include "resolver/index/tokens_in_index.h"

#include <algorithm>

#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// A look-up takes as long as reading some thousand postings of a dataset.
constexpr size_t kFar = 32768;

}  // namespace

absl::Status TokensInIndex::ReadFrom(const StoredToken& token) {
  PostingQuery query;
  query.first = token;
  BL_ASSIGN_OR_RETURN(postings_, index_.Postings(query));
  BL_ASSIGN_OR_RETURN(batch_, postings_->Next());
  at_ = 0;
  return absl::OkStatus();
}

absl::Status TokensInIndex::MoveTo(const StoredToken& token) {
  if (cancel_) return absl::CancelledError("the resolver is stopping");
  if (postings_ == nullptr || token < last_) return ReadFrom(token);
  for (size_t passed = 0; !batch_.empty() && batch_.back().token < token;) {
    passed += batch_.size();
    if (passed > kFar) return ReadFrom(token);
    BL_ASSIGN_OR_RETURN(batch_, postings_->Next());
    at_ = 0;
  }
  const auto found = std::lower_bound(
      batch_.begin() + static_cast<std::ptrdiff_t>(at_), batch_.end(), token,
      [](const Posting& posting, const StoredToken& before) { return posting.token < before; });
  at_ = static_cast<size_t>(found - batch_.begin());
  return absl::OkStatus();
}

absl::StatusOr<bool> TokensInIndex::Has(const StoredToken& token) {
  const absl::Status moved = MoveTo(token);
  if (!moved.ok()) {
    postings_.reset();
    return moved;
  }
  last_ = token;
  return at_ < batch_.size() && batch_[at_].token == token;
}

}  // namespace blindlink::resolver
