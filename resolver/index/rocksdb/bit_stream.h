#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "common/base/byte_order.h"

namespace blindlink::resolver {

// Writes numbers of any width in bits, highest bit first. Not thread-safe.
class BitWriter {
 public:
  // Writes the lowest `bits` bits of `value`; at most 64.
  void Write(uint64_t value, unsigned bits) {
    if (bits > 32) {
      Write(value >> 32, bits - 32);
      bits = 32;
    }
    held_ = held_ << bits | (value & ((uint64_t{1} << bits) - 1));
    count_ += bits;
    if (count_ < 32) return;
    count_ -= 32;
    uint8_t four[4];
    StoreBigEndian32(static_cast<uint32_t>(held_ >> count_), four);
    bytes_.append(reinterpret_cast<const char*>(four), sizeof(four));
  }
  // Writes `count` zeros and a one.
  void WriteUnary(uint64_t count) {
    for (; count >= 32; count -= 32) Write(0, 32);
    Write(1, static_cast<unsigned>(count) + 1);
  }
  // Returns the bytes, the last one padded with zeros. Nothing can be written afterwards.
  std::string Finish() {
    while (count_ % 8 != 0) Write(0, 1);
    for (; count_ > 0; count_ -= 8) bytes_.push_back(static_cast<char>(held_ >> (count_ - 8)));
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
  uint64_t held_ = 0;   // its lowest count_ bits are not in bytes_ yet
  unsigned count_ = 0;  // less than 32
};

// Reads what BitWriter wrote. Past the end it returns zeros and sets ended_early(); it never reads
// outside `bytes`. Not thread-safe.
class BitReader {
 public:
  explicit BitReader(absl::string_view bytes)
      : at_(reinterpret_cast<const uint8_t*>(bytes.data())), end_(at_ + bytes.size()) {}

  // At most 64 bits.
  uint64_t Read(unsigned bits) {
    if (bits > kFilled) {
      const uint64_t high = Read(bits - 32);
      return high << 32 | Read(32);
    }
    if (held_ < bits) Fill(bits);
    const uint64_t value = window_ >> 1 >> (63 - bits);  // of no bits: 0
    window_ <<= bits;
    held_ -= bits;
    return value;
  }
  // Returns how many zeros precede the next one, and skips them and the one.
  uint64_t ReadUnary() {
    for (uint64_t count = 0;;) {
      if (held_ == 0) Fill(1);
      if (ended_early_) return count;
      const auto zeros = static_cast<unsigned>(std::countl_zero(window_));
      if (zeros < held_) {
        window_ = window_ << zeros << 1;
        held_ -= zeros + 1;
        return count + zeros;
      }
      count += held_;
      held_ = 0;
      window_ = 0;
    }
  }
  bool ended_early() const { return ended_early_; }

 private:
  static constexpr unsigned kFilled =
      56;  // so many bits are held at least after Fill, if there are

  // May leave bits in the window beyond those that it counts: they are the next ones, so that
  // or-ing them again changes nothing.
  void Fill(unsigned needed) {
    if (end_ - at_ >= 8) {
      window_ |= LoadBigEndian64(at_) >> held_;
      at_ += (63 - held_) / 8;
      held_ |= kFilled;
      return;
    }
    while (held_ <= kFilled && at_ < end_) {
      window_ |= uint64_t{*at_++} << (kFilled - held_);
      held_ += 8;
    }
    if (held_ >= needed) return;
    ended_early_ = true;
    held_ = 64;
  }
  const uint8_t* at_;
  const uint8_t* const end_;
  uint64_t window_ = 0;  // the next bits, highest first
  unsigned held_ = 0;    // how many bits window_ holds
  bool ended_early_ = false;
};

}  // namespace blindlink::resolver
