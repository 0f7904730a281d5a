// The token key reaches the sites through the resolver, which never has it: by the commands of
// docs/operations.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/key_exchange_storage.pb.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/cli/exit_code.h"
#include "resolver/storage/stored_message.h"
#include "tests/integration/key_exchange_fixture.h"
#include "tests/support/process_memory.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

// A key as it could stand somewhere.
std::vector<std::string> FormsOf(const std::string& key) {
  std::vector<std::string> forms = {key, HexEncode(key), absl::AsciiStrToUpper(HexEncode(key)),
                                    key.substr(0, 16), key.substr(16)};
  // Base64 of the key at any position of a longer text, without its uncertain ends.
  for (size_t before = 0; before < 3; ++before) {
    const std::string text = std::string(before, 'x') + key;
    forms.push_back(absl::Base64Escape(text).substr(4, 36));
    forms.push_back(absl::WebSafeBase64Escape(text).substr(4, 36));
  }
  return forms;
}

std::string AllFilesIn(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) absl::StrAppend(&all, ReadFile(entry.path()).value());
  }
  return all;
}

// Captures what agents and resolver pass to TLS, in both directions.
class KeyExchangeCaptured : public KeyExchange {
 protected:
  KeyExchangeCaptured() : KeyExchange(CapturePrefix(CaptureFile("resolver"))) {}
  ~KeyExchangeCaptured() override { std::filesystem::remove(CaptureFile("resolver")); }

  static std::filesystem::path CaptureFile(const std::string& of) {
    return std::filesystem::temp_directory_path() / absl::StrCat("capture-", getpid(), "-", of);
  }
  static std::vector<std::string> CapturePrefix(const std::filesystem::path& file) {
    return {"env", absl::StrCat("LD_PRELOAD=", BLINDLINK_TLS_CAPTURE_LIBRARY),
            "ASAN_OPTIONS=verify_asan_link_order=0",
            absl::StrCat("BLINDLINK_TLS_CAPTURE=", file.string())};
  }
  Finished Agent(const std::string& site, const std::vector<std::string>& arguments) override {
    std::vector<std::string> argv = network_.Command("blindlink-agent", "site/" + site, arguments);
    const std::vector<std::string> prefix = CapturePrefix(network_ / "capture");
    argv.insert(argv.begin(), prefix.begin(), prefix.end());
    return blindlink::Run(argv);
  }
};

TEST_F(KeyExchangeCaptured, ThreeSitesFromNothingToALinkedRunAndTheResolverNeverHasTheKey) {
  network_.CreateProject("flu", ShippedPlan("us-default"));
  for (const char* site : {"north", "south", "east"}) ASSERT_NO_FATAL_FAILURE(Enroll(site));
  MakeTokenKey("north");
  const Finished sealed = Seal("north");
  ASSERT_EQ(sealed.code, 0) << sealed.err;
  EXPECT_THAT(sealed.out, AllOf(HasSubstr("Sealed to east."), HasSubstr("Sealed to south.")));
  for (const char* site : {"south", "east"}) {
    const Finished received = Receive(site);
    ASSERT_EQ(received.code, 0) << received.err;
    EXPECT_EQ(KeyOf(site), KeyOf("north"));
  }
  const Finished shown = network_.Coordinator({"project", "show", "flu"});
  const std::string id = network_
                             .Agent("site/north", With(Flags("list", "north"),
                                                       {"--token-key", Of("north", "token.key")}))
                             .out;
  EXPECT_THAT(id, AllOf(HasSubstr("bound by the agreement of all sites"), Not(HasSubstr("WITHOUT")),
                        Not(HasSubstr("none"))));
  EXPECT_THAT(shown.out, AllOf(HasSubstr("held by south"), Not(HasSubstr("not stated"))));
  for (const char* site : {"north", "south", "east"}) {
    const Finished sent = Tokenize(site);
    ASSERT_EQ(sent.code, 0) << sent.err;
  }
  const Finished linked = network_.Coordinator({"linkage", "start", "--project", "flu", "--wait"});
  ASSERT_EQ(linked.code, 0) << linked.err;
  EXPECT_THAT(network_.Pairs("flu"), SizeIs(3));

  const std::string memory = MemoryOf(network_.resolver().pid());
  const std::string disk = AllFilesIn(network_.data());
  const std::string traffic = absl::StrCat(ReadFile(network_ / "capture").value(),
                                           ReadFile(CaptureFile("resolver")).value());
  const std::string published = ReadFile(network_ / "data/projects/flu/key_exchange.pb").value();
  std::vector<std::string> secrets = FormsOf(KeyOf("north"));
  // What stands in the sites' files, and in standard form.
  for (const absl::string_view value : absl::StrSplit(kPerson, ',')) {
    if (value != "F") secrets.emplace_back(value);
  }
  for (const char* word : {"QUINTESSOR", "XAVERINE", "19471129", "321549876"}) {
    secrets.push_back(word);
  }
  for (const char* site : {"north", "south", "east"}) secrets.push_back(RecordId(site));
  for (const std::string* place : {&memory, &disk, &traffic}) {
    EXPECT_NE(place->find("north"), std::string::npos) << "the search must find what is there";
    EXPECT_NE(place->find(published.substr(60, 40)), std::string::npos);
    for (size_t i = 0; i < secrets.size(); ++i) {
      EXPECT_EQ(place->find(secrets[i]), std::string::npos) << "secret " << i;
    }
  }
}

