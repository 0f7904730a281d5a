// A fetch during which a site withdraws a record of the run, by the programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/relay.h"
#include "tests/support/subprocess.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// The entity map of so many people at each of two sites is more than the buffers of a connection
// hold.
constexpr int kPeople = 100'000;
constexpr uint64_t kBytesUntilTheHalt = 1 << 20;

class WithdrawalDuringFetch : public testing::Test {
 protected:
  WithdrawalDuringFetch() {
    network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"));
    std::string people = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
    for (int i = 0; i < kPeople; ++i) {
      absl::StrAppend(&people, i, ",Anna,Miller", i, ",", i, " Oak Street,02139,1970-03-04\n");
    }
    const std::filesystem::path file = network_.Write("people.csv", people);
    for (const char* site : {"north", "south"}) network_.Upload("flu", site, file);
    network_.Link("flu");
  }

  std::vector<std::string> FetchArguments() const {
    return {"entities", "--project", "flu", "--out", File().string()};
  }
  std::filesystem::path File() const { return network_ / "entities.csv"; }
  Finished WithdrawOneOfNorth() {
    return network_.Agent("site/north", {"withdraw", "--project", "flu", "--site", "north", "--ids",
                                         network_.Write("ids.txt", "7\n").string(), "--state",
                                         network_.StateOf("north").string(), "--receipt",
                                         (network_ / "receipt.json").string()});
  }
  int64_t LinesOfFile() const {
    const std::string text = ReadFile(File()).value();
    return std::count(text.begin(), text.end(), '\n');
  }

  TestNetwork network_;
};

TEST_F(WithdrawalDuringFetch, IsSaidToTheResearcherWhoThenFetchesTheNextRunIntoTheSameFile) {
  Relay relay(network_.address(), kBytesUntilTheHalt, Relay::From::kServer);
  std::vector<std::string> argv =
      network_.Command("blindlink-researcher", "researcher/study", FetchArguments());
  *std::find(argv.begin(), argv.end(), network_.address()) = relay.address();
  Subprocess researcher(argv);
  ASSERT_TRUE(WaitUntil([&] { return relay.stalled() || !researcher.Running(); }));
  ASSERT_TRUE(researcher.Running()) << researcher.Stderr();

  const Finished withdrawn = WithdrawOneOfNorth();
  ASSERT_EQ(withdrawn.code, kExitOk) << withdrawn.err;
  relay.Release();
  EXPECT_EQ(researcher.Wait(), kExitRefused);
  EXPECT_THAT(researcher.Stderr(),
              AllOf(HasSubstr("1 records of run-000001 were withdrawn since it finished"),
                    HasSubstr("linkage start --since run-000001")));
  EXPECT_FALSE(std::filesystem::exists(File())) << "an unfinished file has the name of a whole one";

  network_.Link("flu", {"--since", "run-000001"});
  const Finished again = network_.Researcher(FetchArguments());
  ASSERT_EQ(again.code, kExitOk) << again.err;
  EXPECT_EQ(LinesOfFile(), 1 + 2 * kPeople - 1);  // a header, and one record less
}

}  // namespace
}  // namespace blindlink
