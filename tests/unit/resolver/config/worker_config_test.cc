#include "resolver/config/worker_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kCluster[] = R"(clickhouse {
  shards { endpoint: "db1.example:8443" } shards { endpoint: "db2.example:8443" }
  password_file: "password" ca_file: "db-ca.pem" certificate_file: "db.pem" private_key_file: "db.key"
}
)";
constexpr char kWhole[] = R"(resolver: "center.example:7443"
ca_file: "ca.pem"
certificate_file: "worker.pem"
private_key_file: "worker.key"
scratch_directory: "/var/tmp/worker"
)";

absl::StatusOr<config::v1::WorkerConfig> Parse(const std::string& text) {
  return ParseWorkerConfig(text, "/etc/blindlink/worker.textproto");
}

TEST(WorkerConfig, WhatIsNotSaidHasItsDefaultAndPathsAreThoseOfTheFilesFolder) {
  const auto config = Parse(absl::StrCat(kWhole, kCluster, "near_shards: 2"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->resolver_name(), "resolver.blindlink");
  EXPECT_EQ(config->memory_budget_mib(), 512u);
  EXPECT_GE(config->threads(), 1u);
  EXPECT_EQ(config->certificate_file(), "/etc/blindlink/worker.pem");
  EXPECT_EQ(config->scratch_directory(), "/var/tmp/worker");
  EXPECT_EQ(config->clickhouse().password_file(), "/etc/blindlink/password");
  EXPECT_EQ(config->clickhouse().rows_per_range(), 200'000u);
}

TEST(WorkerConfig, SaysAllThatIsMissingOrMeaningless) {
  const auto config =
      Parse("resolver: \"center\" near_shards: 1 memory_budget_mib: 1 threads: 1000");
  ASSERT_TRUE(absl::IsInvalidArgument(config.status()));
  EXPECT_THAT(std::string(config.status().message()),
              AllOf(HasSubstr("/etc/blindlink/worker.textproto"),
                    HasSubstr("resolver: 'center' is not HOST:PORT"),
                    HasSubstr("ca_file: is missing"), HasSubstr("scratch_directory: is missing"),
                    HasSubstr("clickhouse.shards: at least one is needed"),
                    HasSubstr("near_shards: shards are numbered from 1"),
                    HasSubstr("memory_budget_mib: at least 16"), HasSubstr("threads: at most 256"),
                    Not(HasSubstr("index.clickhouse"))));
}

TEST(WorkerConfig, AnUnknownFieldIsNamedWithItsPlace) {
  const auto config = Parse(absl::StrCat(kWhole, kCluster, "colour: 1"));
  ASSERT_TRUE(absl::IsInvalidArgument(config.status()));
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("10:7: "));
}

}  // namespace
}  // namespace blindlink::resolver
