#include "resolver/index/token_permutation.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/hex.h"

namespace blindlink::resolver {
namespace {

StoredToken FromHex(const std::string& hex) {
  return StoredToken::FromBytes(HexDecode(hex)->data());
}

TokenPermutation Nist() {
  const std::string key = *HexDecode("2b7e151628aed2a6abf7158809cf4f3c");
  return TokenPermutation({reinterpret_cast<const uint8_t*>(key.data()), key.size()});
}

// From an implementation of FF1 in Python that gives samples 1 and 2 of NIST's FF1samples.pdf
// (AES-128, radix 10), with their key, on 80 bits in radix 2.
TEST(TokenPermutation, IsFf1OnEightyBits) {
  std::vector<StoredToken> tokens = {FromHex("00000000000000000000"),
                                     FromHex("00010203040506070809"),
                                     FromHex("ffffffffffffffffffff")};
  const std::vector<StoredToken> before = tokens;
  TokenPermutation permutation = Nist();
  permutation.Encipher(absl::MakeSpan(tokens));
  EXPECT_EQ(HexEncode(tokens[0].AsView()), "bcdb196d9da6d3fa21f5");
  EXPECT_EQ(HexEncode(tokens[1].AsView()), "f8cc48734cc6fd6ef632");
  EXPECT_EQ(HexEncode(tokens[2].AsView()), "fe30eab3db838d28bd52");
  permutation.Decipher(absl::MakeSpan(tokens));
  EXPECT_EQ(tokens, before);
}

TEST(TokenPermutation, NothingAndManyAtOnceAreNoDifference) {
  TokenPermutation permutation = Nist();
  permutation.Encipher({});
  std::vector<StoredToken> all;
  for (uint8_t i = 0; i < 200; ++i)
    all.push_back(FromHex("000000000000000000" + HexEncode(std::string(1, static_cast<char>(i)))));
  const std::vector<StoredToken> before = all;
  permutation.Encipher(absl::MakeSpan(all));
  EXPECT_EQ(std::set<StoredToken>(all.begin(), all.end()).size(), all.size());
  std::vector<StoredToken> one = {before[77]};
  permutation.Encipher(absl::MakeSpan(one));
  EXPECT_EQ(one[0], all[77]);
  TokenPermutation copy = permutation;
  copy.Decipher(absl::MakeSpan(all));
  EXPECT_EQ(all, before);
}

}  // namespace
}  // namespace blindlink::resolver
