#include "agent/keys/token_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/types/span.h"
#include "common/base/hex.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {
namespace {

std::string Hex(const std::array<uint8_t, 16>& bytes) {
  return HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

SecretBytes Key() { return SecretBytes(absl::MakeConstSpan(Sha256Of("token hash test"))); }

// From an implementation in Python of docs/formats/tokens.md (cryptography's ChaCha20, hashlib).
TEST(TokenHashTest, TheChaCha20SchemeIsTheDocumentedOne) {
  const TokenHash hash = TokenHash::ChaCha20Sha256(Key());
  EXPECT_EQ(Hex(hash.Digest16("")), "fb0c7e65cd0004f22b19b6d762b3a74e");
  EXPECT_EQ(Hex(hash.Digest16(std::string("\0\0\0\5SMITH\0\0\0\x08"
                                          "19700304",
                                          21))),
            "61e2b2a844cc990ecc7419880e9c5673");
  EXPECT_EQ(Hex(hash.Digest16(std::string(117, 'x'))), "ad9b3c6c580030b330a14a95fc43c8d7");
  EXPECT_EQ(Hex(hash.Digest16(std::string(118, 'x'))), "acd6f5bf4eddf00b1a4e5d0e295ab33d");
  EXPECT_EQ(Hex(hash.Digest16(std::string(5000, 'x'))), "248801184169c60812f50cdb3fa222a9");
}

TEST(TokenHashTest, DifferentEncodingsArePaddedDifferently) {
  std::set<std::array<uint8_t, TokenHash::kPaddedSize>> padded;
  for (size_t size = 0; size < 300; ++size) {
    EXPECT_TRUE(padded.insert(TokenHash::Pad(std::string(size, '\0'))).second) << size;
  }
  for (const char* end : {"\x80", "a"}) {
    EXPECT_TRUE(padded.insert(TokenHash::Pad(end)).second);
  }
  const Sha256Digest digest = Sha256Of(std::string(200, '\0'));
  EXPECT_TRUE(padded.insert(TokenHash::Pad(AsView(digest))).second)
      << "a short encoding that is the digest of a long one";
}

TEST(TokenHashTest, ACopyMakesTheSameTokens) {
  for (const bool hmac : {true, false}) {
    const TokenHash hash = hmac ? TokenHash::Hmac(Key()) : TokenHash::ChaCha20Sha256(Key());
    const TokenHash copy = hash;  // NOLINT(performance-unnecessary-copy-initialization)
    EXPECT_EQ(hash.Digest16("x"), copy.Digest16("x"));
    EXPECT_NE(hash.Digest16("x"), copy.Digest16("y"));
  }
}

}  // namespace
}  // namespace blindlink::agent
