#include "resolver/index/clickhouse/exchange_cipher.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace blindlink::resolver {
namespace {

using Kind = ExchangeBlock::Kind;

ExchangeCipher CipherOf(uint8_t key) {
  return ExchangeCipher(SecretBytes(std::vector<uint8_t>(ExchangeCipher::kKeySize, key)));
}

constexpr ExchangeCipher::Place kPlace{Kind::kPairs, 3, 7, 5};

TEST(ExchangeCipher, OpensWhatItSealedAndCompressesIt) {
  const ExchangeCipher cipher = CipherOf(1);
  for (const size_t size : {size_t{0}, size_t{1}, size_t{1} << 20, ExchangeCipher::kLargestBlock}) {
    const std::string block(size, 'x');
    const auto sealed = cipher.Seal(kPlace, block);
    ASSERT_TRUE(sealed.ok()) << sealed.status();
    EXPECT_LT(sealed->size(), 100 + size / 1000);
    const auto opened = cipher.Open(kPlace, *sealed);
    ASSERT_TRUE(opened.has_value()) << size;
    EXPECT_TRUE(*opened == block) << size;
  }
}

TEST(ExchangeCipher, ABlockThatIsTooLargeIsRefused) {
  const std::string block(ExchangeCipher::kLargestBlock + 1, 'x');
  EXPECT_EQ(CipherOf(1).Seal(kPlace, block).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ExchangeCipher, NothingOpensInAnotherPlaceOrUnderAnotherKeyOrAfterAnyChange) {
  const ExchangeCipher cipher = CipherOf(1);
  const auto sealed = cipher.Seal(kPlace, "a block");
  ASSERT_TRUE(sealed.ok());
  EXPECT_FALSE(cipher.Open({Kind::kReach, 3, 7, 5}, *sealed).has_value());
  EXPECT_FALSE(cipher.Open({Kind::kPairs, 4, 7, 5}, *sealed).has_value());
  EXPECT_FALSE(cipher.Open({Kind::kPairs, 3, 8, 5}, *sealed).has_value());
  EXPECT_FALSE(cipher.Open({Kind::kPairs, 3, 7, 6}, *sealed).has_value());
  EXPECT_FALSE(CipherOf(2).Open(kPlace, *sealed).has_value());
  for (size_t i = 0; i < sealed->size(); ++i) {
    std::string changed = *sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(cipher.Open(kPlace, changed).has_value()) << i;
    EXPECT_FALSE(cipher.Open(kPlace, sealed->substr(0, i)).has_value()) << i;
  }
}

}  // namespace
}  // namespace blindlink::resolver