TEST_F(KeyExchange, AResolverThatExchangesAPublicKeyIsFoundByTheWordsAndNothingIsSealed) {
  network_.CreateProject("flu", ShippedPlan("us-default"));
  for (const char* site : {"north", "south", "east"}) ASSERT_NO_FATAL_FAILURE(Enroll(site));
  MakeTokenKey("north");
  network_.StopResolver();
  const std::filesystem::path file = network_.ProjectFolder("flu") / "key_exchange.pb";
  storage::v1::StoredKeyExchange stored;
  ASSERT_TRUE(resolver::ReadStored(file, "", &stored).ok());
  for (auto& site : *stored.mutable_sites()) {
    if (site.site() == "south") (*site.mutable_exchange_key())[5] ^= 1;
  }
  ASSERT_TRUE(resolver::WriteStored(file, stored).ok());
  network_.StartResolver();

  const Finished sealed = Seal("north");
  EXPECT_EQ(sealed.code, kExitRefused);
  EXPECT_THAT(sealed.err, AllOf(HasSubstr("another key for site south"), HasSubstr("confirmed: "),
                                HasSubstr("resolver: ")));
  const Finished list = Agent("north", Flags("list", "north"));
  EXPECT_THAT(list.out, AllOf(HasSubstr("none"), Not(HasSubstr("envelope waits"))));
  const Finished own = Receive("south");
  EXPECT_EQ(own.code, kExitRefused);
  EXPECT_THAT(own.err, HasSubstr("another key for site south than the one in"));
}

TEST_F(KeyExchange, WithoutConfirmedWordsAndWithoutAPersonNothingIsSealed) {
  network_.CreateProject("flu", ShippedPlan("us-default"));
  for (const char* site : {"north", "south"}) ASSERT_NO_FATAL_FAILURE(Enroll(site));
  MakeTokenKey("north");
  const Finished unconfirmed =
      Agent("north", With(Flags("seal", "north"), {"--exchange-key", Of("north", "exchange.key"),
                                                   "--token-key", Of("north", "token.key")}));
  EXPECT_EQ(unconfirmed.code, kExitRefused);
  EXPECT_THAT(unconfirmed.err, HasSubstr("words of site south are not confirmed"));
  network_.Write("words.txt", told_.substr(0, told_.find('\n')));
  EXPECT_EQ(Seal("north").code, kExitRefused);
  EXPECT_THAT(Receive("south").err, HasSubstr("no envelope waits"));
}

TEST_F(KeyExchange, ASiteThatComesLaterGetsTheKeyFromAnySiteThatHoldsIt) {
  MakeTokenKey("north");
  network_.CreateProject("flu", ShippedPlan("us-default"), {"--key-id", KeyId("north")});
  for (const char* site : {"north", "south"}) ASSERT_NO_FATAL_FAILURE(Enroll(site));
  ASSERT_EQ(Seal("north").code, 0);
  ASSERT_EQ(Receive("south").code, 0);
  ASSERT_EQ(Tokenize("south").code, 0);

  ASSERT_NO_FATAL_FAILURE(Enroll("east"));
  const Finished sealed = Seal("south");
  EXPECT_EQ(sealed.code, 0) << sealed.err;
  EXPECT_THAT(sealed.out, AllOf(HasSubstr("Sealed to east."), Not(HasSubstr("north."))));
  const Finished received = Receive("east");
  EXPECT_EQ(received.code, 0) << received.err;
  EXPECT_EQ(Receive("east").code, kExitRefused) << "the envelope is gone";
  EXPECT_EQ(Tokenize("east").code, 0);
}

TEST_F(KeyExchange, SitesWithDifferentKeysAreNamedAndNoKeyIsBound) {
  network_.CreateProject("flu", ShippedPlan("us-default"));
  for (const char* site : {"north", "south", "east"}) {
    MakeTokenKey(site);
    ASSERT_EQ(
        Agent(site, With(Flags("confirm", site), {"--token-key", Of(site, "token.key")})).code, 0);
  }
  const Finished list =
      Agent("north", With(Flags("list", "north"), {"--token-key", Of("north", "token.key")}));
  EXPECT_THAT(list.out, AllOf(HasSubstr("ANOTHER key"), HasSubstr("has no token key yet")));
  EXPECT_THAT(network_.Coordinator({"project", "show", "flu"}).out, HasSubstr("none yet"));
}

