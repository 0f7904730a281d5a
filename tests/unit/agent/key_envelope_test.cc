#include "agent/keys/key_envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/keys/confirmed_words.h"
#include "agent/keys/fingerprint_words.h"
#include "common/base/hex.h"
#include "common/crypto/sha256.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;

SecretBytes SeedOf(const std::string& text) {
  return SecretBytes(absl::MakeConstSpan(Sha256Of(text)));
}

class KeyEnvelopeTest : public testing::Test {
 protected:
  EnvelopeParties Parties() const {
    return {"flu", "north", "south", north_.public_key(), south_.public_key()};
  }
  v1::KeyEnvelope Sealed() const { return *SealTokenKey(token_key_, Parties(), north_); }
  absl::Status StatusOfOpening(const v1::KeyEnvelope& envelope) const {
    return OpenEnvelope(envelope, Parties(), south_).status();
  }

  const TokenKey token_key_ = TokenKey::OfPublishedVectors();
  const ExchangeKey north_ = ExchangeKey::FromSeed(SeedOf("north"));
  const ExchangeKey south_ = ExchangeKey::FromSeed(SeedOf("south"));
  const ExchangeKey resolver_ = ExchangeKey::FromSeed(SeedOf("resolver"));
};

TEST_F(KeyEnvelopeTest, TheRecipientGetsTheKeyThatWasSealed) {
  const auto opened = OpenEnvelope(Sealed(), Parties(), south_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->KeyId("asthma"), token_key_.KeyId("asthma"));
  EXPECT_EQ(opened->ProofOf("flu", "south"), token_key_.ProofOf("flu", "south"));
}

// The values of docs/formats/key_envelope.md.
TEST_F(KeyEnvelopeTest, HasTheGoldenBytes) {
  EXPECT_EQ(HexEncode(north_.public_key().bytes()),
            "98c40de08c5d23dcfd019f70702f734025444305ca1ce6095d79dbd1c5a5122afbb082be1bef5842755638"
            "d617d2efefe26ed6a6e4c5bc5eea7d774ae1791224");
  EXPECT_EQ(north_.public_key().Words("north"),
            "trouble everyday ribcage headwaters banjo molasses fracture proximate dupont "
            "combustion vulcan forever");
  EXPECT_EQ(HexEncode(token_key_.ProofOf("flu", "north")),
            "3144ebde6b49a6af66ee9ee1eaa3a57d753d2675fcc5b95ce2b737c8e64ca856");
  const auto envelope = SealTokenKeyWithSeed(token_key_, Parties(), north_, SeedOf("ephemeral"));
  ASSERT_TRUE(envelope.ok());
  EXPECT_EQ(HexEncode(envelope->token_key_id()), "d2c65b89119ed7d6");
  EXPECT_EQ(HexEncode(envelope->encapsulated()),
            "e29d7521911498b837ed692d12a81587898e0ac3f6208eac1069bca82fb6b633");
  EXPECT_EQ(HexEncode(envelope->sealed()),
            "cbe62d2f3f63a7609d745d61651303f80b00f4430dac50a58d8498d077ebc7b63782704282e08004f76da2"
            "d475b682ad");
  EXPECT_EQ(HexEncode(envelope->signature()),
            "f34678b4dd0f3ad9f856b102512000e646ddc2de36809d9a9cfa81bc22cde619cdc941ef2bf9bb6a9d6f5a"
            "e7e987526e47384bb7ac522124e59a1068a228510c");
  EXPECT_TRUE(OpenEnvelope(*envelope, Parties(), south_).ok());
}

TEST_F(KeyEnvelopeTest, EveryChangedBitIsRefused) {
  const std::string bytes = Sealed().SerializeAsString();
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] ^= static_cast<char>(1 << bit % 8);
    v1::KeyEnvelope envelope;
    if (!envelope.ParseFromString(changed)) continue;
    EXPECT_EQ(StatusOfOpening(envelope).code(), absl::StatusCode::kPermissionDenied) << bit;
  }
}

TEST_F(KeyEnvelopeTest, ForAnotherProjectSenderOrRecipientItIsRefused) {
  const v1::KeyEnvelope envelope = Sealed();
  EnvelopeParties parties = Parties();
  parties.project = "asthma";
  EXPECT_FALSE(OpenEnvelope(envelope, parties, south_).ok());
  parties = Parties();
  parties.sender = "east";
  EXPECT_FALSE(OpenEnvelope(envelope, parties, south_).ok());
  parties = Parties();
  parties.recipient = "east";
  EXPECT_FALSE(OpenEnvelope(envelope, parties, south_).ok());
}

