// The program as users and scripts see it: arguments, exit codes, files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/standardize/standardizer_version.h"
#include "agent/tokenfile/token_file_reader.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "simdjson.h"
#include "tests/support/subprocess.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_certs.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kPatients[] =
    "mrn,first name,last name,dob,zip\n"
    "1,Bobby,O'Brien,03/25/1970,02139\n"
    "2,Ann,Roe,02/30/1980,02139\n"
    "3,Ted,Lee\n";

class AgentProgramTest : public testing::Test {
 protected:
  AgentProgramTest() {
    EXPECT_TRUE(WriteNewFile(folder_ / "p.csv", kPatients, 0600).ok());
    EXPECT_EQ(Agent({"keygen", "--out", Path("key")}).code, kExitOk);
  }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  static Finished Agent(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), ProgramPath("blindlink-agent").string());
    return blindlink::Run(arguments);
  }

  Finished Tokenize(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {
        "tokenize",
        "--plan",
        absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto"),
        "--project",
        "flu",
        "--site",
        "general",
        "--dataset",
        "d1",
        "--token-key",
        Path("key"),
        "--state",
        Path("state"),
        "--columns",
        "record_id=mrn"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    if (std::find(more.begin(), more.end(), "--input") == more.end()) {
      arguments.insert(arguments.end(), {"--input", Path("p.csv")});
    }
    return Agent(arguments);
  }

  TemporaryFolder folder_;
};

TEST_F(AgentProgramTest, AKeyIsNeverOverwrittenNorShown) {
  const std::string key = *ReadFile(folder_ / "key");
  const Finished again = Agent({"keygen", "--out", Path("key")});
  EXPECT_EQ(again.code, kExitRefused);
  EXPECT_EQ(*ReadFile(folder_ / "key"), key);
  EXPECT_THAT(again.out + again.err, Not(HasSubstr(key.substr(key.size() - 20, 16))));
}

TEST_F(AgentProgramTest, TokenizeWritesTokensMapAndRejectsAndCountsThem) {
  const Finished run = Tokenize({"--out", Path("t.bltok"), "--json", Path("s.json")});
  ASSERT_EQ(run.code, kExitOk) << run.err;
  EXPECT_THAT(run.out, HasSubstr("date_of_birth: impossible-date"));
  EXPECT_THAT(*ReadPrivateFile(folder_ / "state/flu.general.d1.map.csv"),
              AllOf(testing::StartsWith("record_id,pseudonym\n"), HasSubstr("\n1,")));
  EXPECT_EQ(*ReadPrivateFile(folder_ / "state/flu.general.d1.rejects.csv"),
            "row,column,reason\n3,,column-count\n2,date_of_birth,impossible-date\n");
  simdjson::dom::parser parser;
  const auto summary = parser.load(Path("s.json"));
  ASSERT_FALSE(summary.error());
  EXPECT_EQ(uint64_t{summary["rows"]}, 3u);
  EXPECT_EQ(uint64_t{summary["records"]}, 2u);
  EXPECT_EQ(uint64_t{summary["rejected_rows"]}, 1u);
  auto tokens = TokenFileReader::Open(Path("t.bltok"));
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  EXPECT_EQ((*tokens)->header().manifest().dataset(), "d1");
  EXPECT_EQ((*tokens)->header().plan_name(), "us-default");
}

TEST_F(AgentProgramTest, APlanOfAnotherStandardizerVersionIsRefusedSayingWhatToDo) {
  std::string plan =
      *ReadFile(absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto"));
  const std::string version = absl::StrCat("\"", kStandardizerVersion, "\"");
  plan.replace(plan.find(version), version.size(), "\"1\"");
  ASSERT_TRUE(WriteNewFile(folder_ / "old.textproto", plan, 0600).ok());
  const Finished run =
      Agent({"profile", "--input", Path("p.csv"), "--plan", Path("old.textproto")});
  EXPECT_EQ(run.code, kExitRefused);
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("old.textproto asks for standardizer version 1"),
                    HasSubstr(absl::StrCat("this agent has version ", kStandardizerVersion)),
                    HasSubstr("install the agent release that has version 1"),
                    HasSubstr(absl::StrCat("standardizer_version: ", version))));
}

