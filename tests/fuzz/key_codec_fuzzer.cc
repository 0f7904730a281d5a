// Any bytes as keys and pages of the token index: decoding never crashes, encoding reverses it
// exactly, and keys preserve the order.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/crypto/bound_cipher.h"
#include "resolver/index/rocksdb/key_codec.h"
#include "resolver/index/rocksdb/page_cipher.h"
#include "resolver/index/rocksdb/posting_page.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kPostingSize = std::tuple_size_v<PostingKey>;
constexpr size_t kRecordSize = std::tuple_size_v<RecordIndexKey>;

void Require(bool holds) {
  if (!holds) std::abort();
}

void TryPosting(absl::string_view key) {
  const std::optional<Posting> posting = DecodePosting(key);
  Require(posting.has_value() == (key.size() == kPostingSize));
  if (posting) Require(AsView(EncodePosting(*posting)) == key);
}

void TryRecord(absl::string_view key) {
  const std::optional<RecordAddress> address = DecodeRecord(key);
  Require(address.has_value() == (key.size() == kRecordSize));
  if (address) Require(AsView(EncodeRecord(address->dataset, address->record)) == key);
}

// Sorted postings read from a page are the same after being written and read again.
void TryPage(absl::string_view page) {
  std::vector<Posting> postings;
  if (!DecodePostingPage(1, page, &postings)) return;
  PostingPageBuilder builder;
  std::vector<Posting> written;
  for (const Posting& posting : postings) {
    if (builder.full() || !(written.empty() || written.back() < posting)) break;
    builder.Add(posting);
    written.push_back(posting);
  }
  if (written.empty()) return;
  Require(DecodePostingPage(1, builder.Finish(), &postings));
  Require(postings == written);
}

// Deciphering the evidence of any bytes never crashes, and enciphering reverses it.
void TryCipher(absl::string_view bytes) {
  static const BoundCipher cipher(std::vector<uint8_t>(BoundCipher::kKeySize, 1),
                                  std::vector<uint8_t>(BoundCipher::kKeySize, 2));
  std::string page(bytes);
  OpenEvidence(cipher, "key", &page);
  Require(page.size() == bytes.size());
  if (page == bytes) return;
  SealEvidence(cipher, "key", &page);
  Require(page == bytes);
}

// Byte order equals value order, by dataset first.
void TryOrder(absl::string_view left, absl::string_view right) {
  const std::optional<Posting> a = DecodePosting(left);
  const std::optional<Posting> b = DecodePosting(right);
  if (!a || !b) return;
  Require((std::tie(a->dataset, *a) < std::tie(b->dataset, *b)) == (left < right));
  Require((*a == *b) == (left == right));
}

}  // namespace
}  // namespace blindlink::resolver

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  blindlink::resolver::TryPosting(bytes);
  blindlink::resolver::TryRecord(bytes);
  blindlink::resolver::TryPage(bytes);
  blindlink::resolver::TryCipher(bytes);
  blindlink::resolver::TryPosting(bytes.substr(0, blindlink::resolver::kPostingSize));
  blindlink::resolver::TryRecord(bytes.substr(0, blindlink::resolver::kRecordSize));
  if (size >= 2 * blindlink::resolver::kPostingSize) {
    blindlink::resolver::TryOrder(
        bytes.substr(0, blindlink::resolver::kPostingSize),
        bytes.substr(blindlink::resolver::kPostingSize, blindlink::resolver::kPostingSize));
  }
  return 0;
}
