#include "resolver/index/clickhouse/exchange_cipher.h"

#include <zstd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/crypto/block_sealer.h"
#include "common/crypto/hkdf.h"
#include "common/crypto/sha256.h"

namespace blindlink::resolver {
namespace {

constexpr int kLevel = 1;

BlockSealer SealerOf(const SecretBytes& key, const ExchangeCipher::Place& place) {
  Sha256Digest of_place;
  const SecretBytes derived =
      HkdfSha256(key.Reveal(), "",
                 absl::StrCat("blindlink/v1 exchange ", place.attempt, " ",
                              static_cast<uint32_t>(place.kind), " ", place.part),
                 of_place.size());
  std::copy(derived.Reveal().begin(), derived.Reveal().end(), of_place.begin());
  struct Wipe {
    ~Wipe() { WipeMemory(bytes.data(), bytes.size()); }
    Sha256Digest& bytes;
  } const wipe{of_place};
  return BlockSealer(of_place);
}

std::optional<std::string> Decompress(absl::string_view compressed) {
  const unsigned long long size = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  // Larger too are the two values that stand for errors.
  if (size > ExchangeCipher::kLargestBlock) return std::nullopt;
  std::string block(size, '\0');
  const size_t got =
      ZSTD_decompress(block.data(), block.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(got) != 0 || got != size) return std::nullopt;
  return block;
}

}  // namespace

absl::StatusOr<std::string> ExchangeCipher::Seal(const Place& place,
                                                 absl::string_view block) const {
  if (block.size() > kLargestBlock) {
    return absl::InvalidArgumentError(absl::StrCat("a block of an exchange has ", block.size(),
                                                   " bytes: ", kLargestBlock, " are the most"));
  }
  std::string compressed(ZSTD_compressBound(block.size()), '\0');
  const size_t size =
      ZSTD_compress(compressed.data(), compressed.size(), block.data(), block.size(), kLevel);
  if (ZSTD_isError(size) != 0) {
    return absl::InternalError(absl::StrCat("zstd: ", ZSTD_getErrorName(size)));
  }
  compressed.resize(size);
  return SealerOf(key_, place).Seal(place.number, compressed);
}

std::optional<std::string> ExchangeCipher::Open(const Place& place,
                                                absl::string_view sealed) const {
  const auto compressed = SealerOf(key_, place).Open(place.number, sealed);
  if (!compressed.has_value()) return std::nullopt;
  return Decompress(*compressed);
}

}  // namespace blindlink::resolver
