// An import of an index that is killed at a call that changes the disk: the old index or the new
// one is in force, whole, and the import can be repeated.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "common/base/files.h"
#include "spdlog/spdlog.h"
#include "tests/support/sudden_death.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/resolver/project/index_move_fixture.h"

namespace blindlink::resolver {
namespace {

class KilledMoves : public testing::Test {
 protected:
  void SetUp() override {
    spdlog::set_level(spdlog::level::off);
    Live([this] {
      MovedProject moved(data_);
      moved.Open();
      moved.Create();
      moved.SendAndCommit("north", "all");
      moved.SendAndCommit("south", "all");
      EXPECT_TRUE(WriteFileAtomically(folder_ / "result", moved.Result()).ok());
      moved.Close();
      EXPECT_TRUE(moved.Export({file_}).ok());
    });
  }

  // In a process of its own; false if it was killed.
  bool Live(const std::function<void()>& code, uint64_t call = 0) {
    const auto place = death_.Run(call, /*torn=*/call % 2 == 0, [&] {
      code();
      return testing::Test::HasFailure() ? 1 : 0;
    });
    if (place.has_value()) places_.insert(place->call);
    return !place.has_value();
  }
  bool Import(uint64_t call) {
    return Live(
        [this] {
          const auto imported = MovedProject(data_).Import({file_});
          EXPECT_TRUE(imported.ok()) << imported.status();
        },
        call);
  }
  void ExpectTheResultOfBefore() {
    Live([this] {
      MovedProject moved(data_);
      moved.Open();
      EXPECT_EQ(moved.Result() == ReadFile(folder_ / "result").value(), true);
    });
  }

  const TemporaryFolder folder_;
  const std::filesystem::path data_ = folder_ / "data";
  const std::filesystem::path file_ = folder_ / "tiny.blindex";
  SuddenDeath death_;
  std::set<std::string> places_;
};

TEST_F(KilledMoves, AnImportKilledAtAnyCallIsRepeatedAndNothingIsLost) {
  const std::filesystem::path start = folder_ / "start";
  std::filesystem::copy(data_, start, std::filesystem::copy_options::recursive);
  ASSERT_TRUE(Import(0));
  const uint64_t calls = death_.calls();
  ASSERT_GT(calls, 20u);
  // The last calls, where the indexes are exchanged, one by one.
  for (uint64_t call = 1; call <= calls && !HasFailure();
       call += call + 60 < calls ? 1 + calls / 40 : 1) {
    std::filesystem::remove_all(data_);
    std::filesystem::copy(start, data_, std::filesystem::copy_options::recursive);
    if (Import(call)) continue;
    if (call % 3 == 0) ExpectTheResultOfBefore();
    EXPECT_TRUE(Import(0)) << call;
    ExpectTheResultOfBefore();
  }
  EXPECT_TRUE(places_.contains("rename"));
  EXPECT_TRUE(places_.contains("remove"));
}

}  // namespace
}  // namespace blindlink::resolver
