#include "keyserver/config/keyserver_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/files.h"

namespace blindlink::keyserver {
namespace {

using testing::HasSubstr;

std::string Good() {
  return absl::StrCat(R"(
    listen: "127.0.0.1:0" state_directory: "state" certificate_file: "/k/server.pem"
    private_key_file: "server.key" client_ca_file: "ca.pem"
    projects { name: "flu" key_file: "flu.key"
      sites { name: "north" elements_per_day: 1000 certificate_sha256: ")",
                      std::string(64, 'a'), "\" } }");
}

std::string MistakesOf(const std::string& text) {
  const auto config = ParseKeyServerConfig(text, "/etc/blindlink/keyserver.textproto");
  if (config.ok()) return "";
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(config.status().message());
}

TEST(KeyServerConfig, PathsStartFromTheFilesFolder) {
  const auto config = ParseKeyServerConfig(Good(), "/etc/blindlink/keyserver.textproto");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->state_directory(), "/etc/blindlink/state");
  EXPECT_EQ(config->certificate_file(), "/k/server.pem");
  EXPECT_EQ(config->projects(0).key_file(), "/etc/blindlink/flu.key");
  ASSERT_NE(FindProject(*config, "flu"), nullptr);
  EXPECT_EQ(FindProject(*config, "asthma"), nullptr);
  EXPECT_NE(FindSite(config->projects(0), "north"), nullptr);
  EXPECT_EQ(FindSite(config->projects(0), "south"), nullptr);
}

TEST(KeyServerConfig, NamesEachMistakeAndWhatToWrite) {
  const auto without = [](const char* from, const char* to) {
    return MistakesOf(absl::StrReplaceAll(Good(), {{from, to}}));
  };
  EXPECT_EQ(MistakesOf(Good()), "");
  EXPECT_THAT(without("listen: \"127.0.0.1:0\"", ""), HasSubstr("listen: is missing"));
  EXPECT_THAT(without("elements_per_day: 1000", ""),
              HasSubstr("projects[0].sites[0].elements_per_day: is missing"));
  EXPECT_THAT(without("aaaa", "zz"), HasSubstr("must be the SHA-256 of a certificate"));
  EXPECT_THAT(without("name: \"north\"", "name: \"North\""), HasSubstr("sites[0].name: "));
  EXPECT_THAT(without("listen", "lisen"), HasSubstr("2:"));
  EXPECT_THAT(MistakesOf(Good() + "projects { name: \"flu\" key_file: \"k\" }"),
              HasSubstr("projects[1].name: is a duplicate"));
  EXPECT_THAT(MistakesOf(""), HasSubstr("projects: is missing"));
}

TEST(KeyServerConfig, TheShippedExampleIsValid) {
  const auto text =
      ReadFile(std::string(BLINDLINK_SOURCE_DIR) + "/deploy/keyserver.example.textproto");
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(MistakesOf(*text), "");
}

}  // namespace
}  // namespace blindlink::keyserver
