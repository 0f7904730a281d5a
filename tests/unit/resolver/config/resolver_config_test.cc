#include "resolver/config/resolver_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kWhole[] = R"(listen: "127.0.0.1:0"
data_directory: "data"
certificate_file: "resolver.pem"
private_key_file: "resolver.key"
client_ca_file: "ca.pem"
allowed_clients_file: "/etc/blindlink/allowed-clients.txt"
)";

class ResolverConfigTest : public testing::Test {
 protected:
  absl::StatusOr<config::v1::ResolverConfig> Read(const std::string& text) {
    EXPECT_TRUE(WriteFileAtomically(folder_ / "resolver.textproto", text).ok());
    return ReadResolverConfig(folder_ / "resolver.textproto");
  }
  std::string MistakeIn(const std::string& text) {
    const auto config = Read(text);
    EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(config.status().message());
  }
  TemporaryFolder folder_;
};

TEST_F(ResolverConfigTest, WhatIsNotSaidHasItsDefault) {
  const auto config = Read(kWhole);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->memory_budget_mib(), 512u);
  EXPECT_GE(config->threads(), 1u);
  EXPECT_EQ(config->max_concurrent_streams(), 64u);
  EXPECT_EQ(config->max_message_kib(), 4096u);
  EXPECT_EQ(config->grpc_memory_mib(), 512u);
}

TEST_F(ResolverConfigTest, KeysAreInTheDataUnlessTheyAreElsewhere) {
  const std::filesystem::path folder = folder_.path();
  EXPECT_EQ(Read(kWhole)->keys_directory(), (folder / "data" / "keys").string());
  const auto elsewhere =
      Read(absl::StrCat(kWhole, "keys_directory: \"keys\" passphrase_file: \"/run/passphrase\"\n"));
  ASSERT_TRUE(elsewhere.ok()) << elsewhere.status();
  EXPECT_EQ(elsewhere->keys_directory(), (folder / "keys").string());
  EXPECT_EQ(elsewhere->passphrase_file(), "/run/passphrase");
}

TEST_F(ResolverConfigTest, LimitsHaveDefaultsAndLargestValues) {
  const auto config = Read(absl::StrCat(kWhole, "idle_stream_ms: 7\n"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->max_calls_per_party(), 16u);
  EXPECT_EQ(config->first_message_ms(), 10000u);
  EXPECT_EQ(config->idle_stream_ms(), 7u);
  EXPECT_THAT(MistakeIn(absl::StrCat(kWhole, "watchdog_failures: 5000\n")),
              HasSubstr("watchdog_failures: at most 1000"));
}

TEST_F(ResolverConfigTest, AFileThatEveryUserMayWriteIsRefusedWithWhatToDo) {
  ASSERT_TRUE(Read(kWhole).ok());
  std::filesystem::permissions(folder_ / "resolver.textproto", std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  const absl::Status status = ReadResolverConfig(folder_ / "resolver.textproto").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("chmod o-w"));
}

TEST_F(ResolverConfigTest, WhatIsSaidStays) {
  const auto config = Read(absl::StrCat(kWhole, "memory_budget_mib: 64\n"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->memory_budget_mib(), 64u);
}

TEST_F(ResolverConfigTest, RelativePathsAreFromTheFilesFolder) {
  const auto config = Read(kWhole);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->data_directory(), folder_ / "data");
  EXPECT_EQ(config->client_ca_file(), folder_ / "ca.pem");
  EXPECT_EQ(config->allowed_clients_file(), "/etc/blindlink/allowed-clients.txt");
  EXPECT_EQ(config->port_file(), "");
  EXPECT_EQ(config->log_file(), "");
}

TEST_F(ResolverConfigTest, AnUnknownFieldIsAnErrorWithItsLine) {
  EXPECT_THAT(MistakeIn(absl::StrCat(kWhole, "insecure: true\n")),
              AllOf(HasSubstr("resolver.textproto"), HasSubstr("7:"), HasSubstr("insecure")));
}

TEST_F(ResolverConfigTest, EveryMissingFieldIsNamedAtOnce) {
  const std::string mistake = MistakeIn("listen: \"127.0.0.1:0\"\n");
  for (const char* field : {"data_directory", "certificate_file", "private_key_file",
                            "client_ca_file", "allowed_clients_file"}) {
    EXPECT_THAT(mistake, HasSubstr(absl::StrCat(field, ": is missing")));
  }
  EXPECT_THAT(mistake, Not(HasSubstr("listen")));
}

TEST_F(ResolverConfigTest, SenselessSizesAreRefusedWithTheLimit) {
  EXPECT_THAT(MistakeIn(absl::StrCat(kWhole, "memory_budget_mib: 1\n")),
              HasSubstr("memory_budget_mib: at least 16"));
  EXPECT_THAT(MistakeIn(absl::StrCat(kWhole, "max_message_kib: 100000\n")),
              HasSubstr("max_message_kib: at most 65536"));
}

TEST_F(ResolverConfigTest, AWrongValueIsAnErrorWithItsLine) {
  EXPECT_THAT(MistakeIn(absl::StrCat(kWhole, "threads: \"two\"\n")), HasSubstr("7:"));
}

TEST_F(ResolverConfigTest, AFileThatIsNotThereIsNamed) {
  const auto config = ReadResolverConfig(folder_ / "none.textproto");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("none.textproto"));
}

}  // namespace
}  // namespace blindlink::resolver
