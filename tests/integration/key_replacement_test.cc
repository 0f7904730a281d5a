// A key that is replaced, lost or destroyed, and its way through the resolver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "common/cli/exit_code.h"
#include "tests/integration/key_exchange_fixture.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

using KeyReplacement = KeyExchange;

TEST_F(KeyReplacement, AReplacedTokenKeyTravelsAsTheFirstDidOnceItsEpochIsOpen) {
  network_.CreateProject("flu", ShippedPlan("us-default"));
  for (const char* site : {"north", "south", "east"}) ASSERT_NO_FATAL_FAILURE(Enroll(site));
  MakeTokenKey("north");
  ASSERT_EQ(Seal("north").code, 0);
  for (const char* site : {"south", "east"}) ASSERT_EQ(Receive(site).code, 0);
  for (const char* site : {"north", "south", "east"}) ASSERT_EQ(Tokenize(site).code, 0);
  MakeTokenKey("north", "second.key");
  const Finished early = Seal("north", {}, "second.key");
  EXPECT_EQ(early.code, kExitRefused);
  EXPECT_THAT(early.err, HasSubstr("project rotate"));
  const std::string id = KeyId("north", "second.key");
  ASSERT_NO_FATAL_FAILURE(Coordinate({"project", "rotate", "flu", "--token-key-id", id}));

  const Finished sealed = Seal("north", {}, "second.key");
  ASSERT_EQ(sealed.code, 0) << sealed.err;
  EXPECT_THAT(sealed.out, AllOf(HasSubstr("Sealed to east."), HasSubstr("Sealed to south.")));
  const Finished received = Receive("south", {}, "second.key");
  ASSERT_EQ(received.code, 0) << received.err;
  EXPECT_EQ(KeyOf("south", "second.key"), KeyOf("north", "second.key"));
  EXPECT_THAT(List("south", "second.key"),
              AllOf(HasSubstr(id + " (epoch 2), the same key"),
                    HasSubstr(KeyId("north") + " (epoch 1); an envelope waits from north"),
                    HasSubstr("It is being replaced"), Not(HasSubstr("ANOTHER"))));
  EXPECT_THAT(network_.Coordinator({"project", "show", "flu"}).out, HasSubstr(id + " (epoch 2)"));
  EXPECT_THAT(Seal("north").out, HasSubstr("No site waits for the token key"))
      << "the old one is not sealed to who holds the new one";
  EXPECT_THAT(List("north", "second.key"), HasSubstr(id + " (epoch 2), the same key"));

  // East never takes the new key: once the old one is retired it holds none.
  for (const char* site : {"north", "south"}) {
    const Finished sent = Tokenize(site, {}, "second.key", "d2");
    ASSERT_EQ(sent.code, 0) << sent.err;
  }
  ASSERT_NO_FATAL_FAILURE(Coordinate({"project", "retire-epoch", "flu", "--partial"}));
  EXPECT_THAT(List("north", "second.key"),
              AllOf(HasSubstr("none; an envelope waits from north"), Not(HasSubstr("ANOTHER"))));
  EXPECT_THAT(Seal("south", {}, "second.key").out, HasSubstr("Sealed to east."));
  EXPECT_EQ(Seal("south").code, kExitRefused) << "the old key is of no epoch";
  const Finished late = Receive("east", {}, "second.key");
  ASSERT_EQ(late.code, 0) << late.err;
  const Finished sent = Tokenize("east", {}, "second.key", "d2");
  ASSERT_EQ(sent.code, 0) << sent.err;
  ASSERT_NO_FATAL_FAILURE(Coordinate({"linkage", "start", "--project", "flu", "--wait"}));
  EXPECT_THAT(network_.Pairs("flu"), SizeIs(3));
}

TEST_F(KeyReplacement, ASiteThatLostItsKeysGetsTheTokenKeyAgain) {
  network_.CreateProject("flu", ShippedPlan("us-default"));
  for (const char* site : {"north", "south", "east"}) ASSERT_NO_FATAL_FAILURE(Enroll(site));
  MakeTokenKey("north");
  ASSERT_EQ(Seal("north").code, 0);
  for (const char* site : {"south", "east"}) ASSERT_EQ(Receive(site).code, 0);
  for (const char* key : {"token.key", "exchange.key"}) {
    std::filesystem::remove(Of("south", key));
  }
  const Finished made = Offline(
      {"keys", "init", "--site", "south", "--exchange-key", Of("south", "exchange.key").string()});
  const std::string before = told_.substr(told_.find("south "));
  told_.replace(told_.find("south "), before.find('\n') + 1, made.out);
  network_.Write("words.txt", told_);
  ASSERT_EQ(Agent("south", With(Flags("publish", "south"),
                                {"--exchange-key", Of("south", "exchange.key"), "--replace"}))
                .code,
            0);
  EXPECT_THAT(Seal("north").out, AllOf(HasSubstr("Sealed to south."), Not(HasSubstr("to east."))));
  ASSERT_EQ(Receive("south").code, 0);
  EXPECT_EQ(KeyOf("south"), KeyOf("north"));
}

TEST_F(KeyReplacement, ADestroyedKeyIsNeitherPassedOnNorTakenNorStated) {
  network_.CreateProject("flu", ShippedPlan("us-default"));
  for (const char* site : {"north", "south", "east"}) ASSERT_NO_FATAL_FAILURE(Enroll(site));
  MakeTokenKey("north");
  ASSERT_EQ(Seal("north").code, 0);
  // South destroys the key elsewhere, and the same comes back.
  std::filesystem::copy_file(Of("north", "token.key"), Of("south", "copy.key"));
  std::filesystem::copy_file(Of("north", "token.key"), Of("south", "backup.key"));
  const std::string state = network_.StateOf("south");
  ASSERT_EQ(
      Offline({"keys", "destroy", "--token-key", Of("south", "copy.key"), "--project", "flu",
               "--site", "south", "--state", state, "--cert", network_.certs().Cert("site/south"),
               "--key", network_.certs().Key("site/south")})
          .code,
      0);
  const std::vector<Finished> refused = {
      Receive("south", {"--state", state}), Seal("south", {"--state", state}, "backup.key"),
      Agent("south", With(Flags("confirm", "south"),
                          {"--token-key", Of("south", "backup.key"), "--state", state})),
      Offline({"key-id", "--token-key", Of("south", "backup.key"), "--project", "flu", "--state",
               state})};
  for (const Finished& one : refused) {
    EXPECT_EQ(one.code, kExitRefused) << one.out;
    EXPECT_THAT(one.err, HasSubstr("has destroyed the token key"));
  }
  EXPECT_FALSE(std::filesystem::exists(Of("south", "token.key")));
  EXPECT_THAT(List("north"), HasSubstr("none; an envelope waits from north"));
}

}  // namespace
}  // namespace blindlink
