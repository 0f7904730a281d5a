// The keys' life: epochs of the token key while sites upload, the index key's rotation while the
// resolver is killed, the destruction of a token key, and Kimura's token scheme. The result is
// always that of a fresh project.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/generated_people.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Lines = std::vector<std::string>;

constexpr int kRows = 3000;
constexpr int kSharedRows = 2000;

class KeyRotation : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    network_ = new TestNetwork;
    network_->Write("north.csv", GeneratedPeople(1, kRows));
    network_->Write("south.csv", GeneratedPeople(1 + kRows - kSharedRows, kRows, true));
    for (const char* key : {"second.key", "third.key"}) {
      const Finished made =
          blindlink::Run({ProgramPath("blindlink-agent"), "keygen", "--out", *network_ / key});
      ASSERT_EQ(made.code, 0) << made.err;
    }
  }
  static void TearDownTestSuite() {
    network_->StopResolver();
    delete network_;
    network_ = nullptr;
  }

  static std::string KeyId(const std::string& project, const std::string& key) {
    const Finished printed = blindlink::Run({ProgramPath("blindlink-agent"), "key-id",
                                             "--token-key", *network_ / key, "--project", project});
    EXPECT_EQ(printed.code, 0) << printed.err;
    return std::string(absl::StripAsciiWhitespace(printed.out));
  }
  static Lines RunWith(const std::string& project, const std::string& site, const std::string& key,
                       const std::string& dataset) {
    Lines arguments = network_->RunArguments(project, site, *network_ / (site + ".csv"), dataset);
    *(std::find(arguments.begin(), arguments.end(), "--token-key") + 1) = *network_ / key;
    return arguments;
  }
  static Finished Send(const std::string& project, const std::string& site, const std::string& key,
                       const std::string& dataset) {
    return network_->Agent("site/" + site, RunWith(project, site, key, dataset));
  }
  static void Upload(const std::string& project, const std::string& site, const std::string& key,
                     const std::string& dataset) {
    const Finished sent = Send(project, site, key, dataset);
    ASSERT_EQ(sent.code, 0) << sent.err;
  }
  static std::string Coordinate(Lines arguments) {
    const Finished done = network_->Coordinator(std::move(arguments));
    EXPECT_EQ(done.code, 0) << done.err;
    return done.out;
  }
  static std::string Link(const std::string& project) {
    return Coordinate({"linkage", "start", "--project", project, "--wait"});
  }
  static std::string Keys(const std::string& project) {
    return Coordinate({"project", "keys", project});
  }
  static void ExpectTheResultOf(const std::string& fresh, const std::string& project) {
    const Lines pairs = network_->Pairs(fresh);
    EXPECT_GT(pairs.size(), kSharedRows * 9u / 10);
    EXPECT_EQ(network_->Pairs(project) == pairs, true) << "the pairs differ";
    EXPECT_EQ(network_->Entities(project) == network_->Entities(fresh), true)
        << "the entities differ";
  }
  // A project that has had one token key only.
  static void MakeFresh(const std::string& project, const std::string& key) {
    network_->CreateProject(project, ShippedPlan("us-default"));
    Upload(project, "north", key, "d1");
    Upload(project, "south", key, "d1");
    Link(project);
  }

  static TestNetwork* network_;
};

TestNetwork* KeyRotation::network_ = nullptr;

