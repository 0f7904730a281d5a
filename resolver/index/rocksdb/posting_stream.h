#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/crypto/bound_cipher.h"
#include "resolver/index/posting.h"
#include "rocksdb/db.h"

namespace blindlink::resolver {

// Reads the postings of one dataset in order, page by page. Not thread-safe; the database and the
// cipher must outlive it.
class PostingStream {
 public:
  // `read_ahead`: bytes to read ahead when many pages are read in sequence; 0 for look-ups.
  PostingStream(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, const BoundCipher& cipher,
                uint32_t dataset, size_t read_ahead);

  // Looks up the first posting of `token` or of a later one. This and the functions below return
  // DATA_LOSS if the index is damaged.
  absl::Status Seek(const StoredToken& token);
  // Goes there too, but by reading every page in between. Only forward.
  absl::Status ReadOnTo(const StoredToken& token);
  // Whether the current page ends at or after `token`, or nothing is left.
  bool HasPageFor(const StoredToken& token) const {
    return at_end() || page_.back().token >= token;
  }

  bool at_end() const { return at_ == page_.size(); }
  const Posting& head() const { return page_[at_]; }
  // The postings from the head to the end of the page.
  absl::Span<const Posting> rest() const { return absl::MakeConstSpan(page_).subspan(at_); }
  // Skips the first `count` postings of rest(), which invalidates spans of rest().
  absl::Status Advance(size_t count);

 private:
  // Decodes the iterator's page and goes to the first posting of `first` or of a later token.
  // at_end() if the dataset has no more pages.
  absl::Status TakePage(const StoredToken& first);

  const BoundCipher& cipher_;
  const uint32_t dataset_;
  const std::string end_key_;
  rocksdb::Slice end_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  std::string bytes_;  // of the page
  std::vector<Posting> page_;
  size_t at_ = 0;
};

}  // namespace blindlink::resolver
