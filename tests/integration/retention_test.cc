// A project's index is dropped after its run: results stay, tokens and the key are gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/cli/exit_code.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Lines = std::vector<std::string>;

constexpr char kRows[] =
    "record_id,first_name,last_name,street_address,zip,date_of_birth\n"
    "1,Anna,Miller,12 Oak Street,02139,1970-03-04\n"
    "2,Bobby,Brown,5 Elm Street,02139,1961-07-12\n";

class Retention : public testing::Test {
 protected:
  Retention() {
    network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"));
    file_ = network_.Write("rows.csv", kRows);
    for (const char* site : {"north", "south"}) network_.Upload("flu", site, file_);
  }
  Finished Drop(const std::string& party = "coordinator/center") {
    return blindlink::Run(network_.Command("blindlink-resolver", party,
                                           {"project", "drop-index", "--project", "flu"}));
  }
  std::filesystem::path Folder() const { return network_.ProjectFolder("flu"); }

  TestNetwork network_;
  std::filesystem::path file_;
};

// The files below `folder` that hold any of `texts`.
Lines FilesWith(const std::filesystem::path& folder, const Lines& texts) {
  Lines found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string content = ReadFile(entry.path()).value_or("");
    for (const std::string& text : texts) {
      if (content.find(text) != std::string::npos) found.push_back(entry.path());
    }
  }
  return found;
}

TEST_F(Retention, ResultsStayWhenTheIndexAndItsKeyAreGone) {
  network_.Link("flu");
  const Lines pairs = network_.FetchedLines("pairs", "flu");
  const Lines entities = network_.FetchedLines("entities", "flu");
  ASSERT_THAT(network_.Pairs("flu"), SizeIs(2));
  const Lines key = absl::StrSplit(*ReadFile(network_.IndexKeyFile("flu")), '\n');
  const Lines secrets = {key[1], *HexDecode(key[1])};
  ASSERT_THAT(FilesWith(network_.data(), secrets), SizeIs(1));

  const Finished dropped = Drop();
  EXPECT_EQ(dropped.code, kExitOk) << dropped.err;
  EXPECT_THAT(dropped.out, HasSubstr("2 datasets, 4 records, "));
  EXPECT_FALSE(std::filesystem::exists(network_.IndexKeyFile("flu")));
  EXPECT_FALSE(std::filesystem::exists(Folder() / "index"));
  EXPECT_FALSE(std::filesystem::exists(Folder() / "uploads"));
  EXPECT_THAT(FilesWith(network_.data(), secrets), IsEmpty());
  EXPECT_EQ(network_.FetchedLines("pairs", "flu"), pairs);
  EXPECT_EQ(network_.FetchedLines("entities", "flu"), entities);

  EXPECT_EQ(network_.StopResolver(), 0);
  network_.StartResolver();
  EXPECT_EQ(network_.FetchedLines("pairs", "flu"), pairs);
  EXPECT_EQ(network_.FetchedLines("entities", "flu"), entities);
  EXPECT_EQ(Drop().out, dropped.out);  // again, the same answer
}

TEST_F(Retention, NoRunKeepsATokenWhenTheIndexIsGone) {
  network_.CreateProject("pox", ShippedPlan("us-default"));
  for (const char* site : {"north", "south"}) network_.Upload("pox", site, file_);
  network_.Link("pox");
  const std::filesystem::path token_uses =
      network_.ProjectFolder("pox") / "runs/run-000001/token_use.rows";
  const std::string uses = *ReadFile(token_uses);
  ASSERT_GE(uses.size(), 24);
  const std::string stored_token = uses.substr(12, 10);  // of the first row after the head
  const auto drop = [&] {
    return network_.Coordinator({"project", "drop-index", "--project", "pox"}).code;
  };
  const Lines pairs = network_.FetchedLines("pairs", "pox");
  ASSERT_EQ(drop(), kExitOk);
  EXPECT_THAT(FilesWith(network_.data(), {stored_token}), IsEmpty());
  EXPECT_EQ(network_.FetchedLines("pairs", "pox"), pairs);

  EXPECT_EQ(network_.StopResolver(), 0);
  // As a resolver leaves it that was killed in the middle, or one of an earlier release.
  ASSERT_TRUE(WriteFileAtomically(token_uses, uses, 0600).ok());
  network_.StartResolver();
  EXPECT_THAT(FilesWith(network_.data(), {stored_token}), IsEmpty());
  EXPECT_EQ(network_.FetchedLines("pairs", "pox"), pairs);
}

TEST_F(Retention, LaterUploadsAndRunsAreRefusedWithWords) {
  network_.Link("flu", {"--drop-index-after"});
  for (int restarts = 0; restarts < 2; ++restarts) {
    const Finished upload =
        network_.Agent("site/north", network_.RunArguments("flu", "north", file_, "d2"));
    EXPECT_EQ(upload.code, kExitRefused);
    EXPECT_THAT(upload.err, HasSubstr("the coordinator has dropped this project's index"));
    const Finished run = network_.Coordinator({"linkage", "start", "--project", "flu"});
    EXPECT_EQ(run.code, kExitRefused);
    EXPECT_THAT(run.err, HasSubstr("the coordinator has dropped this project's index"));
    const Finished list = network_.Coordinator({"upload", "list", "--project", "flu"});
    EXPECT_THAT(list.out, HasSubstr("COMMITTED"));
    EXPECT_EQ(network_.StopResolver(), 0);
    network_.StartResolver();
  }
}