TEST_F(AgentProgramTest, NoValueOfAPersonIsShown) {
  const Finished run = Tokenize({"--out", Path("t.bltok")});
  for (const char* value : {"Bobby", "BOBBY", "Brien", "BRIEN", "1970", "02/30", "02139"}) {
    EXPECT_THAT(run.out + run.err, Not(HasSubstr(value)));
  }
}

TEST_F(AgentProgramTest, TheSameInputGivesTheSameBytesWithAnyNumberOfThreads) {
  ASSERT_EQ(Tokenize({"--out", Path("1.bltok"), "--threads", "1"}).code, kExitOk);
  ASSERT_EQ(Tokenize({"--out", Path("4.bltok"), "--threads", "4"}).code, kExitOk);
  EXPECT_EQ(*ReadFile(folder_ / "1.bltok"), *ReadFile(folder_ / "4.bltok"));
}

TEST_F(AgentProgramTest, AddressesAreValidatedAgainstAReferenceAndChangesToldByRow) {
  ASSERT_TRUE(WriteNewFile(folder_ / "a.csv",
                           "mrn,street_address,city,state,zip\n"
                           "1,12 Maple St,Boston,MA,02139\n"
                           "2,12 Mapel St,Boston,MA,02139\n"
                           "3,5 Harbor Way,Boston,MA,\n"
                           "4,1 Nowhere,Boston,MA,02139\n",
                           0600)
                  .ok());
  ASSERT_TRUE(WriteNewFile(folder_ / "streets.csv",
                           "STREET,CITY,REGION,POSTCODE\n"
                           "Maple St,Boston,MA,02139\n,Boston,MA,02139\n"
                           "Harbor Way,Boston,MA,02144\n",
                           0600)
                  .ok());
  const Finished run =
      Tokenize({"--out", Path("t.bltok"), "--input", Path("a.csv"), "--address-reference",
                Path("streets.csv"), "--address-changes", Path("changes.csv")});
  ASSERT_EQ(run.code, kExitOk) << run.err;
  EXPECT_THAT(run.out, HasSubstr("1 confirmed, 1 corrected, 1 zip filled, 0 ambiguous, 1 unknown"));
  EXPECT_THAT(run.err, HasSubstr("1 x no-street (first in row 2)"));
  EXPECT_THAT(absl::StrSplit(*ReadPrivateFile(folder_ / "changes.csv"), '\n'),
              testing::UnorderedElementsAre("row,column,change",
                                            "2,street_address,\"street corrected, distance 1\"",
                                            "3,zip,zip filled", ""));
  EXPECT_THAT(run.out + run.err, Not(HasSubstr("Map")));
}

TEST_F(AgentProgramTest, AReferenceWithoutItsColumnsEndsWithCode3) {
  const Finished run = Tokenize({"--out", Path("t.bltok"), "--address-reference", Path("p.csv")});
  EXPECT_EQ(run.code, kExitBadInput);
  EXPECT_THAT(run.err, HasSubstr("needs a column STREET"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "t.bltok"));
  EXPECT_EQ(Tokenize({"--dry-run", "--address-changes", Path("c.csv")}).code, kExitBadInput);
}

TEST_F(AgentProgramTest, ADryRunCountsAndWritesNothingButTheRecordKey) {
  const Finished run = Tokenize({"--dry-run"});
  EXPECT_EQ(run.code, kExitOk) << run.err;
  EXPECT_THAT(run.out, HasSubstr("records"));
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "state")) {
    files.push_back(file.path().filename());
  }
  EXPECT_THAT(files, testing::ElementsAre("record.key"));
}

TEST_F(AgentProgramTest, WrongArgumentsEndWithOneLineAndCode2) {
  const std::vector<std::vector<std::string>> wrong = {
      {}, {"tokenise"}, {"keygen"}, {"keygen", "--out", "x", "--force"}, {"status"}};
  for (const auto& arguments : wrong) {
    const Finished run = Agent(arguments);
    EXPECT_EQ(run.code, kExitUsage);
    EXPECT_THAT(run.out, IsEmpty());
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  }
  EXPECT_EQ(Tokenize({"--out", "x", "--dry-run"}).code, kExitUsage);
  EXPECT_EQ(Tokenize({"--dry-run", "--threads", "0"}).code, kExitUsage);
  EXPECT_EQ(Tokenize({"--dry-run", "--delimiter", "||"}).code, kExitUsage);
}

