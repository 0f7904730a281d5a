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
    start_blocks_.assign(some.size() * kBlock, '\0');
    for (size_t i = 0; i < some.size(); ++i) {
      uint8_t* const block = BytesOf(start_blocks_) + i * kBlock;
      std::memcpy(block, some[i].token.bytes.data(), StoredToken::kSize);
      block[10] = some[i].match_key;
      StoreBigEndian32(some[i].record, block + 11);
      block[15] = some[i].form;
      const EvidenceMask* const mask = MaskOf(some[i].dataset);
      for (size_t at = 0; mask != nullptr && at < kBlock; ++at) block[at] ^= (*mask)[at];
    }
    Encrypt(starts_, start_blocks_);
    stream_blocks_.clear();
    for (size_t i = 0; i < some.size(); ++i) {
      for (size_t block = 0; block < BlocksOf(some[i]); ++block) {
        stream_blocks_.append(start_blocks_, i * kBlock, kBlock);
        char& last = stream_blocks_.back();
        last = static_cast<char>(static_cast<uint8_t>(last) ^ static_cast<uint8_t>(block));
      }
    }
    Encrypt(stream_, stream_blocks_);
    const uint8_t* next = BytesOf(stream_blocks_);
    for (Posting& posting : some) {
      for (size_t i = 0; i < posting.evidence.size; ++i) posting.evidence.bytes[i] ^= next[i];
      next += BlocksOf(posting) * kBlock;
    }
  }
}

void ApplyToText(const BoundCipher& cipher, uint64_t load, absl::string_view name,
                 std::string* text) {
  cipher.Apply(NameOf(load, name), absl::MakeSpan(BytesOf(*text), text->size()));
}

}  // namespace blindlink::resolver
