#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "resolver/index/rocksdb/posting_stream.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// One dataset of a query.
struct MergedStream {
  std::unique_ptr<PostingStream> postings;
  // The dataset is in PostingQuery::only_with.
  bool in_only_with = false;
  // Tokens are looked up, because that costs less than reading everything between two of them.
  bool by_look_up = false;
};

// Merges the postings of several datasets into one order, up to `end`. If any stream is in
// only_with, returns only tokens that at least one such stream has.
class PostingMerge : public Cursor<Posting> {
 public:
  // Each stream must be at its first posting.
  PostingMerge(std::vector<MergedStream> streams, std::optional<StoredToken> end);

  absl::StatusOr<absl::Span<const Posting>> Next() override;

 private:
  // Moves all streams to the next token of only_with. Leaves the heap empty if there is none.
  absl::Status FindToken();
  absl::Status MoveTo(const StoredToken& token, MergedStream* stream);
  void MakeHeap();
  // Takes from the lowest stream's page all postings that come before those of the other streams.
  absl::Status TakeFromLowest();
  bool Wanted(const PostingStream& stream) const {
    return !stream.at_end() && Wanted(stream.head().token);
  }
  bool Wanted(const StoredToken& token) const {
    return has_only_with_ ? token == token_ : !end_ || token < *end_;
  }

  std::vector<MergedStream> streams_;
  const std::optional<StoredToken> end_;
  bool has_only_with_ = false;
  StoredToken token_;         // the current token, if has_only_with_
  std::vector<size_t> heap_;  // the streams whose heads are wanted, the lowest in front
  std::vector<Posting> batch_;
};

}  // namespace blindlink::resolver
