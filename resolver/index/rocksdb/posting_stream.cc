#include "resolver/index/rocksdb/posting_stream.h"

#include <algorithm>
#include <limits>

#include "common/base/status_macros.h"
#include "resolver/index/rocksdb/key_codec.h"
#include "resolver/index/rocksdb/page_cipher.h"
#include "resolver/index/rocksdb/posting_page.h"
#include "resolver/index/rocksdb/rocksdb_status.h"

namespace blindlink::resolver {
namespace {

PostingKey FirstKeyOf(uint32_t dataset, const StoredToken& token) {
  return EncodePosting({token, 0, dataset, 0, 0});
}

absl::Status Damaged() {
  return absl::DataLossError(
      "the token index holds a damaged page: restore the data directory from a backup");
}

}  // namespace

PostingStream::PostingStream(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family,
                             const BoundCipher& cipher, uint32_t dataset, size_t read_ahead)
    : cipher_(cipher),
      dataset_(dataset),
      end_key_(dataset == std::numeric_limits<uint32_t>::max()
                   ? std::string()
                   : std::string(AsView(FirstKeyOf(dataset + 1, {})))),
      end_slice_(end_key_) {
  rocksdb::ReadOptions options;
  options.readahead_size = read_ahead;
  options.fill_cache = false;
  if (!end_key_.empty()) options.iterate_upper_bound = &end_slice_;
  iterator_.reset(db->NewIterator(options, family));
}

absl::Status PostingStream::Seek(const StoredToken& token) {
  iterator_->Seek(ToSlice(AsView(FirstKeyOf(dataset_, token))));
  return TakePage(token);
}

absl::Status PostingStream::ReadOnTo(const StoredToken& token) {
  if (HasPageFor(token)) {
    const auto found = std::lower_bound(
        page_.begin() + static_cast<std::ptrdiff_t>(at_), page_.end(), token,
        [](const Posting& posting, const StoredToken& wanted) { return posting.token < wanted; });
    at_ = static_cast<size_t>(found - page_.begin());
    return absl::OkStatus();
  }
  const PostingKey key = FirstKeyOf(dataset_, token);
  do {
    iterator_->Next();
  } while (iterator_->Valid() && ToView(iterator_->key()) < AsView(key));
  return TakePage(token);
}

absl::Status PostingStream::Advance(size_t count) {
  at_ += count;
  if (!at_end()) return absl::OkStatus();
  iterator_->Next();
  return TakePage({});
}

absl::Status PostingStream::TakePage(const StoredToken& first) {
  page_.clear();
  at_ = 0;
  if (!iterator_->Valid()) return FromRocksDb(iterator_->status(), "read the token index");
  const std::optional<Posting> last = DecodePosting(ToView(iterator_->key()));
  bytes_.assign(iterator_->value().data(), iterator_->value().size());
  OpenEvidence(cipher_, ToView(iterator_->key()), &bytes_);
  if (!last || !DecodePostingPage(dataset_, bytes_, &page_)) return Damaged();
  if (page_.empty() || page_.back().token != last->token || page_.back().token < first) {
    return Damaged();
  }
  return ReadOnTo(first);
}

}  // namespace blindlink::resolver
