#include "common/crypto/hpke.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/hex.h"
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

}  // namespace
}  // namespace blindlink
