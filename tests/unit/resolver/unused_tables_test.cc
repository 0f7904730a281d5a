#include "resolver/index/rocksdb/unused_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "rocksdb/db.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class UnusedTablesTest : public testing::Test {
 protected:
  UnusedTablesTest() {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(options, db_.string(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    EXPECT_TRUE(db->Put({}, "key", "value").ok());
    EXPECT_TRUE(db->Flush({}).ok());
    EXPECT_TRUE(db->Put({}, "key", "in the log alone").ok());
  }
  std::vector<std::filesystem::path> Files() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(db_)) {
      files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  std::filesystem::path Table() const {
    for (const auto& file : Files()) {
      if (file.extension() == ".sst") return file;
    }
    return {};
  }

  TemporaryFolder folder_;
  const std::filesystem::path db_ = folder_ / "db";
};

TEST_F(UnusedTablesTest, AreThoseThatTheIndexDoesNotName) {
  ASSERT_TRUE(UnusedTables(db_).ok()) << UnusedTables(db_).status();
  EXPECT_THAT(*UnusedTables(db_), IsEmpty());
  std::ofstream(db_ / "000999.sst") << "begun";
  EXPECT_THAT(*UnusedTables(db_), ElementsAre(db_ / "000999.sst"));
}

TEST_F(UnusedTablesTest, LookingForThemLeavesTheFolderAsItIs) {
  const auto before = Files();
  ASSERT_TRUE(UnusedTables(db_).ok());
  EXPECT_EQ(Files(), before);
}

TEST_F(UnusedTablesTest, ATableThatIsMissingOrTooShortIsDataLoss) {
  std::filesystem::resize_file(Table(), std::filesystem::file_size(Table()) - 1);
  EXPECT_TRUE(absl::IsDataLoss(UnusedTables(db_).status()));
  std::filesystem::remove(Table());
  EXPECT_TRUE(absl::IsDataLoss(UnusedTables(db_).status()));
}

}  // namespace
}  // namespace blindlink::resolver