TEST_F(KeyExchange, OnlySitesOfTheProjectTakePart) {
  ASSERT_EQ(network_
                .Coordinator({"project", "create", "--name", "flu", "--plan",
                              ShippedPlan("us-default"), "--site", "north", "--site", "south"})
                .code,
            0);
  const Finished east = Agent("east", Flags("list", "east"));
  EXPECT_EQ(east.code, kExitRefused);
  EXPECT_THAT(east.err, HasSubstr("there is no project flu"));
  for (const char* party : {"researcher/study", "coordinator/center"}) {
    const Finished refused = network_.Agent(
        party, With(Flags("confirm", "north"), {"--token-key", network_.token_key()}));
    EXPECT_EQ(refused.code, kExitRefused) << party;
    EXPECT_THAT(refused.err, HasSubstr("may not call")) << party;
  }
  EXPECT_EQ(network_.Agent("coordinator/center", Flags("list", "north")).code, 0);
  ASSERT_NO_FATAL_FAILURE(Enroll("north"));
  const Finished other = Agent(
      "south", With(Flags("publish", "north"), {"--exchange-key", Of("north", "exchange.key")}));
  EXPECT_EQ(other.code, 0) << "it is published for the site of the certificate, "
                           << "whose words then are not those of north";
  EXPECT_THAT(Agent("south", Flags("list", "south")).out,
              Not(HasSubstr("south " + told_.substr(6))));
}

TEST_F(KeyExchange, KeyFilesUnderAPassphraseAreReadByEveryCommandAndByNobodyElse) {
  network_.CreateProject("flu", ShippedPlan("us-default"));
  for (const char* site : {"north", "south", "east"}) ASSERT_NO_FATAL_FAILURE(Enroll(site));
  MakeTokenKey("north");
  const std::vector<std::string> passphrase = {"--passphrase-file",
                                               network_.Write("passphrase", "three long words\n")};
  std::filesystem::permissions(network_ / "passphrase", std::filesystem::perms(0600));
  ASSERT_EQ(Offline(With({"keys", "protect", Of("north", "token.key"), Of("north", "exchange.key")},
                         passphrase))
                .code,
            0);
  const Finished without = Seal("north");
  EXPECT_EQ(without.code, kExitRefused);
  EXPECT_THAT(without.err, HasSubstr("needs a passphrase"));
  ASSERT_EQ(Seal("north", passphrase).code, 0);
  const Finished received = Receive("south", With(passphrase, {"--protect"}));
  ASSERT_EQ(received.code, 0) << received.err;
  EXPECT_THAT(ReadFile(Of("south", "token.key")).value(), HasSubstr("scrypt-aes-256-gcm"));
  EXPECT_EQ(Tokenize("south").code, kExitRefused);
  const Finished sent = Tokenize("south", passphrase);
  EXPECT_EQ(sent.code, 0) << sent.err;
  EXPECT_THAT(ReadFile(network_.StateOf("south") / "record.key").value(),
              HasSubstr("scrypt-aes-256-gcm"))
      << "made under the passphrase of the token key";
  EXPECT_EQ(Offline(With({"keys", "unprotect", Of("south", "token.key")}, passphrase)).code, 0);
  EXPECT_THAT(Tokenize("south").err, HasSubstr("needs a passphrase"));
  EXPECT_THAT(Tokenize("south", passphrase).err, HasSubstr("was committed earlier"));

  const Finished made =
      Offline(With({"keygen", "--protect", "--out", Of("north", "second.key")}, passphrase));
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(ReadFile(Of("north", "second.key")).value(), HasSubstr("scrypt-aes-256-gcm"));
  const std::vector<std::string> destroy = {"keys",        "destroy",
                                            "--token-key", Of("north", "second.key"),
                                            "--project",   "flu",
                                            "--site",      "north",
                                            "--state",     network_.StateOf("north"),
                                            "--cert",      network_.certs().Cert("site/north"),
                                            "--key",       network_.certs().Key("site/north")};
  const Finished destroyed = Offline(With(destroy, passphrase));
  EXPECT_EQ(destroyed.code, 0) << destroyed.err;
}

TEST_F(KeyExchange, TheResolverLeavesNoCoreDump) {
  EXPECT_THAT(ReadFile(absl::StrCat("/proc/", network_.resolver().pid(), "/limits")).value(),
              testing::ContainsRegex("Max core file size +1 +1 "));
}

}  // namespace
}  // namespace blindlink
