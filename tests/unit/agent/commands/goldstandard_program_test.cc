// blindlink-agent goldstandard as users and scripts see it: arguments, exit codes, files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "simdjson.h"
#include "tests/support/generated_people.h"
#include "tests/support/subprocess.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

class GoldStandardProgramTest : public testing::Test {
 protected:
  GoldStandardProgramTest() {
    EXPECT_TRUE(WriteNewFile(folder_ / "left.csv", GeneratedPeople(0, 200), 0600).ok());
    EXPECT_TRUE(WriteNewFile(folder_ / "right.csv", GeneratedPeople(100, 400, true), 0600).ok());
  }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string Site(const std::string& name) const {
    return absl::StrCat(name, "=", Path(name + ".csv"));
  }

  Finished Link(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {
        ProgramPath("blindlink-agent").string(),
        "goldstandard",
        "--plan",
        absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto"),
        "--out",
        Path("pairs.csv")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return blindlink::Run(arguments);
  }

  TemporaryFolder folder_;
};

TEST_F(GoldStandardProgramTest, WritesPairsEntitiesAndASummaryForTheOwnerAlone) {
  const Finished run = Link({"--site", Site("left"), "--site", Site("right"), "--entities-out",
                             Path("entities.csv"), "--json", Path("summary.json")});
  ASSERT_EQ(run.code, kExitOk) << run.err;
  EXPECT_THAT(run.out, HasSubstr("expected PPV"));
  for (const char* name : {"pairs.csv", "entities.csv", "summary.json"}) {
    const auto mode = std::filesystem::status(folder_ / name).permissions();
    EXPECT_EQ(static_cast<int>(mode), 0600) << name;
  }
  simdjson::dom::parser parser;
  const auto summary = parser.load(Path("summary.json"));
  ASSERT_FALSE(summary.error());
  EXPECT_EQ(uint64_t{summary["match_pairs"]}, 100u);
  EXPECT_EQ(uint64_t{summary["entities_of_two_or_more"]}, 100u);
  EXPECT_NEAR(double{summary["expected_matches"]}, 100, 2);
}

TEST_F(GoldStandardProgramTest, NoValueOfAPersonIsShown) {
  const Finished run = Link({"--site", Site("left"), "--site", Site("right")});
  ASSERT_EQ(run.code, kExitOk) << run.err;
  const std::string people = GeneratedPeople(0, 3);
  const std::string street = people.substr(people.rfind("Street") - 10, 9);
  EXPECT_THAT(run.out + run.err, Not(HasSubstr(street)));
}

TEST_F(GoldStandardProgramTest, WrongArgumentsSayWhatIsWrong) {
  EXPECT_EQ(Link({}).code, kExitUsage);
  const Finished no_name = Link({"--site", Path("left.csv")});
  EXPECT_EQ(no_name.code, kExitUsage);
  EXPECT_THAT(no_name.err, HasSubstr("must be NAME=FILE"));
  const Finished stray = Link({"--site", Site("left"), "--columns", "other=record_id=id"});
  EXPECT_EQ(stray.code, kExitBadInput);
  EXPECT_THAT(stray.err, HasSubstr("no --site gives"));
  const Finished order = Link({"--site", Site("left"), "--date-order", "left=abc"});
  EXPECT_EQ(order.code, kExitBadInput);
  const Finished missing = Link({"--site", "left=/no/such.csv", "--site", Site("right")});
  EXPECT_NE(missing.code, kExitOk);
  EXPECT_THAT(missing.err, HasSubstr("/no/such.csv"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "pairs.csv"));
  const Finished country = Link({"--site", Site("left"), "--phone-country", "left=Uganda"});
  EXPECT_EQ(country.code, kExitBadInput);
  EXPECT_THAT(country.err, HasSubstr("--phone-country needs NAME=CC"));
}

TEST_F(GoldStandardProgramTest, AddressesAreCompletedFromTheReferenceOfTheirSite) {
  const auto write = [this](const char* name, const std::string& text) {
    ASSERT_TRUE(WriteNewFile(folder_ / name, text, 0600).ok());
  };
  const std::string header = "id,first_name,last_name,dob,street_address,zip\n";
  write("a.csv", header + "1,Robert,Carter,1961-03-14,12 Bushytail Rd,02139\n");
  write("b.csv", header + "1,Robert,Carter,1961-03-14,12 Bushitail Rd,02139\n");
  write("streets.csv", "STREET,POSTCODE\nBushytail Rd,02139\n");
  const Finished run = Link({"--site", Site("a"), "--site", Site("b"), "--address-reference",
                             absl::StrCat("b=", Path("streets.csv"))});
  ASSERT_EQ(run.code, kExitOk) << run.err;
  EXPECT_THAT(run.err, HasSubstr("1 streets from 1 rows"));
  EXPECT_THAT(*ReadFile(folder_ / "pairs.csv"), HasSubstr("street_address=exact"));
}

TEST_F(GoldStandardProgramTest, ReadsASiteFromStandardInputPastTheOther) {
  const std::string command = absl::StrCat(
      "cat ", Path("right.csv"), " | ", ProgramPath("blindlink-agent").string(),
      " goldstandard --plan ", BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto --out ",
      Path("pairs.csv"), " --site ", Site("left"), " --site right=-");
  const Finished run = blindlink::Run({"/bin/sh", "-c", command});
  EXPECT_EQ(run.code, kExitOk) << run.err;
  EXPECT_THAT(run.out, HasSubstr("match pairs                      100"));
}

}  // namespace
}  // namespace blindlink::agent
