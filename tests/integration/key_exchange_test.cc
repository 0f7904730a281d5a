// The token key reaches the sites through the resolver, which never has it: by the commands of
// docs/operations.md.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "blindlink/storage/v1/key_exchange_storage.pb.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/cli/exit_code.h"
#include "resolver/storage/stored_message.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr char kHeader[] = "record_id,first_name,last_name,date_of_birth,sex,zip,ssn\n";
constexpr char kPerson[] = "Xaverine,Quintessor,1947-11-29,F,98765,321-54-9876";

class KeyExchange : public testing::Test {
 protected:
  explicit KeyExchange(std::vector<std::string> resolver_prefix = {})
      : network_(OptionsOf(std::move(resolver_prefix))) {}

  static TestNetwork::Options OptionsOf(std::vector<std::string> resolver_prefix) {
    TestNetwork::Options options;
    options.sites = {"north", "south", "east"};
    options.resolver_prefix = std::move(resolver_prefix);
    return options;
  }

  // What each site has for itself.
  std::filesystem::path Of(const std::string& site, const std::string& file) const {
    return network_ / (site + "-" + file);
  }
  std::vector<std::string> Flags(const std::string& command, const std::string& site) const {
    return {"keys", command, "--project", "flu", "--site", site};
  }
  static std::vector<std::string> With(std::vector<std::string> flags,
                                       const std::vector<std::string>& more) {
    flags.insert(flags.end(), more.begin(), more.end());
    return flags;
  }
  virtual Finished Agent(const std::string& site, const std::vector<std::string>& arguments) {
    std::vector<std::string> argv = network_.Command("blindlink-agent", "site/" + site, arguments);
    argv.insert(argv.begin(), {"setsid", "-w"});  // without a terminal to ask at
    return blindlink::Run(argv);
  }
  static Finished Offline(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), ProgramPath("blindlink-agent"));
    return blindlink::Run(std::move(arguments));
  }

  // Makes and publishes a site's exchange key; its words become those that people have told.
  void Enroll(const std::string& site) {
    const Finished made = Offline(
        {"keys", "init", "--site", site, "--exchange-key", Of(site, "exchange.key").string()});
    ASSERT_EQ(made.code, 0) << made.err;
    told_ += made.out;
    network_.Write("words.txt", told_);
    const Finished published = Agent(
        site, With(Flags("publish", site), {"--exchange-key", Of(site, "exchange.key").string()}));
    ASSERT_EQ(published.code, 0) << published.err;
    EXPECT_THAT(published.out, HasSubstr(made.out));
  }
  Finished Seal(const std::string& site, const std::vector<std::string>& more = {}) {
    return Agent(site, With(With(Flags("seal", site),
                                 {"--exchange-key", Of(site, "exchange.key"), "--token-key",
                                  Of(site, "token.key"), "--confirmed", network_ / "words.txt"}),
                            more));
  }
  Finished Receive(const std::string& site, const std::vector<std::string>& more = {}) {
    return Agent(site, With(With(Flags("receive", site),
                                 {"--exchange-key", Of(site, "exchange.key"), "--out",
                                  Of(site, "token.key"), "--confirmed", network_ / "words.txt"}),
                            more));
  }
  void MakeTokenKey(const std::string& site) {
    const Finished made = Offline({"keygen", "--out", Of(site, "token.key").string()});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  Finished Tokenize(const std::string& site, const std::vector<std::string>& more = {}) {
    const std::filesystem::path input =
        network_.Write(site + ".csv", absl::StrCat(kHeader, site, "-1,", kPerson, "\n"));
    std::vector<std::string> arguments = network_.RunArguments("flu", site, input);
    *(std::find(arguments.begin(), arguments.end(), "--token-key") + 1) = Of(site, "token.key");
    return Agent(site, With(arguments, more));
  }
  std::string KeyOf(const std::string& site) const {
    const std::string content = ReadFile(Of(site, "token.key")).value();
    return *HexDecode(absl::StripAsciiWhitespace(content.substr(content.find('\n'))));
  }

  TestNetwork network_;
  std::string told_;  // --confirmed: what people of the sites have told each other
};

// All that a process has in memory that it may write to.
std::string MemoryOf(pid_t pid) {
  const std::string folder = absl::StrCat("/proc/", pid);
  const UniqueFd memory = *OpenFd(folder + "/mem", O_RDONLY);
  std::ifstream maps(folder + "/maps");
  std::string all;
  for (std::string line; std::getline(maps, line);) {
    uint64_t begin = 0;
    uint64_t end = 0;
    char writable = 0;
    if (sscanf(line.c_str(), "%lx-%lx %*c%c", &begin, &end, &writable) != 3 || writable != 'w') {
      continue;
    }
    std::string bytes(std::min<uint64_t>(end - begin, uint64_t{256} << 20), '\0');
    const ssize_t n = pread(memory.get(), bytes.data(), bytes.size(), static_cast<off_t>(begin));
    if (n > 0) all.append(bytes, 0, static_cast<size_t>(n));
  }
  return all;
}

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
  for (const char* word : {"Quintessor", "QUINTESSOR", "Xaverine", "XAVERINE", "321549876"}) {
    secrets.push_back(word);
  }
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
  const Finished id =
      Offline({"key-id", "--token-key", Of("north", "token.key").string(), "--project", "flu"});
  network_.CreateProject("flu", ShippedPlan("us-default"),
                         {"--key-id", std::string(absl::StripAsciiWhitespace(id.out))});
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
  ASSERT_EQ(
      Offline(With({"keys", "protect", network_.StateOf("south") / "record.key"}, passphrase)).code,
      0);
  EXPECT_THAT(Tokenize("south").err, HasSubstr("needs a passphrase"));
  EXPECT_THAT(Tokenize("south", passphrase).err, HasSubstr("was committed earlier"));
  EXPECT_EQ(Offline(With({"keys", "unprotect", Of("south", "token.key")}, passphrase)).code, 0);
}

TEST_F(KeyExchange, TheResolverLeavesNoCoreDump) {
  EXPECT_THAT(ReadFile(absl::StrCat("/proc/", network_.resolver().pid(), "/limits")).value(),
              testing::ContainsRegex("Max core file size +1 +1 "));
}

}  // namespace
}  // namespace blindlink
