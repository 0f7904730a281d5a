#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "resolver/index/posting.h"

namespace blindlink::resolver {

// Consecutive postings of one dataset in few bytes, docs/formats/index_keys.md: of a token only its
// distance from the one before, of everything else as many bits as the page needs.

// What the postings of one match key have in common in a page.
struct PostingKind {
  uint8_t match_key = 0;
  uint8_t evidence_size = 0;
  uint8_t form_bits = 0;
};

// Gathers a page. Not thread-safe.
class PostingPageBuilder {
 public:
  // Postings in strictly rising order, all of one dataset.
  void Add(const Posting& posting);
  bool empty() const { return entries_.empty(); }
  // Whether the page has about the size that reads best, or can hold no more.
  bool full() const {
    return entries_.size() * kUsualSize + evidence_.size() >= kPageBytes ||
           entries_.size() == kMaxPostings || kinds_.size() == kMaxKinds;
  }
  // Without its evidence.
  Posting last() const {
    const Entry& entry = entries_.back();
    return {entry.token, kinds_[entry.kind].match_key, dataset_, entry.record, entry.form, {}};
  }
  // The page's bytes; the builder is then empty.
  std::string Finish();

 private:
  static constexpr size_t kPageBytes = size_t{16} << 10;
  static constexpr size_t kMaxPostings = 4096;
  static constexpr size_t kMaxKinds = 256;
  static constexpr size_t kUsualSize = 9;  // of a posting but for its evidence

  // A posting without its evidence.
  struct Entry {
    StoredToken token;
    uint8_t kind;  // index into kinds_
    uint8_t form;
    uint32_t record;
    bool same_block;  // the same token and kind as the one before
  };

  uint8_t KindOf(const Posting& posting);

  uint32_t dataset_ = 0;
  std::vector<Entry> entries_;
  std::vector<PostingKind> kinds_;
  std::array<uint8_t, 256> kind_of_match_key_{};  // where to look first
  std::string evidence_;
  size_t tokens_ = 0;  // of one match key each
  uint32_t highest_record_ = 0;
};

// Puts the postings of a page that PostingPageBuilder made for `dataset` into `*postings`, in place
// of what is there. False if the bytes are no such page.
bool DecodePostingPage(uint32_t dataset, absl::string_view page, std::vector<Posting>* postings);

}  // namespace blindlink::resolver
