#include "resolver/index/clickhouse/posting_cipher.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kBlock = Aes128::kBlockSize;
constexpr size_t kAtATime = 256;  // postings, so that the blocks stay in the cache

std::string NameOf(uint64_t load, absl::string_view name) {
  return absl::StrCat("cluster load ", load, " ", name);
}

// A name's key stream, of which nothing else is enciphered, is as good as a key of its own.
SecretBytes KeyFor(const BoundCipher& cipher, absl::string_view name) {
  SecretBytes key = SecretBytes::OfSize(Aes128::kKeySize);
  cipher.Apply(name, key.RevealForWriting());
  return key;
}

uint8_t* BytesOf(std::string& blocks) { return reinterpret_cast<uint8_t*>(blocks.data()); }

void Encrypt(Aes128& cipher, std::string& blocks) {
  cipher.EncryptBlocks(absl::MakeSpan(BytesOf(blocks), blocks.size()));
}

// Word by word, as far as there are whole ones.
void Xor(const uint8_t* with, size_t size, uint8_t* bytes) {
  constexpr size_t kWord = sizeof(uint64_t);
  for (; size >= kWord; size -= kWord, with += kWord, bytes += kWord) {
    uint64_t word;
    uint64_t other;
    std::memcpy(&word, bytes, kWord);
    std::memcpy(&other, with, kWord);
    word ^= other;
    std::memcpy(bytes, &word, kWord);
  }
  for (size_t i = 0; i < size; ++i) bytes[i] ^= with[i];
}

size_t BlocksOf(const Posting& posting) { return (posting.evidence.size + kBlock - 1) / kBlock; }

}  // namespace

EvidenceKeys EvidenceKeys::Of(const BoundCipher& cipher) {
  return {KeyFor(cipher, "cluster evidence starts"), KeyFor(cipher, "cluster evidence stream")};
}

EvidenceMask EvidenceMaskOf(const BoundCipher& cipher, uint64_t load) {
  EvidenceMask mask{};
  cipher.Apply(NameOf(load, "mask"), absl::MakeSpan(mask));
  return mask;
}

PostingCipher::PostingCipher(const EvidenceKeys& keys)
    : starts_(keys.starts.Reveal()), stream_(keys.stream.Reveal()) {}

PostingCipher::PostingCipher(const BoundCipher& cipher) : PostingCipher(EvidenceKeys::Of(cipher)) {}

void PostingCipher::SetLoad(const BoundCipher& cipher, uint32_t dataset, uint64_t load) {
  SetMask(dataset, EvidenceMaskOf(cipher, load));
}

const EvidenceMask* PostingCipher::MaskOf(uint32_t dataset) const {
  const auto found = masks_.find(dataset);
  return found == masks_.end() ? nullptr : &found->second;
}

void PostingCipher::Apply(absl::Span<Posting> postings) {
  static_assert(StoredToken::kSize + 1 + 4 + 1 == kBlock);
  for (size_t begin = 0; begin < postings.size(); begin += kAtATime) {
    const absl::Span<Posting> some = postings.subspan(begin, kAtATime);
    start_blocks_.resize(some.size() * kBlock);
    size_t blocks = 0;
    for (size_t i = 0; i < some.size(); ++i) {
      // As two numbers: a processor waits where it reads words of which it has just written bytes.
      uint64_t first = some[i].token.High();
      uint64_t second = uint64_t{some[i].token.Low()} << 48 | uint64_t{some[i].match_key} << 40 |
                        uint64_t{some[i].record} << 8 | some[i].form;
      if (const auto* const mask = MaskOf(some[i].dataset); mask != nullptr) {
        first ^= LoadBigEndian64(mask->data());
        second ^= LoadBigEndian64(mask->data() + sizeof(first));
      }
      uint8_t* const block = BytesOf(start_blocks_) + i * kBlock;
      StoreBigEndian64(first, block);
      StoreBigEndian64(second, block + sizeof(first));
      blocks += BlocksOf(some[i]);
    }
    Encrypt(starts_, start_blocks_);
    stream_blocks_.resize(blocks * kBlock);
    uint8_t* next = BytesOf(stream_blocks_);
    for (size_t i = 0; i < some.size(); ++i) {
      for (size_t block = 0; block < BlocksOf(some[i]); ++block, next += kBlock) {
        std::memcpy(next, BytesOf(start_blocks_) + i * kBlock, kBlock);
        next[kBlock - 1] ^= static_cast<uint8_t>(block);
      }
    }
    Encrypt(stream_, stream_blocks_);
    next = BytesOf(stream_blocks_);
    for (Posting& posting : some) {
      Xor(next, posting.evidence.size, posting.evidence.bytes.data());
      next += BlocksOf(posting) * kBlock;
    }
  }
}

void ApplyToText(const BoundCipher& cipher, uint64_t load, absl::string_view name,
                 std::string* text) {
  cipher.Apply(NameOf(load, name), absl::MakeSpan(BytesOf(*text), text->size()));
}

}  // namespace blindlink::resolver
