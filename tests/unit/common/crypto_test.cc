#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "common/base/hex.h"
#include "common/crypto/aes128.h"
#include "common/crypto/block_sealer.h"
#include "common/crypto/bound_cipher.h"
#include "common/crypto/chacha20.h"
#include "common/crypto/constant_time.h"
#include "common/crypto/ed25519.h"
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

TEST(Aes128, ABlockIsDecryptedToWhatWasEncrypted) {
  const std::string key = *HexDecode("000102030405060708090a0b0c0d0e0f");
  const std::string cipher = *HexDecode("69c4e0d86a7b0430d8cdb78070b4c55a");  // FIPS 197, C.1
  std::array<uint8_t, 16> block{};
  std::copy(cipher.begin(), cipher.end(), block.begin());
  EXPECT_EQ(Hex(Aes128::DecryptBlock(Bytes(key), block)), "00112233445566778899aabbccddeeff");
}

TEST(ConstantTimeEquals, ComparesAllBytesAndTheLength) {
  EXPECT_TRUE(ConstantTimeEquals("", ""));
  EXPECT_TRUE(ConstantTimeEquals("secret", "secret"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "secreT"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "Secret"));
  EXPECT_FALSE(ConstantTimeEquals("secret", absl::string_view("secret\0", 7)));
  EXPECT_FALSE(ConstantTimeEquals("secret", ""));
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

// The key of the examples in RFC 8439: 00 01 02 ... 1f.
std::string CountedKey() {
  std::string key;
  for (char byte = 0; byte < 32; ++byte) key.push_back(byte);
  return key;
}

TEST(ChaCha20, MeetsRfc8439Section232) {
  const std::string nonce("\0\0\0\x09\0\0\0\x4a\0\0\0\0", 12);
  std::array<uint8_t, 64> stream{};
  ChaCha20(Bytes(CountedKey()), Bytes(nonce), 1, absl::MakeSpan(stream));
  EXPECT_EQ(Hex(stream),
            "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
            "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e");
}

TEST(ChaCha20, MeetsRfc8439Section242AndDeciphersItAgain) {
  const std::string nonce("\0\0\0\0\0\0\0\x4a\0\0\0\0", 12);
  const std::string text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";
  std::string enciphered = text;
  const absl::Span<uint8_t> bytes(reinterpret_cast<uint8_t*>(enciphered.data()), enciphered.size());
  ChaCha20(Bytes(CountedKey()), Bytes(nonce), 1, bytes);
  EXPECT_EQ(HexEncode(enciphered),
            "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b"
            "f91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8"
            "07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736"
            "5af90bbf74a35be6b40b8eedf2785e42874d");
  ChaCha20(Bytes(CountedKey()), Bytes(nonce), 1, bytes);
  EXPECT_EQ(enciphered, text);
}

std::string Enciphered(const BoundCipher& cipher, const std::string& name, std::string text) {
  cipher.Apply(name, {reinterpret_cast<uint8_t*>(text.data()), text.size()});
  return text;
}

std::vector<uint8_t> KeyFrom(uint8_t first) {
  std::vector<uint8_t> key(BoundCipher::kKeySize);
  std::iota(key.begin(), key.end(), first);
  return key;
}

// The value was computed with Python's cryptography and hmac.
TEST(BoundCipher, IsChaCha20OfRfc8439WithAnHmacOfTheNameAsNonce) {
  const BoundCipher cipher(KeyFrom(0), KeyFrom(32));
  EXPECT_EQ(HexEncode(Enciphered(cipher, "a name", "evidence")), "a7cb8ce8f3921d42");
  EXPECT_EQ(Enciphered(cipher, "a name", Enciphered(cipher, "a name", "evidence")), "evidence");
  EXPECT_EQ(Enciphered(cipher, "a name", ""), "");
}

TEST(BoundCipher, EqualTextsUnderTwoNamesOrKeysDiffer) {
  const BoundCipher cipher(KeyFrom(0), KeyFrom(32));
  const BoundCipher other(KeyFrom(1), KeyFrom(32));
  EXPECT_NE(Enciphered(cipher, "a name", "evidence"), Enciphered(cipher, "b name", "evidence"));
  EXPECT_NE(Enciphered(cipher, "a name", "evidence"), Enciphered(other, "a name", "evidence"));
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

// RFC 8032, section 7.1, tests 1 and 2.
TEST(Ed25519, SignsAsTheRfcSays) {
  const struct {
    const char* seed;
    const char* key;
    const char* message;
    const char* signature;
  } vectors[] = {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                  "c61e39701cf9b4"
                  "6bd25bf5f0595bbe24655141438e7a100b"},
                 {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
                  "458f3613d0f11d"
                  "8c387b2eaeb4302aeeb00d291612bb0c00"}};
  for (const auto& vector : vectors) {
    const std::string seed = HexDecode(vector.seed).value();
    const Ed25519Signer signer(SecretBytes(
        absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(seed.data()), seed.size())));
    const std::string message = HexDecode(vector.message).value();
    const auto& key = signer.public_key();
    EXPECT_EQ(HexEncode(AsView(key)), vector.key);
    const Ed25519Signature signed_by = signer.Sign(message);
    const std::string signature(signed_by.begin(), signed_by.end());
    EXPECT_EQ(HexEncode(signature), vector.signature);
    EXPECT_TRUE(IsSignedBy(key, message, signature));
    EXPECT_FALSE(IsSignedBy(key, message + "x", signature));
    EXPECT_FALSE(IsSignedBy(key, message, signature.substr(1)));
  }
}

}  // namespace
}  // namespace blindlink
