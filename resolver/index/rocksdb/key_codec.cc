#include "resolver/index/rocksdb/key_codec.h"

#include <algorithm>

#include "common/base/byte_order.h"

namespace blindlink::resolver {

PostingKey EncodePosting(const Posting& posting) {
  PostingKey key;
  StoreBigEndian32(posting.dataset, &key[0]);
  std::copy(posting.token.bytes.begin(), posting.token.bytes.end(), &key[4]);
  key[14] = posting.match_key;
  StoreBigEndian32(posting.record, &key[15]);
  key[19] = posting.form;
  return key;
}

std::optional<Posting> DecodePosting(absl::string_view key) {
  if (key.size() != std::tuple_size_v<PostingKey>) return std::nullopt;
  const auto* bytes = reinterpret_cast<const uint8_t*>(key.data());
  Posting posting;
  posting.dataset = LoadBigEndian32(bytes);
  posting.token = StoredToken::FromBytes(bytes + 4);
  posting.match_key = bytes[14];
  posting.record = LoadBigEndian32(bytes + 15);
  posting.form = bytes[19];
  return posting;
}

RecordIndexKey EncodeRecord(uint32_t dataset, uint32_t record) {
  RecordIndexKey key;
  StoreBigEndian32(dataset, &key[0]);
  StoreBigEndian32(record, &key[4]);
  return key;
}

std::optional<RecordAddress> DecodeRecord(absl::string_view key) {
  if (key.size() != std::tuple_size_v<RecordIndexKey>) return std::nullopt;
  const auto* bytes = reinterpret_cast<const uint8_t*>(key.data());
  return RecordAddress{LoadBigEndian32(bytes), LoadBigEndian32(bytes + 4)};
}

}  // namespace blindlink::resolver