TEST_F(AgentProgramTest, MissingFilesEndWithCode4AndBadNamesAndAddressesWithCode2) {
  const std::string plan = absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto");
  EXPECT_EQ(Tokenize({"--dry-run", "--input", Path("none.csv")}).code, kExitRefused);
  EXPECT_EQ(Agent({"profile", "--plan", plan, "--input", Path("none.csv")}).code, kExitRefused);
  EXPECT_EQ(Agent({"profile", "--plan", Path("none"), "--input", Path("p.csv")}).code,
            kExitRefused);
  EXPECT_EQ(Agent({"goldstandard", "--plan", plan, "--site", "a=" + Path("none.csv"), "--out",
                   Path("o.csv")})
                .code,
            kExitRefused);

  EXPECT_EQ(Tokenize({"--dry-run", "--dataset", "Bad Name"}).code, kExitUsage);
  EXPECT_EQ(Agent({"goldstandard", "--plan", plan, "--site", "Bad Name=" + Path("p.csv"), "--out",
                   Path("o.csv")})
                .code,
            kExitUsage);
  for (const char* address : {"center", "center:", ":7443", "center:https", "center:70000"}) {
    const Finished run = Agent({"status", "--project", "flu", "--resolver", address, "--cert", "c",
                                "--key", "k", "--ca", "a"});
    EXPECT_EQ(run.code, kExitUsage) << address;
    EXPECT_THAT(run.err, HasSubstr("must be HOST:PORT")) << address;
  }
}

TEST_F(AgentProgramTest, ANewStateFolderSaysThatPseudonymsChange) {
  EXPECT_THAT(Tokenize({"--dry-run"}).err, HasSubstr("made a new record key"));
  EXPECT_THAT(Tokenize({"--dry-run"}).err, Not(HasSubstr("record key")));
}

TEST_F(AgentProgramTest, TwoPeopleWithOneRecordIdAreTwoRecordsInTokensProfileAndGoldStandard) {
  ASSERT_TRUE(WriteNewFile(folder_ / "two.csv",
                           "mrn,first name,last name,dob,zip\n"
                           "A2,Maria,Lopez,1980-05-06,02139\n"
                           "A3,Ann,Roe,1970-01-02,02139\n"
                           "A2,Peter,Quinn,1955-03-04,02140\n"
                           "A2,Maria,Lopez-Diaz,1980-05-06,02141\n",
                           0600)
                  .ok());
  const Finished run =
      Tokenize({"--out", Path("t.bltok"), "--input", Path("two.csv"), "--json", Path("s.json")});
  ASSERT_EQ(run.code, kExitOk) << run.err;
  EXPECT_THAT(run.err, HasSubstr("1 rows have the record id of another row but contradict it"));
  simdjson::dom::parser parser;
  EXPECT_EQ(uint64_t{parser.load(Path("s.json"))["records"]}, 3u);
  const std::string map = *ReadPrivateFile(folder_ / "state/flu.general.d1.map.csv");
  EXPECT_EQ(std::count(map.begin(), map.end(), '\n'), 4);

  const std::string plan = absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto");
  ASSERT_EQ(
      Agent({"profile", "--plan", plan, "--input", Path("two.csv"), "--json", Path("p.json")}).code,
      kExitOk);
  EXPECT_EQ(uint64_t{parser.load(Path("p.json"))["records"]}, 3u);
  const Finished gold = Agent({"goldstandard", "--plan", plan, "--site", "a=" + Path("two.csv"),
                               "--out", Path("gold.csv"), "--json", Path("g.json")});
  ASSERT_EQ(gold.code, kExitOk) << gold.err;

  EXPECT_EQ(
      Tokenize({"--dry-run", "--input", Path("two.csv"), "--contradicting-rows", "refuse"}).code,
      kExitBadInput);
  const Finished kept =
      Tokenize({"--dry-run", "--input", Path("two.csv"), "--contradicting-rows", "keep"});
  EXPECT_THAT(kept.err, HasSubstr("kept as one record"));
}

