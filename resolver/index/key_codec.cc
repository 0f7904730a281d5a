#include "resolver/index/key_codec.h"

#include <algorithm>

#include "common/base/byte_order.h"

namespace blindlink {

PostingKey EncodePosting(const Posting& posting) {
  PostingKey key;
  std::copy(posting.token.bytes.begin(), posting.token.bytes.end(), key.begin());
  key[16] = posting.match_key;
  StoreBigEndian32(posting.dataset, &key[17]);
  StoreBigEndian32(posting.record, &key[21]);
  key[25] = posting.form;
  return key;
}

std::optional<Posting> DecodePosting(absl::string_view key, absl::string_view evidence) {
  if (key.size() != std::tuple_size_v<PostingKey>) return std::nullopt;
  if (evidence.size() > EvidenceCodes::kMaxSize) return std::nullopt;
  const auto* bytes = reinterpret_cast<const uint8_t*>(key.data());
  Posting posting;
  posting.token = Token::FromBytes(bytes);
  posting.match_key = bytes[16];
  posting.dataset = LoadBigEndian32(bytes + 17);
  posting.record = LoadBigEndian32(bytes + 21);
  posting.form = bytes[25];
  posting.evidence.size = static_cast<uint8_t>(evidence.size());
  std::copy(evidence.begin(), evidence.end(), posting.evidence.bytes.begin());
  return posting;
}

RecordKey EncodeRecord(uint32_t dataset, uint32_t record) {
  RecordKey key;
  StoreBigEndian32(dataset, &key[0]);
  StoreBigEndian32(record, &key[4]);
  return key;
}

std::optional<RecordAddress> DecodeRecord(absl::string_view key) {
  if (key.size() != std::tuple_size_v<RecordKey>) return std::nullopt;
  const auto* bytes = reinterpret_cast<const uint8_t*>(key.data());
  return RecordAddress{LoadBigEndian32(bytes), LoadBigEndian32(bytes + 4)};
}

}  // namespace blindlink