TEST_F(KeyEnvelopeTest, AKeyThatTheResolverSealsInASitesNameIsRefused) {
  EnvelopeParties parties = Parties();
  const v1::KeyEnvelope forged = *SealTokenKey(TokenKey::Random(), parties, resolver_);
  EXPECT_THAT(std::string(StatusOfOpening(forged).message()), HasSubstr("not signed by that site"));
  parties.sender_key = resolver_.public_key();
  const v1::KeyEnvelope honest_about_its_key =
      *SealTokenKey(TokenKey::Random(), parties, resolver_);
  EXPECT_THAT(std::string(StatusOfOpening(honest_about_its_key).message()),
              HasSubstr("whose words were confirmed"));
}

TEST_F(KeyEnvelopeTest, NobodyElseOpensIt) {
  EnvelopeParties parties = Parties();
  EXPECT_FALSE(OpenEnvelope(Sealed(), parties, resolver_).ok());
  EXPECT_FALSE(OpenEnvelope(Sealed(), parties, north_).ok()) << "not even the sender";
}

TEST_F(KeyEnvelopeTest, ASignedEnvelopeWithAnotherKeyThanItSaysIsRefused) {
  // As a dishonest sender would make it.
  v1::KeyEnvelope envelope = Sealed();
  envelope.set_token_key_id("other-id");
  EXPECT_EQ(StatusOfOpening(envelope).code(), absl::StatusCode::kPermissionDenied);
}

TEST(ExchangeKeyTest, WordsDependOnTheKeyAndOnTheSitesName) {
  const ExchangeKey key = ExchangeKey::FromSeed(SeedOf("north"));
  const std::string words = key.public_key().Words("north");
  EXPECT_EQ(std::vector<std::string>(absl::StrSplit(words, ' ')).size(), ExchangePublicKey::kWords);
  EXPECT_NE(words, key.public_key().Words("south"));
  EXPECT_NE(words, ExchangeKey::FromSeed(SeedOf("other")).public_key().Words("north"));
}

TEST(ExchangeKeyTest, IsReadAsItWasGenerated) {
  const TemporaryFolder folder;
  ASSERT_TRUE(ExchangeKey::Generate(folder / "key").ok());
  EXPECT_EQ(ExchangeKey::Read(folder / "key")->public_key().bytes(),
            ExchangeKey::Read(folder / "key")->public_key().bytes());
  EXPECT_EQ(ExchangeKey::Generate(folder / "key").code(), absl::StatusCode::kAlreadyExists);
}

TEST(FingerprintWords, AreThePublishedOnesInTheirPositions) {
  // The example of the list's authors: E582 94F2 E9A2 2748 6E8B 061B 31CC 528F D7FA 3F19.
  EXPECT_EQ(
      FingerprintWordsOf(*HexDecode("e58294f2e9a227486e8b061b31cc528fd7fa3f19")),
      "topmost istanbul pluto vagabond treadmill pacific brackish dictator goldfish medusa "
      "afflict bravado chatter revolver dupont midsummer stopwatch whimsical cowbell bottomless");
}

TEST(FingerprintWords, EveryByteHasItsOwnWordInEachPosition) {
  std::set<std::string> words;
  for (int byte = 0; byte < 256; ++byte) {
    for (const auto& word :
         absl::StrSplit(FingerprintWordsOf(std::string(2, static_cast<char>(byte))), ' ')) {
      EXPECT_FALSE(word.empty());
      words.insert(std::string(word));
    }
  }
  EXPECT_EQ(words.size(), 512u);
}

class ConfirmedWordsTest : public testing::Test {
 protected:
  const ExchangePublicKey north_ = ExchangeKey::FromSeed(SeedOf("north")).public_key();
  const ExchangePublicKey other_ = ExchangeKey::FromSeed(SeedOf("other")).public_key();
};

TEST_F(ConfirmedWordsTest, OnlyTheKeyWithTheseWordsPasses) {
  const auto confirmed = ConfirmedWords::Parse(
      absl::StrCat("# by telephone\n\n  NORTH  ", north_.Words("north"), " \r\n"));
  ASSERT_TRUE(confirmed.ok()) << confirmed.status();
  EXPECT_TRUE(confirmed->Check("north", north_).ok());
  const absl::Status swapped = confirmed->Check("north", other_);
  EXPECT_EQ(swapped.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(swapped.message()),
              AllOf(HasSubstr(north_.Words("north")), HasSubstr(other_.Words("north"))));
  EXPECT_EQ(confirmed->Check("south", north_).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ConfirmedWordsTest, LinesThatSayNothingClearAreRefused) {
  const std::string line = absl::StrCat("north ", north_.Words("north"), "\n");
  for (const std::string& text :
       {std::string("north one two\n"), line + line, std::string("Ärzte ") + line, "north\n" + line,
        absl::StrCat("north: ", north_.Words("north"))}) {
    EXPECT_EQ(ConfirmedWords::Parse(text).status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_THAT(std::string(ConfirmedWords::Parse(line + line).status().message()),
              HasSubstr("line 2 names site north again"));
}

}  // namespace
}  // namespace blindlink::agent
