#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "resolver/index/posting.h"
#include "resolver/index/stored_token.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// Says of tokens whether any dataset of an index has them, under any match key. Quick for tokens
// that come in their order: then the index is read at most once, and what lies far between two of
// them is not read. Not thread-safe.
class TokensInIndex {
 public:
  // Both must outlive this object.
  TokensInIndex(const TokenIndex& index, const std::atomic<bool>& cancel)
      : index_(index), cancel_(cancel) {}

  // CANCELLED, DATA_LOSS.
  absl::StatusOr<bool> Has(const StoredToken& token);

 private:
  absl::Status ReadFrom(const StoredToken& token);
  // Moves to the first posting that is not before the token.
  absl::Status MoveTo(const StoredToken& token);

  const TokenIndex& index_;
  const std::atomic<bool>& cancel_;
  std::unique_ptr<Cursor<Posting>> postings_;
  StoredToken last_;                 // that was asked for
  absl::Span<const Posting> batch_;  // empty at the end of the index
  size_t at_ = 0;
};

}  // namespace blindlink::resolver
