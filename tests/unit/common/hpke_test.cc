#include "common/crypto/hpke.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/hex.h"
#include "common/crypto/ed25519.h"
#include "common/crypto/random.h"

namespace blindlink {
namespace {

SecretBytes Secret(const std::string& text) {
  return SecretBytes(
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}
SecretBytes FromHex(const std::string& hex) { return Secret(*HexDecode(hex)); }
std::string Text(const SecretBytes& secret) {
  return {secret.Reveal().begin(), secret.Reveal().end()};
}
std::string Hex(absl::Span<const uint8_t> bytes) {
  return HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// The published vectors of RFC 9180 for mode base, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
// AES-256-GCM.
const SecretBytes kRecipient =
    FromHex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d");
const SecretBytes kSeed =
    FromHex("179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11");
const std::string kInfo = *HexDecode("4f6465206f6e2061204772656369616e2055726e");
const char kAad[] = "Count-0";
const char kText[] = "Beauty is truth, truth beauty";

TEST(Hpke, MeetsTheVectorOfRfc9180) {
  EXPECT_EQ(Hex(HpkePublicKeyOf(kRecipient)),
            "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c");
  const auto message =
      HpkeSealWithSeed(HpkePublicKeyOf(kRecipient), kInfo, kAad, Secret(kText), kSeed);
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(HexEncode(message->encapsulated),
            "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256");
  EXPECT_EQ(HexEncode(message->sealed),
            "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d"
            "5b7a");
  EXPECT_EQ(Text(*HpkeOpen(kRecipient, *message, kInfo, kAad)), kText);
}

TEST(Hpke, OpensOnlyForTheRecipientWithTheSameInfoAndAad) {
  const HpkeMessage message = *HpkeSeal(HpkePublicKeyOf(kRecipient), kInfo, kAad, Secret(kText));
  EXPECT_EQ(Text(*HpkeOpen(kRecipient, message, kInfo, kAad)), kText);
  EXPECT_FALSE(HpkeOpen(RandomBytes(kHpkeKeySize), message, kInfo, kAad).ok());
  EXPECT_FALSE(HpkeOpen(kRecipient, message, "", kAad).ok());
  EXPECT_FALSE(HpkeOpen(kRecipient, message, kInfo, "Count-1").ok());
}

TEST(Hpke, EveryChangedBitIsNoticed) {
  const HpkeMessage message = *HpkeSeal(HpkePublicKeyOf(kRecipient), kInfo, kAad, Secret(kText));
  for (const auto part : {&HpkeMessage::encapsulated, &HpkeMessage::sealed}) {
    for (size_t bit = 0; bit < (message.*part).size() * 8; ++bit) {
      // X25519 ignores the highest bit of a public key, but the key schedule does not.
      HpkeMessage changed = message;
      (changed.*part)[bit / 8] ^= static_cast<char>(1 << bit % 8);
      EXPECT_FALSE(HpkeOpen(kRecipient, changed, kInfo, kAad).ok()) << bit;
    }
  }
}

TEST(Hpke, WhatIsTooShortOrNoPublicKeyIsRefused) {
  EXPECT_FALSE(HpkeOpen(kRecipient, {"", ""}, "", "").ok());
  EXPECT_FALSE(HpkeOpen(kRecipient, {std::string(32, 'x'), "short"}, "", "").ok());
  EXPECT_FALSE(HpkeSeal({}, "", "", Secret(kText)).ok());
  // Of small order: every private key would give the same shared secret, zero.
  const std::string zero(32, '\0');
  EXPECT_FALSE(HpkeSeal(Secret(zero).Reveal(), "", "", Secret(kText)).ok());
}

TEST(Hpke, TwoMessagesOfOneTextDiffer) {
  const auto seal = [] {
    return HpkeSeal(HpkePublicKeyOf(kRecipient), kInfo, kAad, Secret(kText))->sealed;
  };
  EXPECT_NE(seal(), seal());
}

TEST(Ed25519, MeetsRfc8032Tests1To3) {
  const struct {
    const char* seed;
    const char* public_key;
    const char* message;
    const char* signature;
  } vectors[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
       "9"
       "b46bd25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
       "1"
       "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984"
       "d"
       "c6594a7c15e9716ed28dc027beceea1ec40a"},
  };
  for (const auto& vector : vectors) {
    const SecretBytes seed = FromHex(vector.seed);
    const std::string message = *HexDecode(vector.message);
    EXPECT_EQ(Hex(Ed25519PublicKeyOf(seed)), vector.public_key);
    EXPECT_EQ(HexEncode(Ed25519Sign(seed, message)), vector.signature);
    EXPECT_TRUE(Ed25519Verify(Ed25519PublicKeyOf(seed), message, *HexDecode(vector.signature)));
  }
}

TEST(Ed25519, AnotherMessageKeyOrSizeIsNoSignature) {
  const SecretBytes seed = RandomBytes(kEd25519KeySize);
  const Ed25519PublicKey key = Ed25519PublicKeyOf(seed);
  const std::string signature = Ed25519Sign(seed, "message");
  EXPECT_TRUE(Ed25519Verify(key, "message", signature));
  EXPECT_FALSE(Ed25519Verify(key, "Message", signature));
  EXPECT_FALSE(Ed25519Verify(Ed25519PublicKeyOf(RandomBytes(32)), "message", signature));
  EXPECT_FALSE(Ed25519Verify(key, "message", signature.substr(0, 63)));
  EXPECT_FALSE(Ed25519Verify(absl::MakeConstSpan(key).first(31), "message", signature));
}

}  // namespace
}  // namespace blindlink
