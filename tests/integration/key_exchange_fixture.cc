#include "tests/integration/key_exchange_fixture.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"

namespace blindlink {
namespace {

constexpr char kHeader[] = "record_id,first_name,last_name,date_of_birth,sex,zip,ssn\n";

TestNetwork::Options OptionsOf(std::vector<std::string> resolver_prefix) {
  TestNetwork::Options options;
  options.sites = {"north", "south", "east"};
  options.resolver_prefix = std::move(resolver_prefix);
  return options;
}

}  // namespace

KeyExchange::KeyExchange(Strings resolver_prefix)
    : network_(OptionsOf(std::move(resolver_prefix))) {}

std::filesystem::path KeyExchange::Of(const std::string& site, const std::string& file) const {
  return network_ / (site + "-" + file);
}

KeyExchange::Strings KeyExchange::Flags(const std::string& command, const std::string& site) {
  return {"keys", command, "--project", "flu", "--site", site};
}

KeyExchange::Strings KeyExchange::With(Strings flags, const Strings& more) {
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

Finished KeyExchange::Agent(const std::string& site, const Strings& arguments) {
  Strings argv = network_.Command("blindlink-agent", "site/" + site, arguments);
  argv.insert(argv.begin(), {"setsid", "-w"});
  return blindlink::Run(argv);
}

Finished KeyExchange::Offline(Strings arguments) {
  arguments.insert(arguments.begin(), ProgramPath("blindlink-agent"));
  return blindlink::Run(std::move(arguments));
}

void KeyExchange::Enroll(const std::string& site) {
  const std::string exchange_key = Of(site, "exchange.key");
  const Finished made = Offline({"keys", "init", "--site", site, "--exchange-key", exchange_key});
  ASSERT_EQ(made.code, 0) << made.err;
  told_ += made.out;
  network_.Write("words.txt", told_);
  const Finished published =
      Agent(site, With(Flags("publish", site), {"--exchange-key", exchange_key}));
  ASSERT_EQ(published.code, 0) << published.err;
  EXPECT_THAT(published.out, testing::HasSubstr(made.out));
}

void KeyExchange::MakeTokenKey(const std::string& site, const std::string& key) {
  const Finished made = Offline({"keygen", "--out", Of(site, key)});
  ASSERT_EQ(made.code, 0) << made.err;
}

Finished KeyExchange::Seal(const std::string& site, const Strings& more, const std::string& key) {
  const Strings keys = {"--exchange-key", Of(site, "exchange.key"), "--token-key", Of(site, key),
                        "--confirmed",    network_ / "words.txt"};
  return Agent(site, With(With(Flags("seal", site), keys), more));
}

Finished KeyExchange::Receive(const std::string& site, const Strings& more,
                              const std::string& key) {
  const Strings keys = {"--exchange-key", Of(site, "exchange.key"), "--out", Of(site, key),
                        "--confirmed",    network_ / "words.txt"};
  return Agent(site, With(With(Flags("receive", site), keys), more));
}

std::string KeyExchange::KeyId(const std::string& site, const std::string& key) const {
  const Finished printed = Offline({"key-id", "--token-key", Of(site, key), "--project", "flu"});
  EXPECT_EQ(printed.code, 0) << printed.err;
  return std::string(absl::StripAsciiWhitespace(printed.out));
}

std::string KeyExchange::KeyOf(const std::string& site, const std::string& key) const {
  const std::string content = ReadFile(Of(site, key)).value();
  return *HexDecode(absl::StripAsciiWhitespace(content.substr(content.find('\n'))));
}

std::string KeyExchange::List(const std::string& site, const std::string& key) {
  const Finished list = Agent(site, With(Flags("list", site), {"--token-key", Of(site, key)}));
  EXPECT_EQ(list.code, 0) << list.err;
  return list.out;
}

void KeyExchange::Coordinate(const Strings& arguments) {
  const Finished done = network_.Coordinator(arguments);
  ASSERT_EQ(done.code, 0) << done.err;
}

Finished KeyExchange::Tokenize(const std::string& site, const Strings& more, const std::string& key,
                               const std::string& dataset) {
  const std::filesystem::path input =
      network_.Write(site + ".csv", absl::StrCat(kHeader, RecordId(site), ",", kPerson, "\n"));
  Strings arguments = network_.RunArguments("flu", site, input, dataset);
  *(std::find(arguments.begin(), arguments.end(), "--token-key") + 1) = Of(site, key);
  return Agent(site, With(arguments, more));
}

}  // namespace blindlink
