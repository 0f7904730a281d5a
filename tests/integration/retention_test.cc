// A project's index is dropped after its run: results stay, tokens and the key are gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
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

}  // namespace
}  // namespace blindlink
