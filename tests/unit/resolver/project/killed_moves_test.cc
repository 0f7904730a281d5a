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

  // An import of the index as it was at the start is killed at that call and repeated. Returns
  // whether the new index was in force before it was repeated.
  bool KillAt(uint64_t call) {
    std::filesystem::remove_all(data_);
    std::filesystem::copy(start_, data_, std::filesystem::copy_options::recursive);
    const bool lived = Import(call);
    const bool is_new =
        std::filesystem::exists(data_ / "projects" / MovedProject::kName / "index" / "import.pb");
    EXPECT_TRUE(is_new || !lived);
    // The resolver starts in between, or not.
    if (call % 3 == 0) ExpectTheResultOfBefore();
    EXPECT_TRUE(Import(0)) << call;
    ExpectTheResultOfBefore();
    return is_new;
  }

  const TemporaryFolder folder_;
  const std::filesystem::path start_ = folder_ / "start";
  const std::filesystem::path data_ = folder_ / "data";
  const std::filesystem::path file_ = folder_ / "tiny.blindex";
  SuddenDeath death_;
  std::set<std::string> places_;
};

TEST_F(KilledMoves, AnImportKilledAtAnyCallIsRepeatedAndNothingIsLost) {
  std::filesystem::copy(data_, start_, std::filesystem::copy_options::recursive);
  ASSERT_TRUE(Import(0));
  const uint64_t calls = death_.calls();
  ASSERT_GT(calls, 50u);
  for (uint64_t call = 1; call < calls; call += 1 + calls / 12) KillAt(call);
  // And around the call that exchanges the indexes.
  uint64_t before = 1;
  uint64_t after = calls;
  while (after - before > 1 && !HasFailure()) {
    const uint64_t middle = before + (after - before) / 2;
    (KillAt(middle) ? after : before) = middle;
  }
  for (uint64_t call = before - 2; call < after + 4; ++call) KillAt(call);
  EXPECT_TRUE(places_.contains("rename"));
  EXPECT_TRUE(places_.contains("remove"));
}

}  // namespace
}  // namespace blindlink::resolver