TEST_F(Retention, RecordsAreWithdrawnFromResultsAlsoWithoutAnIndex) {
  network_.Link("flu", {"--drop-index-after"});
  const std::string map = *ReadFile(network_.StateOf("north") / "flu.north.d1.map.csv");
  const size_t at = map.find("\n1,") + 3;
  const std::string gone = *HexDecode(map.substr(at, map.find('\n', at) - at));
  ASSERT_THAT(FilesWith(network_.data(), {gone}), testing::Not(IsEmpty()));
  const auto withdraw = [&](const std::string& id) {
    return network_.Agent("site/north", {"withdraw", "--project", "flu", "--site", "north", "--ids",
                                         network_.Write("ids.txt", id + "\n").string(), "--state",
                                         network_.StateOf("north").string(), "--receipt",
                                         (network_ / "receipt.json").string()});
  };
  const Finished withdrawn = withdraw("1");
  ASSERT_EQ(withdrawn.code, kExitOk) << withdrawn.err;
  EXPECT_THAT(withdrawn.out, HasSubstr("0 removed with 0 tokens, 1 results changed"));
  EXPECT_THAT(FilesWith(network_.data(), {gone}), IsEmpty());
  const Finished refused = network_.Researcher({"pairs", "--project", "flu", "--out", "-"});
  EXPECT_EQ(refused.code, kExitRefused);
  EXPECT_THAT(refused.err, HasSubstr("no other run"));
  EXPECT_EQ(network_.StopResolver(), 0);
  network_.StartResolver();
  EXPECT_EQ(withdraw("2").code, kExitOk) << "also after a restart";
}

TEST_F(Retention, NothingIsDroppedBeforeARunHasFinished) {
  const Finished early = Drop();
  EXPECT_EQ(early.code, kExitRefused);
  EXPECT_THAT(early.err, HasSubstr("no run has finished"));
  network_.Upload("flu", "north", file_, "d2");  // not closed by the attempt
  network_.Link("flu");
  EXPECT_EQ(Drop().code, kExitOk);
}

TEST_F(Retention, OnlyACoordinatorMayDropAnIndex) {
  network_.Link("flu");
  for (const char* party : {"site/north", "researcher/study"}) {
    const Finished refused = Drop(party);
    EXPECT_EQ(refused.code, kExitRefused) << party;
    EXPECT_TRUE(std::filesystem::exists(network_.IndexKeyFile("flu")));
  }
}

// Killed between the note and the removal of files.
TEST_F(Retention, AnInterruptedDropIsFinishedAtTheNextStart) {
  network_.Link("flu");
  const Lines pairs = network_.FetchedLines("pairs", "flu");
  const std::filesystem::path kept = network_ / "kept";
  std::filesystem::copy(Folder() / "index", kept, std::filesystem::copy_options::recursive);
  std::filesystem::copy(network_.IndexKeyFile("flu"), network_ / "kept.key");
  EXPECT_EQ(Drop().code, kExitOk);
  network_.KillResolver();
  std::filesystem::rename(kept, Folder() / "index");
  std::filesystem::rename(network_ / "kept.key", network_.IndexKeyFile("flu"));
  network_.StartResolver();
  EXPECT_FALSE(std::filesystem::exists(network_.IndexKeyFile("flu")));
  EXPECT_FALSE(std::filesystem::exists(Folder() / "index"));
  EXPECT_EQ(network_.FetchedLines("pairs", "flu"), pairs);
}

// --- ends of datasets ----------------------------------------------------------------------------

class DatasetEnd : public Retention {
 protected:
  Finished End(const std::string& party, const std::string& site, const absl::Duration after) {
    return blindlink::Run(network_.Command("blindlink-resolver", party,
                                           {"upload", "end", "--project", "flu", "--site", site,
                                            "--dataset", "d1", "--until", InSeconds(after)}));
  }
  Finished EndOwn(const std::string& site, const absl::Duration after) {
    return network_.Agent("site/" + site, {"end-dataset", "--project", "flu", "--dataset", "d1",
                                           "--until", InSeconds(after)});
  }
  static std::string InSeconds(const absl::Duration after) {
    return absl::FormatTime(absl::RFC3339_sec, absl::Now() + after, absl::UTCTimeZone());
  }
  // The pseudonyms of a site's records, as bytes.
  Lines PseudonymsOf(const std::string& site) {
    Lines pseudonyms;
    const std::string map =
        ReadFile(network_.StateOf(site) / ("flu." + site + ".d1.map.csv")).value();
    for (const absl::string_view line : absl::StrSplit(map, '\n', absl::SkipEmpty())) {
      const std::vector<std::string> fields = absl::StrSplit(line, ',');
      if (fields[0] != "record_id") pseudonyms.push_back(*HexDecode(fields[1]));
    }
    return pseudonyms;
  }
};

