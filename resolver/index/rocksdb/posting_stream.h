#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "resolver/index/posting.h"
#include "rocksdb/db.h"

namespace blindlink::resolver {

// The postings of one dataset in order, read page by page. Not thread-safe; the database must
// outlive it.
class PostingStream {
 public:
  // `read_ahead` in bytes: for reading on and on.
  PostingStream(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, uint32_t dataset,
                size_t read_ahead);

  // Goes to the first posting of `token` or a later one, by looking it up. DATA_LOSS if the index
  // is damaged, also below.
  absl::Status Seek(const StoredToken& token);
  // The same from where it is, by looking at every page between.
  absl::Status ReadOnTo(const StoredToken& token);
  // Whether `token` is in the page at hand, or before it, or nothing is left.
  bool HasPageFor(const StoredToken& token) const {
    return at_end() || page_.back().token >= token;
  }

  bool at_end() const { return at_ == page_.size(); }
  const Posting& head() const { return page_[at_]; }
  // From the head to the end of the page.
  absl::Span<const Posting> rest() const { return absl::MakeConstSpan(page_).subspan(at_); }
  // Passes over `count` postings of rest(). Spans of rest() are no longer valid.
  absl::Status Advance(size_t count);

 private:
  // Decodes the page the iterator is at; at_end() if that is none of the dataset's.
  absl::Status TakePage(const StoredToken& first);

  const uint32_t dataset_;
  const std::string end_key_;
  rocksdb::Slice end_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  std::vector<Posting> page_;
  size_t at_ = 0;
};

}  // namespace blindlink::resolver
