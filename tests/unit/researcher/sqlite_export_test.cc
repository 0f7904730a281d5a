#include "researcher/results/sqlite_export.h"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/sha256.h"
#include "common/csv/output_file.h"
#include "researcher/results/manifest.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::researcher {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kPairs[] =
    "left_site,left_record,right_site,right_record,level,rule,match_keys,score\n"
    "north,aa,south,bb,full,high,name;ssn,0.98\n"
    "north,\"a,\"\"c\",south,cc,full,low,,0.7\n";
constexpr char kEntities[] = "entity,site,record\ne1,north,aa\ne1,south,bb\n";

class SqliteExportTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  // A result file with its manifest.
  std::string Write(const std::string& name, const std::string& kind, const std::string& text,
                    uint64_t rows, const std::string& run = "run-000001") {
    std::string bytes = text;
    if (IsCompressed(name)) {
      bytes.clear();
      FrameCompressor().Append(text, &bytes);
    }
    EXPECT_TRUE(WriteFileAtomically(Path(name), bytes).ok());
    ResultManifest manifest;
    manifest.file = name;
    manifest.kind = kind;
    manifest.project = "flu";
    manifest.run = run;
    manifest.plan_name = "us-default";
    manifest.rows = rows;
    manifest.bytes = bytes.size();
    manifest.sha256 = HexEncode(AsView(Sha256Of(bytes)));
    manifest.expected.emplace();
    manifest.expected->ppv = 0.75;
    manifest.expected->warnings = {"few pairs share a token"};
    EXPECT_TRUE(WriteFileAtomically(Path(name + ".manifest.json"), ManifestJson(manifest)).ok());
    return Path(name);
  }

  absl::StatusOr<SqliteExport> Export(const std::vector<std::string>& files) {
    return ExportToSqlite(files, Path("out.sqlite"));
  }

  // The rows of a query, with "|" between values and "NULL" for those that are.
  std::vector<std::string> Ask(const std::string& sql) const {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(Path("out.sqlite").c_str(), &database), SQLITE_OK);
    std::vector<std::string> found;
    const auto collect = [](void* out, int columns, char** values, char** /*names*/) {
      std::string row;
      for (int i = 0; i < columns; ++i) {
        absl::StrAppend(&row, i > 0 ? "|" : "", values[i] == nullptr ? "NULL" : values[i]);
      }
      static_cast<std::vector<std::string>*>(out)->push_back(row);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), collect, &found, nullptr), SQLITE_OK) << sql;
    sqlite3_close(database);
    return found;
  }

  TemporaryFolder folder_;
};

TEST_F(SqliteExportTest, EachFileIsATableOfItsRows) {
  const auto done = Export(
      {Write("p.csv", "match-pairs", kPairs, 2), Write("e.csv.zst", "entity-map", kEntities, 2)});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->tables, ElementsAre(testing::Pair("pairs", 2), testing::Pair("entities", 2)));
  EXPECT_THAT(Ask("SELECT left_record, match_keys, score, typeof(score) FROM pairs"),
              ElementsAre("aa|name;ssn|0.98|real", "a,\"c|NULL|0.7|real"));
  EXPECT_THAT(Ask("SELECT p.rule, e.entity FROM pairs p JOIN entities e ON e.site = p.left_site "
                  "AND e.record = p.left_record"),
              ElementsAre("high|e1"));
  EXPECT_EQ(std::filesystem::status(Path("out.sqlite")).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(SqliteExportTest, TheDatabaseSaysWhereItsTablesComeFromAndWhatSpeaksAgainstThem) {
  const auto done = Export({Write("p.csv", "match-pairs", kPairs, 2)});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->warnings, ElementsAre("few pairs share a token"));
  EXPECT_THAT(Ask("SELECT file, kind, project, run, plan, rows, expected_ppv FROM sources"),
              ElementsAre("p.csv|match-pairs|flu|run-000001|us-default|2|0.75"));
  EXPECT_THAT(Ask("SELECT * FROM warnings"), ElementsAre("p.csv|few pairs share a token"));
}

TEST_F(SqliteExportTest, ADamagedFileIsRefusedAndNothingIsLeft) {
  const std::string pairs = Write("p.csv", "match-pairs", kPairs, 2);
  ASSERT_TRUE(
      WriteFileAtomically(pairs, absl::StrCat(kPairs, "north,x,south,y,full,high,,1\n")).ok());
  const auto done = Export({pairs});
  EXPECT_EQ(done.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(done.status().message(), HasSubstr("fetch it again"));
  EXPECT_FALSE(std::filesystem::exists(Path("out.sqlite")));
  EXPECT_FALSE(std::filesystem::exists(Path("out.sqlite.partial")));
}

TEST_F(SqliteExportTest, AFileWhoseRowsAreNotAsItsManifestSaysLeavesNothing) {
  EXPECT_THAT(Export({Write("p.csv", "match-pairs", kPairs, 3)}).status().message(),
              HasSubstr("has 2 rows, but its manifest says 3"));
  EXPECT_THAT(Export({Write("p.csv", "match-pairs", absl::StrCat(kPairs, "north,aa\n"), 3)})
                  .status()
                  .message(),
              HasSubstr("row 3 has 2 fields, the header has 8"));
  EXPECT_FALSE(std::filesystem::exists(Path("out.sqlite")));
  EXPECT_FALSE(std::filesystem::exists(Path("out.sqlite.partial")));
}

TEST_F(SqliteExportTest, FilesThatDoNotBelongTogetherAreRefused) {
  const std::string pairs = Write("p.csv", "match-pairs", kPairs, 2);
  EXPECT_THAT(
      Export({pairs, Write("e.csv", "entity-map", kEntities, 2, "run-000002")}).status().message(),
      HasSubstr("of different projects or runs"));
  EXPECT_THAT(Export({pairs, Write("q.csv", "match-pairs", kPairs, 2)}).status().message(),
              HasSubstr("of the same kind"));
  EXPECT_THAT(Export({Write("x.csv", "something", kPairs, 2)}).status().message(),
              HasSubstr("which has no table"));
}

TEST_F(SqliteExportTest, AFileWithoutItsManifestIsRefused) {
  ASSERT_TRUE(WriteFileAtomically(Path("p.csv"), kPairs).ok());
  EXPECT_EQ(Export({Path("p.csv")}).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace blindlink::researcher
