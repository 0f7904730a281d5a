#include "resolver/index/rocksdb/resident_share.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/files.h"
#include "tests/support/page_cache.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

class ResidentShareTest : public testing::Test {
 protected:
  // Of random-looking bytes, and on the disk.
  std::filesystem::path Write(const std::string& name, size_t size) {
    std::string content(size, 'x');
    for (size_t i = 0; i < size; i += 97) content[i] = static_cast<char>(i * 2654435761u >> 13);
    EXPECT_TRUE(WriteFileAtomically(folder_ / name, content).ok());
    return folder_ / name;
  }

  // Whether the kernel has let go of the file's pages.
  static bool Forget(const std::filesystem::path& file) {
    ForgetPages(file);
    return ResidentShare({file}) < 0.1;
  }

  TemporaryFolder folder_;
};

constexpr size_t kSize = size_t{3} << 20;

TEST_F(ResidentShareTest, OfWhatWasJustWrittenIsAll) {
  EXPECT_EQ(ResidentShare({Write("a", kSize), Write("b", 5000), Write("c", 1)}), 1);
}

TEST_F(ResidentShareTest, OfNothingIsNone) {
  EXPECT_EQ(ResidentShare({}), 0);
  EXPECT_EQ(ResidentShare({Write("empty", 0)}), 0);
  EXPECT_EQ(ResidentShare({folder_ / "missing"}), 0);
}

TEST_F(ResidentShareTest, FollowsWhatTheKernelForgetsAndIsNotChangedByLooking) {
  const std::filesystem::path forgotten = Write("a", kSize);
  const std::filesystem::path kept = Write("b", kSize);
  if (!Forget(forgotten)) GTEST_SKIP() << "this file system keeps its files in memory";
  EXPECT_EQ(ResidentShare({kept}), 1);
  const double share = ResidentShare({forgotten, kept});
  EXPECT_GT(share, 0.4);
  EXPECT_LT(share, 0.6);
  EXPECT_EQ(ResidentShare({forgotten, kept}), share);
}

}  // namespace
}  // namespace blindlink::resolver
