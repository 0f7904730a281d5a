#include "agent/oblivious/oblivious_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/base/byte_order.h"
#include "common/base/hex.h"
#include "tests/unit/agent/oblivious/local_key_server.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Token HashNumber(uint64_t number) {
  Token token;
  StoreBigEndian64(number, token.bytes.data());
  return token;
}

class ObliviousTokensTest : public testing::Test {
 protected:
  ObliviousTokens Tokens() { return *ObliviousTokens::Create(plan_, &server_); }

  const Plan plan_ = ObliviousPlan();
  LocalKeyServer server_;
};

// docs/formats/tokens.md.
TEST_F(ObliviousTokensTest, TheTokenIsTheDocumentedOne) {
  const auto made =
      Tokens().Make({Token::FromBytes(HexDecode("000102030405060708090a0b0c0d0e0f")->data())});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(HexEncode((*made)[0].token.AsView()), "4d8a04e5d8216fe47ec2f996948528bc");
  EXPECT_EQ(HexEncode((*made)[0].evidence_seed.AsView()), "f596d50eed73847612eeabac4cd12cec");
}

TEST_F(ObliviousTokensTest, EqualHashesGiveEqualTokensAndAreAskedForOnce) {
  const auto made = Tokens().Make({HashNumber(1), HashNumber(2), HashNumber(1)});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(server_.elements, 2u);
  EXPECT_EQ((*made)[0].token, (*made)[2].token);
  EXPECT_EQ((*made)[0].evidence_seed, (*made)[2].evidence_seed);
  const std::set<Token> different = {HashNumber(1),
                                     HashNumber(2),
                                     (*made)[0].token,
                                     (*made)[1].token,
                                     (*made)[0].evidence_seed,
                                     (*made)[1].evidence_seed};
  EXPECT_EQ(different.size(), 6u);
}

TEST_F(ObliviousTokensTest, NothingIsAskedForNoHashes) {
  EXPECT_TRUE(Tokens().Make({})->empty());
  EXPECT_EQ(server_.calls, 0u);
}

TEST_F(ObliviousTokensTest, MoreThanABatchIsAskedInSeveral) {
  std::vector<Token> hashes;
  for (uint64_t i = 0; i <= BlindEvaluator::kMostElements; ++i) hashes.push_back(HashNumber(i));
  const auto made = Tokens().Make(hashes);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->size(), hashes.size());
  EXPECT_EQ(server_.calls, 2u);
  EXPECT_EQ((*made)[hashes.size() - 1].token, (*Tokens().Make({hashes.back()}))[0].token);
}

TEST_F(ObliviousTokensTest, WithoutAKeyServerThePlanIsRefusedInWords) {
  const absl::Status refused = ObliviousTokens::Create(plan_, nullptr).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("(name-dob)"), HasSubstr("--key-server HOST:PORT")));
}

TEST_F(ObliviousTokensTest, APublicKeyThatIsNoElementIsRefused) {
  std::string text = plan_.text();
  const std::string key = plan_.proto().oblivious_key().public_key();
  text.replace(text.find(key), key.size(), std::string(64, '0'));
  const auto plan = Plan::Parse(text);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(ObliviousTokens::Create(*plan, &server_).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ObliviousTokensTest, AServerWithAnotherKeyIsRefusedWithBothKeys) {
  LocalKeyServer other("another project");
  const absl::Status refused = ObliviousTokens::Create(plan_, &other)->CheckKeyServer();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr(HexEncode(ViewOf(other.key.public_key()))),
                    HasSubstr(plan_.proto().oblivious_key().public_key())));
}

TEST_F(ObliviousTokensTest, AServerThatUsesAnotherKeyThanItShowsIsFoundOut) {
  LocalKeyServer other("a key for this site alone");
  other.shown_key = server_.key.public_key();
  const auto made = ObliviousTokens::Create(plan_, &other)->Make({HashNumber(1)});
  EXPECT_EQ(made.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(made.status().message()),
              HasSubstr("may treat this site differently from others"));
}

TEST_F(ObliviousTokensTest, TheServersErrorsArePassedOn) {
  server_.error = absl::ResourceExhaustedError("used up");
  EXPECT_EQ(Tokens().Make({HashNumber(1)}).status(), server_.error);
  EXPECT_EQ(Tokens().CheckKeyServer(), server_.error);
}

}  // namespace
}  // namespace blindlink::agent
