#include "resolver/index/rocksdb/dataset_parts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

void Touch(const std::filesystem::path& file) { std::ofstream(file).put('x'); }

// An upload that an earlier release left must be found again.
TEST(DatasetParts, APartHasTheNameOfTheDocument) {
  EXPECT_EQ(PartFile("/uploads/a", 17), "/uploads/a/postings-0017.sst");
  EXPECT_EQ(PartFile("/uploads/a", 4096), "/uploads/a/postings-4096.sst");
}

TEST(DatasetParts, TheyAreFoundInTheOrderOfTheirRanges) {
  TemporaryFolder folder;
  for (const size_t end : {1200, 7, 98765}) Touch(PartFile(folder.path(), end));
  const DatasetParts parts = FindParts(folder.path());
  EXPECT_EQ(parts.files, (std::vector<std::filesystem::path>{folder / "postings-0007.sst",
                                                             folder / "postings-1200.sst",
                                                             folder / "postings-98765.sst"}));
  EXPECT_EQ(parts.ranges, 98765u);
}

TEST(DatasetParts, OtherFilesOfAnUploadAreNone) {
  TemporaryFolder folder;
  for (const char* name : {"upload.pb", "segment-000000", "blocks-000001.log", "postings-.sst",
                           "postings-12.sst.partial", "postings-12", "records-0012.sst"}) {
    Touch(folder / name);
  }
  EXPECT_TRUE(FindParts(folder.path()).files.empty());
  EXPECT_EQ(FindParts(folder.path()).ranges, 0u);
}

TEST(DatasetParts, AMissingOrEmptyPathHasNone) {
  TemporaryFolder folder;
  EXPECT_TRUE(FindParts(folder / "missing").files.empty());
  EXPECT_TRUE(FindParts({}).files.empty());
}

}  // namespace
}  // namespace blindlink::resolver
