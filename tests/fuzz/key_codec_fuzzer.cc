// Any bytes as keys of the token index: decoding is total, exact, and keeps the order.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <tuple>

#include "absl/strings/string_view.h"
#include "resolver/index/key_codec.h"

namespace blindlink {
namespace {

constexpr size_t kPostingSize = std::tuple_size_v<PostingKey>;
constexpr size_t kRecordSize = std::tuple_size_v<RecordKey>;

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

// The order of the bytes is the order of the values.
void TryOrder(absl::string_view left, absl::string_view right) {
  const std::optional<Posting> a = DecodePosting(left);
  const std::optional<Posting> b = DecodePosting(right);
  if (a && b) Require((*a < *b) == (left < right) && (*a == *b) == (left == right));
}

}  // namespace
}  // namespace blindlink

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  blindlink::TryPosting(bytes);
  blindlink::TryRecord(bytes);
  blindlink::TryPosting(bytes.substr(0, blindlink::kPostingSize));
  blindlink::TryRecord(bytes.substr(0, blindlink::kRecordSize));
  if (size >= 2 * blindlink::kPostingSize) {
    blindlink::TryOrder(bytes.substr(0, blindlink::kPostingSize),
                        bytes.substr(blindlink::kPostingSize, blindlink::kPostingSize));
  }
  return 0;
}