TEST_F(KeyRotation, TwoEpochsSideBySideEndAsAFreshProjectWithTheNewKey) {
  MakeFresh("flu", "token.key");
  const Lines before = network_->Pairs("flu");
  EXPECT_THAT(
      Coordinate({"project", "rotate", "flu", "--token-key-id", KeyId("flu", "second.key")}),
      AllOf(HasSubstr("epoch 1: token key " + KeyId("flu", "token.key")),
            HasSubstr("epoch 2: token key " + KeyId("flu", "second.key")),
            HasSubstr("0 datasets, none yet of north, south")));
  EXPECT_NE(Send("flu", "north", "third.key", "strange").code, 0);

  // While north is ahead and south is still sending the old key's tokens, and the resolver is
  // killed in the middle of the new ones.
  Upload("flu", "north", "second.key", "d2");
  EXPECT_THAT(Link("flu"),
              AllOf(HasSubstr("epoch 1"), HasSubstr("north/d1"), Not(HasSubstr("north/d2"))));
  EXPECT_EQ(network_->Pairs("flu") == before, true);
  Subprocess south(network_->Command("blindlink-agent", "site/south",
                                     RunWith("flu", "south", "second.key", "d2")));
  const auto log =
      network_->ProjectFolder("flu") / "uploads" / "south" / "d2" / "blocks-000000.log";
  WaitUntil([&] {
    std::error_code not_there;
    const uintmax_t bytes = std::filesystem::file_size(log, not_there);
    return (!not_there && bytes > 0) || !south.Running();
  });
  network_->KillResolver();
  network_->StartResolver();
  ASSERT_EQ(south.Wait(), 0) << south.Stderr();
  EXPECT_THAT(Link("flu"),
              AllOf(HasSubstr("epoch 2"), HasSubstr("south/d2"), Not(HasSubstr("/d1"))));

  EXPECT_THAT(Coordinate({"project", "retire-epoch", "flu"}), Not(HasSubstr("epoch 1")));
  ASSERT_TRUE(WaitUntil([] { return !absl::StrContains(Keys("flu"), "still being removed"); }));
  EXPECT_THAT(Coordinate({"upload", "list", "--project", "flu"}), Not(HasSubstr(" d1 ")));
  EXPECT_THAT(Link("flu"), HasSubstr("epoch 2"));
  const Finished late = Send("flu", "north", "token.key", "late");
  EXPECT_NE(late.code, 0);
  EXPECT_THAT(late.err, HasSubstr("of an epoch that is retired"));

  MakeFresh("flu-fresh", "second.key");
  ExpectTheResultOf("flu-fresh", "flu");
}

TEST_F(KeyRotation, TheEpochEndsByItselfWhenEverySiteHasCommittedInTheNewOne) {
  MakeFresh("asthma", "token.key");
  Coordinate({"project", "rotate", "asthma", "--retire-when-complete"});
  Upload("asthma", "north", "second.key", "d2");
  EXPECT_THAT(Keys("asthma"), HasSubstr("epoch 1"));
  Upload("asthma", "south", "second.key", "d2");
  ASSERT_TRUE(WaitUntil([] { return !absl::StrContains(Keys("asthma"), "epoch 1"); }));
  EXPECT_THAT(Keys("asthma"), HasSubstr(KeyId("asthma", "second.key")));
  Link("asthma");
  MakeFresh("asthma-fresh", "second.key");
  ExpectTheResultOf("asthma-fresh", "asthma");
}

TEST_F(KeyRotation, TheIndexKeyRotatesThroughKillsAndNoByteOfTheResultChanges) {
  MakeFresh("cough", "token.key");
  const Lines pairs = network_->FetchedLines("pairs", "cough");
  const Lines entities = network_->FetchedLines("entities", "cough");
  const std::filesystem::path folder = network_->ProjectFolder("cough");
  for (int generation = 1; generation <= 3; ++generation) {
    const Finished begun = network_->Coordinator({"project", "rotate-index-key", "cough"});
    ASSERT_EQ(begun.code, 0) << begun.err;
    std::this_thread::sleep_for(std::chrono::milliseconds(40) * (generation - 1));
    network_->KillResolver();
    network_->StartResolver();
    ASSERT_TRUE(WaitUntil([] { return !absl::StrContains(Keys("cough"), "being replaced"); }));
    EXPECT_THAT(Keys("cough"), HasSubstr(absl::StrCat("generation ", generation)));
    EXPECT_FALSE(std::filesystem::exists(
        folder / (generation == 1 ? "index" : absl::StrCat("index-", generation - 1))));
    Link("cough");
    EXPECT_EQ(network_->FetchedLines("pairs", "cough") == pairs, true);
    EXPECT_EQ(network_->FetchedLines("entities", "cough") == entities, true);
  }
  EXPECT_FALSE(
      std::filesystem::exists(folder.parent_path().parent_path() / "keys" / "cough.2.key"));
  // What is uploaded now meets what was uploaded before.
  Coordinate({"upload", "discard", "--project", "cough", "--site", "south", "--dataset", "d1"});
  Upload("cough", "south", "token.key", "again");
  Link("cough");
  EXPECT_EQ(network_->FetchedLines("pairs", "cough") == pairs, true);
}

