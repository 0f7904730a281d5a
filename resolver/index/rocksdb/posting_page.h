#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "resolver/index/posting.h"

namespace blindlink::resolver {

// A page holds consecutive postings of one dataset in few bytes (docs/formats/index_keys.md): a
// token is stored as its distance from the token before, everything else in as many bits as the
// page needs.

// What all postings of a page with the same match key and size of evidence have in common.
struct PostingKind {
  uint8_t match_key = 0;
  uint8_t evidence_size = 0;
  uint8_t form_bits = 0;
};

// Builds pages. Not thread-safe.
class PostingPageBuilder {
 public:
  // Postings in strictly increasing order, all of one dataset.
  void Add(const Posting& posting);
  bool empty() const { return entries_.empty(); }
  // Whether the page has about the size that is fastest to read, or cannot hold more.
  bool full() const {
    return entries_.size() * kUsualSize + evidence_.size() >= kPageBytes ||
           entries_.size() == kMaxPostings || kinds_.size() == kMaxKinds;
  }
  // The last posting added, without its evidence.
  Posting last() const {
    const Entry& entry = entries_.back();
    return {entry.token, kinds_[entry.kind].match_key, dataset_, entry.record, entry.form, {}};
  }
  // Returns the page's bytes and empties the builder. Must not be called when empty().
  std::string Finish();

 private:
  static constexpr size_t kPageBytes = size_t{16} << 10;
  static constexpr size_t kMaxPostings = 4096;
  static constexpr size_t kMaxKinds = 256;
  static constexpr size_t kUsualSize = 9;  // bytes of a posting without evidence

  // A posting without its evidence.
  struct Entry {
    StoredToken token;
    uint8_t kind;  // index into kinds_
    uint8_t form;
    uint32_t record;
    bool same_block;  // same token and kind as the entry before
  };

  uint8_t KindOf(const Posting& posting);

  uint32_t dataset_ = 0;
  std::vector<Entry> entries_;
  std::vector<PostingKind> kinds_;
  std::array<uint8_t, 256> kind_of_match_key_{};  // a guess, tried first
  std::string evidence_;
  size_t tokens_ = 0;  // entries that are not same_block
  uint32_t highest_record_ = 0;
};

// A page begins with a head of this size.
inline constexpr size_t kPostingPageHeadSize = 20;
// Where the evidence of a page begins: all from there to the end of the page. Nothing if the bytes
// are no page. The version of the page does not matter.
std::optional<size_t> EvidenceOffset(absl::string_view page);

// Decodes a page that PostingPageBuilder made for `dataset` and replaces `*postings` with its
// postings. False if the bytes are not such a page; `*postings` is then unspecified.
bool DecodePostingPage(uint32_t dataset, absl::string_view page, std::vector<Posting>* postings);

}  // namespace blindlink::resolver
