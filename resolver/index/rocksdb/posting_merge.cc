#include "resolver/index/rocksdb/posting_merge.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kBatch = 4096;

// Orders a heap so that the stream with the lowest head is in front.
struct HigherHead {
  const std::vector<MergedStream>* streams;
  bool operator()(size_t a, size_t b) const {
    return (*streams)[b].postings->head() < (*streams)[a].postings->head();
  }
};

}  // namespace

PostingMerge::PostingMerge(std::vector<MergedStream> streams, std::optional<StoredToken> end)
    : streams_(std::move(streams)), end_(end) {
  for (const MergedStream& stream : streams_) has_only_with_ |= stream.in_only_with;
  if (!has_only_with_) MakeHeap();
}

void PostingMerge::MakeHeap() {
  for (size_t i = 0; i < streams_.size(); ++i) {
    if (Wanted(*streams_[i].postings)) heap_.push_back(i);
  }
  std::make_heap(heap_.begin(), heap_.end(), HigherHead{&streams_});
}

absl::StatusOr<absl::Span<const Posting>> PostingMerge::Next() {
  batch_.clear();
  while (batch_.size() < kBatch) {
    if (heap_.empty() && has_only_with_) BL_RETURN_IF_ERROR(FindToken());
    if (heap_.empty()) break;
    BL_RETURN_IF_ERROR(TakeFromLowest());
  }
  return absl::MakeConstSpan(batch_);
}

absl::Status PostingMerge::TakeFromLowest() {
  const HigherHead higher{&streams_};
  std::pop_heap(heap_.begin(), heap_.end(), higher);
  PostingStream& lowest = *streams_[heap_.back()].postings;
  const Posting* const bound =
      heap_.size() == 1 ? nullptr : &streams_[heap_.front()].postings->head();
  const absl::Span<const Posting> rest = lowest.rest();
  size_t taken = 0;
  while (taken < rest.size() && Wanted(rest[taken].token) &&
         (bound == nullptr || rest[taken] < *bound)) {
    ++taken;
  }
  batch_.insert(batch_.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(taken));
  BL_RETURN_IF_ERROR(lowest.Advance(taken));
  if (Wanted(lowest)) {
    std::push_heap(heap_.begin(), heap_.end(), higher);
  } else {
    heap_.pop_back();
  }
  return absl::OkStatus();
}

absl::Status PostingMerge::FindToken() {
  const StoredToken* lowest = nullptr;
  for (const MergedStream& stream : streams_) {
    if (!stream.in_only_with || stream.postings->at_end()) continue;
    const StoredToken& token = stream.postings->head().token;
    if (lowest == nullptr || token < *lowest) lowest = &token;
  }
  if (lowest == nullptr || (end_ && *lowest >= *end_)) return absl::OkStatus();
  token_ = *lowest;
  for (MergedStream& stream : streams_) BL_RETURN_IF_ERROR(MoveTo(token_, &stream));
  MakeHeap();
  return absl::OkStatus();
}

absl::Status PostingMerge::MoveTo(const StoredToken& token, MergedStream* stream) {
  PostingStream& postings = *stream->postings;
  if (postings.at_end() || postings.head().token >= token) return absl::OkStatus();
  return stream->by_look_up && !postings.HasPageFor(token) ? postings.Seek(token)
                                                           : postings.ReadOnTo(token);
}

}  // namespace blindlink::resolver
