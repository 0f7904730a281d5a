#include "resolver/config/index_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "resolver/config/resolver_config.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

std::string Whole(const std::string& index) {
  return absl::StrCat(
      "listen: \"127.0.0.1:0\" data_directory: \"data\" certificate_file: \"resolver.pem\" "
      "private_key_file: \"resolver.key\" client_ca_file: \"ca.pem\" allowed_clients_file: "
      "\"allowed\"\n",
      index);
}

std::string ClickHouse(const std::string& shards, const std::string& more = "") {
  return Whole(absl::StrCat("index { clickhouse { ", shards,
                            " password_file: \"secret\" ca_file: \"/etc/ca.pem\" certificate_file: "
                            "\"client.pem\" private_key_file: \"client.key\" ",
                            more, " } }"));
}

constexpr char kTwo[] = "shards { endpoint: \"a:1\" } shards { endpoint: \"b:2\" }";

absl::StatusOr<config::v1::ResolverConfig> Parse(const std::string& text) {
  return ParseResolverConfig(text, "/etc/blindlink/resolver.textproto");
}

std::string MistakeIn(const std::string& text) {
  const auto config = Parse(text);
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(config.status().message());
}

std::vector<uint64_t> TokensOf(const std::string& shards) {
  const auto config = Parse(ClickHouse(shards));
  EXPECT_TRUE(config.ok()) << config.status();
  return FirstTokens(config->index().clickhouse()).value();
}

TEST(IndexConfig, WithoutOneTheIndexIsOnThisMachine) {
  const auto config = Parse(Whole(""));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_FALSE(config->index().has_clickhouse());
}

TEST(IndexConfig, AServerIsOfOneShardAndThereOnce) {
  EXPECT_TRUE(Parse(ClickHouse("shards { endpoint: \"a:1\" replicas: \"b:2\" replicas: \"b:3\" } "
                               "shards { endpoint: \"c:4\" replicas: \"a:2\" }"))
                  .ok());
  EXPECT_THAT(MistakeIn(ClickHouse("shards { endpoint: \"a:1\" replicas: \"b\" }")),
              HasSubstr("index.clickhouse.shards.replicas: 'b' is not HOST:PORT"));
  EXPECT_THAT(MistakeIn(ClickHouse("shards { endpoint: \"a:1\" } "
                                   "shards { endpoint: \"b:2\" replicas: \"a:1\" }")),
              HasSubstr("index.clickhouse.shards.replicas: 'a:1' is there twice"));
}

TEST(IndexConfig, WhatIsNotSaidHasItsDefault) {
  const auto config = Parse(ClickHouse(kTwo));
  ASSERT_TRUE(config.ok()) << config.status();
  const config::v1::ClickHouseIndex& index = config->index().clickhouse();
  EXPECT_EQ(index.database(), "blindlink");
  EXPECT_EQ(index.user(), "blindlink");
  EXPECT_EQ(index.rows_per_chunk(), 1'000'000u);
  EXPECT_EQ(index.rows_per_part(), 8'000'000u);
  EXPECT_EQ(index.rows_per_range(), 200'000u);
  EXPECT_EQ(index.connect_timeout_ms(), 10'000u);
  EXPECT_EQ(index.request_timeout_ms(), 600'000u);
  EXPECT_EQ(index.stall_timeout_ms(), 60'000u);
  EXPECT_EQ(index.patience_ms(), 60'000u);
  EXPECT_EQ(index.password_file(), "/etc/blindlink/secret");
  EXPECT_EQ(index.ca_file(), "/etc/ca.pem");
}

TEST(IndexConfig, ShardsShareTheTokensEquallyUnlessTheirFirstOnesAreGiven) {
  EXPECT_EQ(TokensOf(kTwo), (std::vector<uint64_t>{0, 1ULL << 63}));
  EXPECT_EQ(TokensOf("shards { endpoint: \"a:1\" } shards { endpoint: \"b:2\" first_token: \"4\" } "
                     "shards { endpoint: \"c:3\" first_token: \"c0ffee\" }"),
            (std::vector<uint64_t>{0, 1ULL << 62, 0xc0ffee0000000000}));
}

TEST(IndexConfig, EveryMistakeIsNamedWithItsField) {
  EXPECT_THAT(MistakeIn(ClickHouse("")), HasSubstr("index.clickhouse.shards: at least one"));
  EXPECT_THAT(MistakeIn(ClickHouse("shards { endpoint: \"https://a:1\" }")),
              HasSubstr("index.clickhouse.shards.endpoint: 'https://a:1' is not HOST:PORT"));
  EXPECT_THAT(MistakeIn(ClickHouse("shards { endpoint: \"a:1\" } shards { endpoint: \"b:2\" "
                                   "first_token: \"8\" } shards { endpoint: \"c:3\" }")),
              HasSubstr("index.clickhouse.shards.first_token: "));
  EXPECT_THAT(MistakeIn(ClickHouse("shards { endpoint: \"a:1\" first_token: \"8\" }")),
              HasSubstr("first_token"));
  EXPECT_THAT(MistakeIn(ClickHouse(kTwo, "database: \"a`b\"")),
              HasSubstr("index.clickhouse.database: letters"));
  EXPECT_THAT(MistakeIn(ClickHouse(kTwo, "rows_per_range: 1")),
              HasSubstr("index.clickhouse.rows_per_range: from 1000 to 4000000"));
  const std::string missing =
      MistakeIn(Whole("index { clickhouse { shards { endpoint: \"a:1\" } } }"));
  for (const char* field : {"password_file", "ca_file", "certificate_file", "private_key_file"}) {
    EXPECT_THAT(missing, HasSubstr(absl::StrCat("index.clickhouse.", field, ": is missing")));
  }
}

TEST(IndexConfig, AnEndpointIsAHostAndAPort) {
  EXPECT_EQ(ParseEndpoint("db1.example:8443")->host, "db1.example");
  EXPECT_EQ(ParseEndpoint("db1.example:8443")->port, 8443);
  EXPECT_EQ(ParseEndpoint("[::1]:8443")->host, "::1");
  for (const char* bad :
       {"", "a", "a:", ":1", "a:0", "a:65536", "a/b:1", "::1:1", "u@a:1", "[a:1"}) {
    EXPECT_FALSE(ParseEndpoint(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace blindlink::resolver
