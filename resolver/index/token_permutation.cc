#include "resolver/index/token_permutation.h"

#include <array>
#include <cstddef>
#include <utility>

#include "common/base/byte_order.h"

namespace blindlink::resolver {
namespace {

constexpr int kRounds = 10;
constexpr size_t kBlock = Aes128::kBlockSize;
constexpr uint64_t kHalfMask = (uint64_t{1} << 40) - 1;
// Step 5 of algorithm 7 (FF1.Encrypt): version 1, method 2, addition 1, radix 2, 10 rounds, the
// lengths of half a text (40) and of a text (80) in bits, no tweak.
constexpr std::array<uint8_t, kBlock> kFirstBlock = {1, 2, 1, 0, 0, 2, 10, 40, 0, 0, 0, 80};

}  // namespace

TokenPermutation::TokenPermutation(absl::Span<const uint8_t> key)
    : cipher_(key), first_block_(kFirstBlock) {
  cipher_.EncryptBlocks(absl::MakeSpan(first_block_));
}

void TokenPermutation::ComputeRound(int round, const std::vector<uint64_t>& half) {
  blocks_.resize(half.size() * kBlock);
  for (size_t i = 0; i < half.size(); ++i) {
    // The second block of the round: ten zeros, the round, the half in five bytes. It is chained to
    // the first one by XOR (CBC-MAC).
    uint8_t* const block = blocks_.data() + i * kBlock;
    StoreBigEndian64(0, block);
    StoreBigEndian64(uint64_t(round) << 40 | half[i], block + 8);
    for (size_t byte = 0; byte < kBlock; ++byte) block[byte] ^= first_block_[byte];
  }
  cipher_.EncryptBlocks(absl::MakeSpan(blocks_));
  values_.resize(half.size());
  for (size_t i = 0; i < half.size(); ++i) {
    // The number in the first twelve bytes, modulo 2^40: bytes 7 to 11.
    values_[i] = LoadBigEndian64(blocks_.data() + i * kBlock + 4) & kHalfMask;
  }
}

void TokenPermutation::Split(absl::Span<const StoredToken> tokens) {
  left_.resize(tokens.size());
  right_.resize(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) {
    left_[i] = tokens[i].High() >> 24;
    right_[i] = (tokens[i].High() << 16 | tokens[i].Low()) & kHalfMask;
  }
}

void TokenPermutation::Join(absl::Span<StoredToken> tokens) const {
  for (size_t i = 0; i < tokens.size(); ++i) {
    uint8_t* const bytes = tokens[i].bytes.data();
    StoreBigEndian64(left_[i] << 24 | right_[i] >> 16, bytes);
    bytes[8] = static_cast<uint8_t>(right_[i] >> 8);
    bytes[9] = static_cast<uint8_t>(right_[i]);
  }
}

void TokenPermutation::Encipher(absl::Span<StoredToken> tokens) {
  Split(tokens);
  for (int round = 0; round < kRounds; ++round) {
    ComputeRound(round, right_);
    for (size_t i = 0; i < tokens.size(); ++i) {
      left_[i] = (left_[i] + values_[i]) & kHalfMask;
    }
    std::swap(left_, right_);
  }
  Join(tokens);
}

void TokenPermutation::Decipher(absl::Span<StoredToken> tokens) {
  Split(tokens);
  for (int round = kRounds - 1; round >= 0; --round) {
    std::swap(left_, right_);
    ComputeRound(round, right_);
    for (size_t i = 0; i < tokens.size(); ++i) {
      left_[i] = (left_[i] - values_[i]) & kHalfMask;
    }
  }
  Join(tokens);
}

}  // namespace blindlink::resolver
