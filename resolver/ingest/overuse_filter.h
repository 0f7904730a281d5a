#pragma once

#include <cstdint>
#include <vector>

#include "resolver/index/overused_token.h"
#include "resolver/index/token_index.h"
#include "resolver/ingest/overuse_marks.h"

namespace blindlink::resolver {

// Passes the sorted postings of a dataset on to the index, each once, but of a token that more than
// `max_records` records share under one match key only the number, and marks the records. Keeps the
// postings of one token in memory, of at most so many records. Not thread-safe.
template <typename Sorted>
class OveruseFilter {
 public:
  OveruseFilter(uint32_t dataset, uint32_t max_records, OveruseMarks* marks)
      : dataset_(dataset), max_records_(max_records), marks_(*marks) {}

  // In order. What belongs into the index goes to `batch`, perhaps only at a later call.
  void Add(const Sorted& next, PostingBatch* batch) {
    if (postings_ > 0 && !SameToken(next)) End(batch);
    if (postings_ > 0 && last_.SameKey(next)) return;
    if (postings_ == 0 || last_.record != next.record) ++records_;
    ++postings_;
    last_ = next;
    if (records_ <= max_records_) {
      kept_.push_back(next);
    } else {
      for (const Sorted& posting : kept_) marks_.Mark(posting.record);
      kept_.clear();
      marks_.Mark(next.record);
    }
  }

  // No more postings of the last token will follow.
  void End(PostingBatch* batch) {
    if (records_ > max_records_) {
      batch->Add(OverusedToken(last_.token, last_.match_key, dataset_, records_, postings_));
    }
    for (const Sorted& posting : kept_) batch->Add(posting.OfDataset(dataset_));
    kept_.clear();
    records_ = 0;
    postings_ = 0;
  }

 private:
  bool SameToken(const Sorted& next) const {
    return last_.token == next.token && last_.match_key == next.match_key;
  }

  const uint32_t dataset_;
  const uint32_t max_records_;
  OveruseMarks& marks_;
  Sorted last_{};
  uint32_t records_ = 0;  // of the last token
  uint32_t postings_ = 0;
  std::vector<Sorted> kept_;
};

}  // namespace blindlink::resolver
