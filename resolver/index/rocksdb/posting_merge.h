#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "resolver/index/rocksdb/posting_stream.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// One dataset's part in a query.
struct MergedStream {
  std::unique_ptr<PostingStream> postings;
  // Of those whose tokens are asked for (PostingQuery::met_by).
  bool leads = false;
  // Between two tokens that are asked for lies so much that they are looked up.
  bool looked_up = false;
};

// The postings of several datasets in one order, up to `end`. If some streams lead, only tokens
// that one of those has.
class PostingMerge : public Cursor<Posting> {
 public:
  // The streams stand at their first postings.
  PostingMerge(std::vector<MergedStream> streams, std::optional<StoredToken> end);

  absl::StatusOr<absl::Span<const Posting>> Next() override;

 private:
  // Looks for the next token that is asked for; the heap stays empty if there is none.
  absl::Status FindToken();
  absl::Status MoveTo(const StoredToken& token, MergedStream* stream);
  void MakeHeap();
  // Appends from the lowest stream's page what comes before the others, and moves it on.
  absl::Status TakeFromLowest();
  bool Wanted(const PostingStream& stream) const {
    return !stream.at_end() && Wanted(stream.head().token);
  }
  bool Wanted(const StoredToken& token) const {
    return has_leaders_ ? token == token_ : !end_ || token < *end_;
  }

  std::vector<MergedStream> streams_;
  const std::optional<StoredToken> end_;
  bool has_leaders_ = false;
  StoredToken token_;         // the one at hand, if some lead
  std::vector<size_t> heap_;  // of streams_ with wanted heads, the lowest in front
  std::vector<Posting> batch_;
};

}  // namespace blindlink::resolver
