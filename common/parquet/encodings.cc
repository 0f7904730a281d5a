#include "common/parquet/encodings.h"

#include <algorithm>

#include "common/parquet/varint.h"

namespace blindlink {
namespace {

// `width` bits from bit `bit` on, the lowest first; they must be within `bytes`.
uint64_t BitsAt(absl::string_view bytes, uint64_t bit, int width) {
  uint64_t value = 0;
  for (int done = 0; done < width;) {
    const int in_byte = static_cast<int>(bit % 8);
    const int n = std::min(8 - in_byte, width - done);
    const auto byte = static_cast<uint8_t>(bytes[bit / 8]);
    value |= static_cast<uint64_t>((byte >> in_byte) & ((1 << n) - 1)) << done;
    bit += n;
    done += n;
  }
  return value;
}

}  // namespace

bool HybridDecoder::StartRun() {
  uint64_t head = 0;
  if (!TakeVarint(&bytes_, &head)) return false;
  packed_ = (head & 1) != 0;
  if (packed_) {
    // Groups of eight; a writer may leave out the end of the last.
    const uint64_t groups = head >> 1;
    if (bit_width_ > 0 && groups > bytes_.size()) return false;
    left_ = groups * 8;
    bit_ = 0;
    return true;
  }
  left_ = head >> 1;
  const size_t size = (bit_width_ + 7) / 8;
  if (bytes_.size() < size) return false;
  repeated_ = static_cast<uint32_t>(BitsAt(bytes_, 0, static_cast<int>(size * 8)));
  bytes_.remove_prefix(size);
  return true;
}

bool HybridDecoder::Next(uint32_t* value) {
  while (left_ == 0) {
    if (packed_ && bit_ > 0) {
      bytes_.remove_prefix(std::min<uint64_t>(bytes_.size(), bit_ / 8));
      bit_ = 0;
    }
    if (!StartRun()) return false;
  }
  --left_;
  if (!packed_) {
    *value = repeated_;
    return true;
  }
  if (bit_ + bit_width_ > bytes_.size() * 8) return false;
  *value = static_cast<uint32_t>(BitsAt(bytes_, bit_, bit_width_));
  bit_ += bit_width_;
  return true;
}

bool DeltaDecoder::ReadHead() {
  begun_ = true;
  uint64_t block = 0;
  uint64_t first = 0;
  if (!TakeVarint(&bytes_, &block) || !TakeVarint(&bytes_, &miniblocks_) ||
      !TakeVarint(&bytes_, &left_) || !TakeVarint(&bytes_, &first)) {
    return false;
  }
  constexpr uint64_t kMaxBlock = 1 << 20;
  if (block == 0 || block > kMaxBlock || miniblocks_ == 0 || block % miniblocks_ != 0) return false;
  per_miniblock_ = block / miniblocks_;
  if (per_miniblock_ % 32 != 0) return false;
  next_miniblock_ = miniblocks_;
  last_ = static_cast<uint64_t>(FromZigZag(first));
  return true;
}

bool DeltaDecoder::StartBlock() {
  uint64_t least = 0;
  if (!TakeVarint(&bytes_, &least) || bytes_.size() < miniblocks_) return false;
  least_delta_ = static_cast<uint64_t>(FromZigZag(least));
  widths_ = bytes_.substr(0, miniblocks_);
  bytes_.remove_prefix(miniblocks_);
  next_miniblock_ = 0;
  return true;
}

bool DeltaDecoder::StartMiniblock() {
  if (next_miniblock_ == miniblocks_ && !StartBlock()) return false;
  width_ = static_cast<uint8_t>(widths_[next_miniblock_++]);
  const uint64_t size = per_miniblock_ * width_ / 8;
  if (width_ > 64 || bytes_.size() < size) return false;
  packed_ = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  bit_ = 0;
  left_in_miniblock_ = per_miniblock_;
  return true;
}

bool DeltaDecoder::Next(int64_t* value) {
  if (broken_) return false;
  if (!begun_) {
    broken_ = !ReadHead();
    if (broken_ || left_ == 0) return false;
    --left_;
    *value = static_cast<int64_t>(last_);
    return true;
  }
  if (left_ == 0) return false;
  if (left_in_miniblock_ == 0 && !StartMiniblock()) {
    broken_ = true;
    return false;
  }
  // Unsigned, since differences may overflow as the format allows.
  last_ += least_delta_ + BitsAt(packed_, bit_, width_);
  bit_ += width_;
  --left_in_miniblock_;
  --left_;
  *value = static_cast<int64_t>(last_);
  return true;
}

absl::string_view DeltaDecoder::Rest() {
  return broken_ || left_ > 0 ? absl::string_view() : bytes_;
}

bool FindAfterDeltas(absl::string_view bytes, uint64_t limit, absl::string_view* rest) {
  DeltaDecoder lengths(bytes);
  int64_t length = 0;
  uint64_t count = 0;
  while (lengths.Next(&length)) {
    if (++count > limit) return false;
  }
  *rest = lengths.Rest();
  return rest->data() != nullptr;
}

DeltaLengthDecoder::DeltaLengthDecoder(absl::string_view bytes, uint64_t limit) {
  if (FindAfterDeltas(bytes, limit, &texts_)) lengths_ = DeltaDecoder(bytes);
}

bool DeltaLengthDecoder::Next(absl::string_view* value) {
  int64_t length = 0;
  if (!lengths_.Next(&length) || length < 0) return false;
  if (static_cast<uint64_t>(length) > texts_.size()) return false;
  *value = texts_.substr(0, length);
  texts_.remove_prefix(length);
  return true;
}

}  // namespace blindlink
