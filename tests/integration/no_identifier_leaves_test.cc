// No identifier leaves a site. Canary values in every field are searched for in everything the
// agent sent (before encryption), everything the resolver has on disk, and everything the programs
// printed. Neither a canary nor an unkeyed hash of one may be found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/files.h"
#include "tests/integration/raw_client.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<std::vector<std::string>>& Canaries() {
  static const std::vector<std::vector<std::string>> records = {
      {"MRN-CANARY-774213", "Xaverine", "Quintessor", "1947-11-29", "4711 Zephyrbloom Boulevard",
       "Wobblington", "98765", "321-54-9876"},
      {"MRN-CANARY-774214", "Bobby", "Vandersnoot-Plumley", "1988-02-17", "99 Quagmire Lane Unit 5",
       "Fizzlethorpe", "54329", "287-65-4321"},
      // Its date, ZIP and SSN are unusable and appear in the rejects.
      {"MRN-CANARY-774215", "Wilhelmdotter", "Krumholtzer", "1931-13-77", "17 Nettlecombe Court",
       "Sprocketville", "ZIP-CANARY", "123-45-CANARY"},
  };
  return records;
}

class NoIdentifierLeaves : public testing::Test {
 protected:
  NoIdentifierLeaves() {
    std::string csv =
        "record_id,first_name,last_name,date_of_birth,street_address,city,zip,ssn,notes\n";
    std::string canaries;
    for (const std::vector<std::string>& record : Canaries()) {
      absl::StrAppend(&csv, absl::StrJoin(record, ","), ",Unmapped Canaryfield\n");
      absl::StrAppend(&canaries, absl::StrJoin(record, "\t"), "\tUnmapped Canaryfield\n");
    }
    absl::StrAppend(&csv, "MRN-CANARY-774216,Malformed-Canary-Row\n");
    absl::StrAppend(&canaries, "MRN-CANARY-774216\tMalformed-Canary-Row\n");
    input_ = network_.Write("input.csv", csv);
    canaries_ = network_.Write("canaries.tsv", canaries);
    network_.CreateProject("flu", ShippedPlan("us-default"));
  }

  static Finished Scan(const std::filesystem::path& canaries,
                       const std::vector<std::filesystem::path>& where) {
    std::vector<std::string> argv = {
        "/usr/bin/python3",
        absl::StrCat(BLINDLINK_SOURCE_DIR, "/tests/integration/scan_for_identifiers.py"), canaries};
    for (const std::filesystem::path& path : where) argv.push_back(path);
    return blindlink::Run(argv);
  }
  void ExpectClean(const std::vector<std::filesystem::path>& where) {
    const Finished scan = Scan(canaries_, where);
    EXPECT_EQ(scan.code, 0) << scan.out << scan.err;
    EXPECT_THAT(scan.out, Not(HasSubstr(" 0 bytes,")));
  }

  // Runs the agent and captures what it passes to TLS.
  Finished AgentCaptured(std::vector<std::string> arguments, const std::filesystem::path& capture) {
    std::vector<std::string> argv =
        network_.Command("blindlink-agent", "site/north", std::move(arguments));
    argv.insert(argv.begin(), {"env", absl::StrCat("LD_PRELOAD=", BLINDLINK_TLS_CAPTURE_LIBRARY),
                               "ASAN_OPTIONS=verify_asan_link_order=0",
                               absl::StrCat("BLINDLINK_TLS_CAPTURE=", capture.string())});
    return blindlink::Run(argv);
  }

  TestNetwork network_;
  std::filesystem::path input_;
  std::filesystem::path canaries_;
};

TEST_F(NoIdentifierLeaves, NeitherOnTheWireNorInTheResolversFilesNorInWhatIsSaid) {
  const std::filesystem::path capture = network_ / "capture";
  const Finished agent =
      AgentCaptured(network_.RunArguments("flu", "north", input_, "canaries"), capture);
  ASSERT_EQ(agent.code, 0) << agent.err;
  ASSERT_THAT(agent.out, HasSubstr("3 records"));
  ASSERT_THAT(ReadFile(capture).value(), HasSubstr("canaries")) << "nothing was captured";
  network_.Write("said", absl::StrCat(agent.out, agent.err));
  network_.Upload("flu", "south", input_);
  network_.Link("flu");
  ASSERT_GE(network_.Pairs("flu").size(), 2u);
  const std::filesystem::path pairs = network_ / "fetched-pairs.csv";
  network_.Write("resolver.log", network_.ResolverLog());
  ExpectClean({capture, network_.data(), network_ / "said", network_ / "resolver.log", pairs});
  EXPECT_EQ(network_.StopResolver(), 0);
  ExpectClean({network_.data()});
}

TEST_F(NoIdentifierLeaves, NorInATokenFileNorInBlocksThatWaitForTheirCommit) {
  const std::filesystem::path file = network_ / "canaries.bltok";
  std::vector<std::string> tokenize = network_.TokenizeArguments(
      "flu", "north", input_, ShippedPlan("us-default"), file, "waiting");
  tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
  const Finished tokenized = blindlink::Run(tokenize);
  ASSERT_EQ(tokenized.code, 0) << tokenized.err;
  network_.Write("said", absl::StrCat(tokenized.out, tokenized.err));
  RawClient north(network_, "site/north");
  ASSERT_TRUE(north.Begin(HeaderOf(file).manifest()).ok());
  ASSERT_TRUE(north.Blocks("flu", "waiting", BlocksOf(file)).ok());
  const std::filesystem::path blocks =
      network_.ProjectFolder("flu") / "uploads" / "north" / "waiting" / "blocks-000000.log";
  ASSERT_GT(std::filesystem::file_size(blocks), 0u);
  ExpectClean({file, blocks, network_.data(), network_ / "said"});
}

TEST_F(NoIdentifierLeaves, RejectsSayWhereAndWhyAndNeverWhat) {
  const Finished agent =
      network_.Agent("site/north", network_.RunArguments("flu", "north", input_, "rejects"));
  ASSERT_EQ(agent.code, 0) << agent.err;
  const std::filesystem::path rejects = network_.StateOf("north") / "flu.north.rejects.rejects.csv";
  EXPECT_THAT(ReadFile(rejects).value(), HasSubstr("4,,column-count"));
  EXPECT_THAT(ReadFile(rejects).value(), HasSubstr("3,ssn,"));
  ExpectClean({rejects});
}

// The search itself must find what it looks for.
TEST_F(NoIdentifierLeaves, TheSearchFindsAPlantedValueAndAPlantedHash) {
  const auto finds = [&](const std::string& planted) {
    const std::filesystem::path file = network_.Write("planted", "\x01\x02" + planted + "\x03");
    return Scan(canaries_, {file}).code == 1;
  };
  EXPECT_TRUE(finds("QUINTESSOR"));
  EXPECT_TRUE(finds("321549876"));
  EXPECT_TRUE(finds("4711zephyrbloomboulevard"));
  for (const char* algorithm : {"-md5", "-sha1", "-sha256", "-sha512"}) {
    const std::filesystem::path value = network_.Write("value", "Xaverine|Quintessor");
    const Finished hex = blindlink::Run({"openssl", "dgst", algorithm, "-r", value});
    EXPECT_TRUE(finds(hex.out.substr(0, 16))) << algorithm;
    const Finished binary = blindlink::Run({"openssl", "dgst", algorithm, "-binary", value});
    EXPECT_TRUE(finds(binary.out.substr(0, 16))) << algorithm;
  }
  EXPECT_FALSE(finds("nothing of the kind"));
}

}  // namespace
}  // namespace blindlink
