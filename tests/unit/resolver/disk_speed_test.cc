#include "resolver/index/rocksdb/disk_speed.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "common/base/fd.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;

std::filesystem::path Write(const std::filesystem::path& file, uint64_t bytes) {
  const std::string content(kMiB, 'x');
  std::ofstream out(file, std::ios::binary);
  for (uint64_t i = 0; i < bytes / kMiB; ++i) out << content;
  return file;
}

// 40 bytes a posting.
double OfDisk(double pages_per_second, double bytes_per_second) {
  return PostingsPerLookUp({1 / pages_per_second, 1 / bytes_per_second}, 40'000'000, 1'000'000);
}

TEST(DiskSpeed, ADiskOfManyOperationsASecondIsWorthMoreLookUps) {
  EXPECT_NEAR(OfDisk(8000, 700e6), 700e6 / 40 / 8000, 1e-6);      // 2 188
  EXPECT_NEAR(OfDisk(16000, 1400e6), 1400e6 / 40 / 16000, 1e-6);  // the same proportion
  EXPECT_NEAR(OfDisk(200, 150e6), 150e6 / 40 / 200, 1e-6);        // one that rotates: 18 750
}

TEST(DiskSpeed, ALookUpCostsNoLessThanInMemory) {
  EXPECT_EQ(OfDisk(1e6, 1e9), kLeastPostingsPerLookUp);
  EXPECT_EQ(OfDisk(1, 1e9), kMostPostingsPerLookUp);
}

TEST(DiskSpeed, AnIndexIsReadToMeasureIt) {
  TemporaryFolder folder;
  const auto a = Write(folder / "a.sst", 40 * kMiB);
  const auto b = Write(folder / "b.sst", 30 * kMiB);
  const std::optional<DiskSpeed> speed = MeasureDisk({a, b});
  if (!OpenFd(a, O_RDONLY | O_DIRECT).ok()) GTEST_SKIP() << "no O_DIRECT in " << folder.path();
  ASSERT_TRUE(speed.has_value());
  EXPECT_GT(speed->seconds_per_page, 0);
  EXPECT_GT(speed->seconds_per_byte, 0);
}

TEST(DiskSpeed, OfASmallOrMissingIndexNothingIsKnown) {
  TemporaryFolder folder;
  EXPECT_FALSE(MeasureDisk({Write(folder / "a.sst", 20 * kMiB)}).has_value());
  EXPECT_FALSE(MeasureDisk({folder / "missing.sst"}).has_value());
  EXPECT_FALSE(MeasureDisk({}).has_value());
}

}  // namespace
}  // namespace blindlink::resolver