TEST_F(AgentProgramTest, WhatItWritesAboutPeopleIsClosedToOthers) {
  ASSERT_EQ(Tokenize({"--out", Path("t.bltok"), "--json", Path("s.json")}).code, kExitOk);
  const std::string plan = absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto");
  ASSERT_EQ(
      Agent({"profile", "--plan", plan, "--input", Path("p.csv"), "--json", Path("p.json")}).code,
      kExitOk);
  for (const char* name : {"t.bltok", "s.json", "p.json"}) {
    EXPECT_EQ(std::filesystem::status(folder_ / name).permissions(), std::filesystem::perms(0600))
        << name;
  }
}

TEST_F(AgentProgramTest, EveryCommandHelpsWithAnExample) {
  for (const char* command :
       {"keygen", "profile", "tokenize", "upload", "run", "status", "discard", "why-missed"}) {
    const Finished run = Agent({command, "--help"});
    EXPECT_EQ(run.code, kExitOk);
    EXPECT_THAT(run.out, HasSubstr(absl::StrCat("Example:\n  blindlink-agent ", command)));
  }
}

TEST_F(AgentProgramTest, WhyMissedTellsReasonsAndNoValue) {
  const auto write = [this](const char* name, const char* text) {
    ASSERT_TRUE(WriteNewFile(folder_ / name, text, 0600).ok());
  };
  write("a.csv",
        "id,first_name,last_name,dob,zip\n1,Bobby,Carter,1961-03-14,02139\n2,Ann,Roe,1980-02-03,"
        "02140\n");
  write("b.csv",
        "id,first_name,last_name,dob,zip\n1,Robert,Carter,1961-03-14,90210\n2,Zoe,Poe,1955-10-11,"
        "02141\n");
  write("truth.csv", "site,record,person\na,1,x\nb,1,x\na,2,y\nb,2,z\n");
  write("pairs.csv", "left_site,left_record,right_site,right_record\na,2,b,2\n");
  const Finished run =
      Agent({"why-missed", "--site", "a=" + Path("a.csv"), "--site", "b=" + Path("b.csv"), "--plan",
             absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto"), "--truth",
             Path("truth.csv"), "--pairs", Path("pairs.csv"), "--out", Path("reasons.csv"),
             "--json", Path("reasons.json")});
  ASSERT_EQ(run.code, kExitOk) << run.err;
  EXPECT_THAT(run.out, HasSubstr("missed: 1 of 1 true pairs"));
  EXPECT_THAT(run.out, HasSubstr("wrong: 1 of 1 pairs found"));
  const std::string rows = *ReadPrivateFile(folder_ / "reasons.csv");
  EXPECT_THAT(rows, HasSubstr("\nmissed,a,1,b,1,address,name;"));
  EXPECT_THAT(rows, HasSubstr("nickname"));
  EXPECT_THAT(rows, HasSubstr("\nwrong,a,2,b,2,several,,"));
  simdjson::dom::parser parser;
  const auto json = parser.load(Path("reasons.json"));
  ASSERT_FALSE(json.error());
  EXPECT_EQ(uint64_t{json["missed"]["differ_most_in"]["address"]}, 1u);
  EXPECT_EQ(uint64_t{json["missed"]["fields"]["first_name"]["nickname"]}, 1u);
  const std::string all = run.out + run.err + rows + *ReadFile(folder_ / "reasons.json");
  for (const char* value : {"Bobby", "BOBBY", "ROBERT", "CARTER", "1961", "90210", "Poe", "POE"}) {
    EXPECT_THAT(all, Not(HasSubstr(value)));
  }
}

TEST_F(AgentProgramTest, WhyMissedNamesTheFlagThatIsWrong) {
  const Finished run =
      Agent({"why-missed", "--site", "a=" + Path("p.csv"), "--columns", "b=zip=z", "--plan",
             absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto"), "--truth",
             Path("p.csv"), "--pairs", Path("p.csv")});
  EXPECT_NE(run.code, kExitOk);
  EXPECT_THAT(run.err, HasSubstr("--columns is for site 'b', which no --site gives"));
}