TEST_F(DatasetEnd, RemovesItsTokensAndPseudonymsFromTheDiskAndNoOthers) {
  const Lines north = PseudonymsOf("north");
  ASSERT_THAT(north, SizeIs(2));
  EXPECT_THAT(FilesWith(network_.data(), north), testing::Not(IsEmpty()));
  ASSERT_EQ(EndOwn("north", absl::Seconds(8)).code, kExitOk);
  EXPECT_THAT(network_.Agent("site/north", {"status", "--project", "flu"}).out,
              HasSubstr("COMMITTED"));
  const auto listed = [&] {
    return network_.Coordinator({"upload", "list", "--project", "flu"}).out;
  };
  EXPECT_TRUE(WaitUntil([&] { return listed().find("north") == std::string::npos; }));
  EXPECT_THAT(FilesWith(network_.data(), north), IsEmpty());
  const Finished exported = blindlink::Run({ProgramPath("blindlink-resolver"), "audit", "export",
                                            "--format", "csv", "--data", network_.data()});
  EXPECT_THAT(exported.out, HasSubstr(",DATASET_ENDED,,,,project=flu site=north dataset=d1,"));
  EXPECT_THAT(FilesWith(network_.data(), PseudonymsOf("south")), testing::Not(IsEmpty()));
  EXPECT_THAT(listed(), HasSubstr("south"));
  EXPECT_FALSE(std::filesystem::exists(Folder() / "uploads/north/d1"));
  // A restart misses nothing, and the name is free again.
  EXPECT_EQ(network_.StopResolver(), 0);
  network_.StartResolver();
  network_.Upload("flu", "north", file_);
  network_.Link("flu");
  EXPECT_THAT(network_.Pairs("flu"), SizeIs(2));
}

TEST_F(DatasetEnd, ResultsOfEarlierRunsStayAndLaterRunsAreWithoutIt) {
  network_.Link("flu");
  const Lines pairs = network_.FetchedLines("pairs", "flu");
  ASSERT_EQ(End("coordinator/center", "south", absl::Seconds(5)).code, kExitOk);
  EXPECT_TRUE(WaitUntil([&] {
    const Finished status = network_.Coordinator(
        {"upload", "status", "--project", "flu", "--site", "south", "--dataset", "d1"});
    return status.code != kExitOk || status.out.find("WITHDRAWN") != std::string::npos;
  }));
  EXPECT_EQ(network_.FetchedLines("pairs", "flu"), pairs);
  const Finished run = network_.Coordinator({"linkage", "start", "--project", "flu"});
  EXPECT_NE(run.code, kExitOk) << "no dataset of south is left";
  EXPECT_THAT(run.err, HasSubstr("south"));
}

TEST_F(DatasetEnd, IsTheSitesOwnAndTheCoordinatorsToSetAndIsNeverPutOff) {
  ASSERT_EQ(EndOwn("north", absl::Hours(48)).code, kExitOk);
  EXPECT_EQ(End("coordinator/center", "north", absl::Hours(24)).code, kExitOk);
  const Finished later = EndOwn("north", absl::Hours(48));
  EXPECT_EQ(later.code, kExitRefused);
  EXPECT_THAT(later.err, HasSubstr("ends earlier already"));
  EXPECT_EQ(End("site/south", "north", absl::Hours(1)).code, kExitRefused);
  EXPECT_EQ(End("researcher/study", "north", absl::Hours(1)).code, kExitRefused);
  EXPECT_EQ(EndOwn("south", -absl::Hours(1)).code, kExitBadInput);
  const Finished shown = network_.Coordinator(
      {"upload", "status", "--project", "flu", "--site", "north", "--dataset", "d1"});
  EXPECT_THAT(shown.out, HasSubstr("ends "));
}

TEST(DatasetsOfAProjectWithARule, EndSoManyDaysAfterTheirUploadBeganOrEarlier) {
  TestNetwork network;
  network.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"), {"--keep-datasets-days", "30"});
  const auto day = [](int days) {
    return absl::FormatTime("%Y-%m-%d", absl::Now() + absl::Hours(24 * days), absl::UTCTimeZone());
  };
  const std::filesystem::path file = network.Write("rows.csv", kRows);
  network.Upload("flu", "north", file);
  EXPECT_THAT(network.Agent("site/north", {"status", "--project", "flu"}).out,
              HasSubstr(day(30) + "T"));
  std::vector<std::string> arguments = network.RunArguments("flu", "south", file);
  arguments.insert(arguments.end(), {"--until", day(10)});
  EXPECT_EQ(network.Agent("site/south", arguments).code, kExitOk);
  EXPECT_THAT(network.Agent("site/south", {"status", "--project", "flu"}).out,
              HasSubstr(day(10) + "T00:00:00Z"));
}

}  // namespace
}  // namespace blindlink