TEST_F(KeyRotation, KimurasSchemeFindsTheSamePairs) {
  const std::string plan = absl::StrCat(ReadFile(ShippedPlan("us-default")).value(),
                                        "\ntoken_scheme: CHACHA20_SHA256\n");
  network_->CreateProject("kimura", network_->Write("kimura.textproto", plan));
  Upload("kimura", "north", "token.key", "d1");
  Upload("kimura", "south", "token.key", "d1");
  Link("kimura");
  MakeFresh("hmac", "token.key");
  ExpectTheResultOf("hmac", "kimura");
}

TEST_F(KeyRotation, ADestroyedTokenKeyIsRefusedWhoeverBringsItBack) {
  network_->CreateProject("gout", ShippedPlan("us-default"));
  Upload("gout", "north", "third.key", "d1");
  const std::filesystem::path key = *network_ / "third.key";
  std::filesystem::copy_file(key, *network_ / "backup.key");
  const Lines destroy = {ProgramPath("blindlink-agent"),
                         "keys",
                         "destroy",
                         "--token-key",
                         key,
                         "--project",
                         "gout",
                         "--site",
                         "north",
                         "--state",
                         network_->StateOf("north"),
                         "--cert",
                         network_->certs().Cert("site/north"),
                         "--key",
                         network_->certs().Key("site/north")};
  const std::string key_id = KeyId("gout", "third.key");
  const Finished destroyed = blindlink::Run(destroy);
  ASSERT_EQ(destroyed.code, 0) << destroyed.err;
  EXPECT_THAT(destroyed.out, HasSubstr("backups, snapshots"));
  EXPECT_FALSE(std::filesystem::exists(key));

  const Finished refused = Send("gout", "north", "backup.key", "d2");
  EXPECT_EQ(refused.code, kExitRefused) << refused.err;
  EXPECT_THAT(refused.err, AllOf(HasSubstr("has destroyed the token key " + key_id),
                                 HasSubstr("even if it comes from a backup")));
  // The same key is another one in another project.
  network_->CreateProject("gout-2", ShippedPlan("us-default"));
  EXPECT_EQ(Send("gout-2", "north", "backup.key", "d1").code, 0);

  const std::filesystem::path statement =
      network_->StateOf("north") / "destroyed-keys" / absl::StrCat("gout.", key_id, ".statement");
  const auto check = [&](const std::filesystem::path& file) {
    return blindlink::Run({ProgramPath("blindlink-agent"), "keys", "destroy", "--check", file,
                           "--ca", network_->certs().Ca()});
  };
  const Finished checked = check(statement);
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("Site north states that it destroyed the token key " + key_id +
                                     " of project gout"));
  const std::string text = ReadFile(statement).value();
  EXPECT_NE(
      check(network_->Write("forged", absl::StrReplaceAll(text, {{"site: north", "site: south"}})))
          .code,
      0);
}

TEST_F(KeyRotation, OnlyTheCoordinatorRotates) {
  network_->CreateProject("rhinitis", ShippedPlan("us-default"));
  for (const char* command : {"rotate", "retire-epoch", "rotate-index-key"}) {
    for (const char* party : {"site/north", "researcher/study"}) {
      const Finished refused = blindlink::Run(
          network_->Command("blindlink-resolver", party, {"project", command, "rhinitis"}));
      EXPECT_NE(refused.code, 0) << command;
      EXPECT_THAT(refused.err, HasSubstr("may not")) << command;
    }
  }
  EXPECT_EQ(blindlink::Run(network_->Command("blindlink-resolver", "site/north",
                                             {"project", "keys", "rhinitis"}))
                .code,
            0);
  EXPECT_NE(blindlink::Run(network_->Command("blindlink-resolver", "researcher/study",
                                             {"project", "keys", "rhinitis"}))
                .code,
            0);
  const Finished early = network_->Coordinator({"project", "rotate", "rhinitis"});
  EXPECT_THAT(early.err, HasSubstr("has no token key yet"));
}

}  // namespace
}  // namespace blindlink