TEST_F(AgentProgramTest, WhyMissedCompletesAddressesAsTokenizeDoes) {
  const auto write = [this](const char* name, const char* text) {
    ASSERT_TRUE(WriteNewFile(folder_ / name, text, 0600).ok());
  };
  write("a.csv", "id,first_name,street_address,zip\n1,Ann,12 Maple St,02139\n");
  write("b.csv", "id,first_name,street_address,zip\n1,Zoe,12 Mapel St,02139\n");
  write("streets.csv", "STREET,POSTCODE\nMaple St,02139\n");
  write("truth.csv", "site,record,person\na,1,x\nb,1,x\n");
  write("pairs.csv", "left_site,left_record,right_site,right_record\n");
  const Finished run =
      Agent({"why-missed", "--site", "a=" + Path("a.csv"), "--site", "b=" + Path("b.csv"),
             "--address-reference", "b=" + Path("streets.csv"), "--plan",
             absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/us-default.textproto"), "--truth",
             Path("truth.csv"), "--pairs", Path("pairs.csv"), "--json", Path("reasons.json")});
  ASSERT_EQ(run.code, kExitOk) << run.err;
  simdjson::dom::parser parser;
  const auto json = parser.load(Path("reasons.json"));
  ASSERT_FALSE(json.error());
  EXPECT_EQ(uint64_t{json["missed"]["fields"]["street_address"]["same"]}, 1u);
}

TEST_F(AgentProgramTest, ATokenFileThatWasCutOffIsNotSent) {
  ASSERT_EQ(Tokenize({"--out", Path("t.bltok")}).code, kExitOk);
  const std::string whole = *ReadFile(folder_ / "t.bltok");
  ASSERT_TRUE(WriteNewFile(folder_ / "cut.bltok", whole.substr(0, 20), 0600).ok());
  const Finished run = Agent({"upload", "--tokens", Path("cut.bltok"), "--resolver", "localhost:1",
                              "--cert", "c", "--key", "k", "--ca", "a"});
  EXPECT_EQ(run.code, kExitDisk);
  EXPECT_THAT(run.err, HasSubstr("cut.bltok ends at byte 20"));
}

TEST_F(AgentProgramTest, WithoutAResolverUploadEndsWithCode5) {
  ASSERT_EQ(Tokenize({"--out", Path("t.bltok")}).code, kExitOk);
  const TestCerts certs({"site/general"});
  std::vector<std::string> arguments = {"upload", "--tokens", Path("t.bltok"), "--resolver",
                                        "localhost:1"};
  for (const std::string& flag : certs.Flags("site/general")) arguments.push_back(flag);
  const Finished run = Agent(arguments);
  EXPECT_EQ(run.code, kExitUnavailable);
  EXPECT_THAT(run.err, HasSubstr("check --resolver"));
}

TEST_F(AgentProgramTest, ConformanceReportsAndEndsByWhatItFinds) {
  const Finished good = Agent({"conformance", "--out", Path("report.json")});
  EXPECT_EQ(good.code, kExitOk) << good.err;
  EXPECT_THAT(good.out, HasSubstr("\noutputs  "));
  simdjson::dom::parser parser;
  simdjson::dom::element report;
  ASSERT_EQ(parser.load(Path("report.json")).get(report), simdjson::SUCCESS);
  EXPECT_EQ(report["differing"].get_uint64().value(), 0u);

  ASSERT_TRUE(WriteNewFile(folder_ / "v.tsv", "SEX\tEXACT\tfemale\tM\n", 0600).ok());
  const Finished differing = Agent({"conformance", "--vectors", Path("v.tsv")});
  EXPECT_EQ(differing.code, kExitRefused);
  EXPECT_THAT(differing.out, HasSubstr("line 1: F"));

  ASSERT_TRUE(WriteNewFile(folder_ / "w.tsv", "not a vector\n", 0600).ok());
  EXPECT_EQ(Agent({"conformance", "--vectors", Path("w.tsv")}).code, kExitBadInput);
  EXPECT_EQ(Agent({"conformance", "--vectors", Path("none.tsv")}).code, kExitRefused);
}

}  // namespace
}  // namespace blindlink::agent
