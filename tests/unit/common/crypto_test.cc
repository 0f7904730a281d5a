#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "common/base/hex.h"
#include "common/crypto/aes128.h"
#include "common/crypto/block_sealer.h"
#include "common/crypto/hkdf.h"
#include "common/crypto/hmac_sha256.h"
#include "common/crypto/random.h"
#include "common/crypto/sha256.h"

namespace blindlink {
namespace {

absl::Span<const uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string Hex(absl::Span<const uint8_t> bytes) {
  return HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

TEST(Sha256, OfAbcIsThatOfFips180) {
  EXPECT_EQ(Hex(Sha256Of("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, InPiecesIsTheSame) {
  Sha256 hash;
  hash.Update("a");
  hash.Update("bc");
  EXPECT_EQ(hash.Finish(), Sha256Of("abc"));
}

TEST(BlockSealer, OpensWhatItSealedAndNothingElse) {
  const BlockSealer sealer(Sha256Of("key"));
  const std::string sealed = sealer.Seal(7, "a person's rows");
  EXPECT_EQ(sealed.size(), 15 + BlockSealer::kOverhead);
  EXPECT_EQ(sealer.Open(7, sealed), "a person's rows");
  EXPECT_EQ(sealer.Open(8, sealed), std::nullopt);
  EXPECT_EQ(BlockSealer(Sha256Of("another")).Open(7, sealed), std::nullopt);
  EXPECT_EQ(sealer.Open(7, "short"), std::nullopt);
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(sealer.Open(7, changed), std::nullopt) << i;
  }
}

TEST(HmacSha256, MeetsRfc4231Case2) {
  EXPECT_EQ(Hex(HmacSha256(Bytes("Jefe")).Digest("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(HmacSha256, MeetsRfc4231Case6WithAKeyLongerThanABlock) {
  const std::string key(131, '\xaa');
  EXPECT_EQ(
      Hex(HmacSha256(Bytes(key)).Digest("Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HkdfSha256, MeetsRfc5869Case1) {
  const std::string secret(22, '\x0b');
  const std::string salt = *HexDecode("000102030405060708090a0b0c");
  const std::string info = *HexDecode("f0f1f2f3f4f5f6f7f8f9");
  EXPECT_EQ(Hex(HkdfSha256(Bytes(secret), salt, info, 42).Reveal()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST(Aes128, MeetsFips197AppendixC1ForEveryBlock) {
  const std::string key = *HexDecode("000102030405060708090a0b0c0d0e0f");
  const std::string plain = *HexDecode("00112233445566778899aabbccddeeff");
  Aes128 cipher(Bytes(key));
  for (const size_t blocks : {1, 2, 7, 33}) {
    std::string text;
    std::string expected;
    for (size_t i = 0; i < blocks; ++i) {
      text += plain;
      expected += *HexDecode("69c4e0d86a7b0430d8cdb78070b4c55a");
    }
    cipher.EncryptBlocks({reinterpret_cast<uint8_t*>(text.data()), text.size()});
    EXPECT_EQ(text, expected) << blocks;
  }
}

TEST(Aes128, ACopyEnciphersAlikeWhenTheFirstIsGone) {
  const std::string key(16, 'k');
  auto first = std::make_unique<Aes128>(Bytes(key));
  Aes128 second(*first);
  std::array<uint8_t, 16> a{}, b{};
  first->EncryptBlocks(absl::MakeSpan(a));
  first.reset();
  second.EncryptBlocks(absl::MakeSpan(b));
  EXPECT_EQ(a, b);
}

TEST(CryptoDeathTest, MisuseEndsTheProcessWithTheReason) {
  const std::string short_key(15, 'k');
  EXPECT_DEATH(Aes128{Bytes(short_key)}, "an AES-128 key must have 16 bytes");
  Aes128 cipher(Bytes(std::string(16, 'k')));
  std::array<uint8_t, 17> blocks{};
  EXPECT_DEATH(cipher.EncryptBlocks(absl::MakeSpan(blocks)), "whole blocks of 16 bytes");
  EXPECT_DEATH(HkdfSha256(Bytes(short_key), "", "", 8161), "at most 8160 bytes");
}

TEST(RandomBytes, TwoDrawsDiffer) {
  EXPECT_NE(Hex(RandomBytes(32).Reveal()), Hex(RandomBytes(32).Reveal()));
}

}  // namespace
}  // namespace blindlink
