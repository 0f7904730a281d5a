#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/cleanup/cleanup.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/base/shortest_number.h"
#include "common/crypto/sha256.h"
#include "common/csv/csv_reader.h"
#include "common/csv/csv_writer.h"
#include "researcher/results/manifest.h"
#include "researcher/results/result_file.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::researcher {
namespace {

namespace fs = std::filesystem;

class ResultsTest : public testing::Test {
 protected:
  ResultsTest() {
    std::string name = (fs::temp_directory_path() / "blindlink-results-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~ResultsTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string WriteText(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
    return Path(name);
  }
  static std::vector<std::vector<std::string>> AllRows(const std::string& path) {
    auto reader = CsvReader::Open(path);
    EXPECT_TRUE(reader.ok()) << reader.status();
    std::vector<std::vector<std::string>> rows;
    if (!reader.ok()) return rows;
    rows.push_back((*reader)->header());
    while (true) {
      const absl::StatusOr<bool> more = (*reader)->Next();
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || !*more) return rows;
      rows.push_back((*reader)->fields());
    }
  }

  const ResultSource source_{"match-pairs", "demo", "run-000001"};
  fs::path folder_;
};

TEST(CsvWriter, QuotesOnlyWhatNeedsIt) {
  std::string out;
  AppendCsvRow({"plain", "a,b", "say \"hi\"", "two\nlines", " blank", "", "end\r"}, &out);
  EXPECT_EQ(out, "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\" blank\",,\"end\r\"\n");
}

TEST(CsvWriter, ARowOfOneEmptyFieldIsNoEmptyLine) {
  std::string out;
  AppendCsvRow({""}, &out);
  EXPECT_EQ(out, "\"\"\n");
}

TEST(CsvWriter, NumbersReadBackAsTheSame) {
  EXPECT_EQ(ShortestNumber(0.97), "0.97");
  EXPECT_EQ(ShortestNumber(1), "1");
}

TEST_F(ResultsTest, WhatIsWrittenReadsBack) {
  const std::vector<absl::string_view> row = {"a,b", "\"", "\n\r\n", " x ", ""};
  std::string text = "1,2,3,4,5\n";
  AppendCsvRow(row, &text);
  const auto rows = AllRows(WriteText("t.csv", text));
  ASSERT_EQ(rows.size(), 2);
  for (size_t i = 0; i < row.size(); ++i) EXPECT_EQ(rows[1][i], std::string(row[i])) << i;
}

TEST_F(ResultsTest, AByteOrderMarkCrLfAndEmptyLinesDoNotShow) {
  const auto rows = AllRows(WriteText("t.csv", "\xef\xbb\xbfsite,record\r\n\r\na,1\r\nb,2"));
  EXPECT_EQ(rows,
            (std::vector<std::vector<std::string>>{{"site", "record"}, {"a", "1"}, {"b", "2"}}));
}

TEST_F(ResultsTest, ARowOfAnotherWidthIsNamedByItsNumber) {
  auto reader = CsvReader::Open(WriteText("t.csv", "site,record\na,1\nb\n"));
  ASSERT_TRUE(reader.ok());
  EXPECT_TRUE((*reader)->Next().ok());
  const absl::Status bad = (*reader)->Next().status();
  EXPECT_EQ(bad.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(bad.message().find("row 2"), absl::string_view::npos) << bad;
}

TEST_F(ResultsTest, QuotesWithoutTheirEndAndEmptyFilesAreRefused) {
  auto reader = CsvReader::Open(WriteText("t.csv", "a,b\n\"x,y\n"));
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->Next().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CsvReader::Open(WriteText("empty.csv", "")).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CsvReader::Open(Path("none.csv")).status().code(), absl::StatusCode::kNotFound);
}

TEST(JsonWriter, KeepsOrderAndEscapes) {
  JsonWriter json;
  json.BeginObject().Key("b").Text("q\"\\\n").Key("a").BeginArray().Number(uint64_t{1});
  json.Number(0.5).Bool(true).Null().EndArray().Key("e").BeginObject().EndObject().EndObject();
  EXPECT_EQ(json.Finish(),
            "{\n  \"b\": \"q\\\"\\\\\\u000a\",\n  \"a\": [\n    1,\n    0.5,\n    true,\n    null\n"
            "  ],\n  \"e\": {}\n}\n");
}

TEST_F(ResultsTest, AFinishedFileIsPrivateWholeAndAlone) {
  auto file = ResultFile::Open(Path("p.csv"), source_, "a,b\n");
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE((*file)->Append("1,2\n3,4\n", 2).ok());
  const auto facts = (*file)->Finish();
  ASSERT_TRUE(facts.ok()) << facts.status();
  const std::string text = *ReadFile(Path("p.csv"));
  EXPECT_EQ(text, "a,b\n1,2\n3,4\n");
  EXPECT_EQ(facts->bytes, text.size());
  EXPECT_EQ(facts->sha256, HexEncode(AsView(Sha256Of(text))));
  struct stat info;
  ASSERT_EQ(stat(Path("p.csv").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

class Interrupted : public ResultsTest, public testing::WithParamInterface<const char*> {};

TEST_P(Interrupted, GoesOnFromTheLastCheckpointWithoutDoubleOrMissingRows) {
  const std::string path = Path(GetParam());
  {
    auto file = ResultFile::Open(path, source_, "n\n");
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->Append("0\n1\n", 2).ok());
    ASSERT_TRUE((*file)->Checkpoint().ok());
    ASSERT_TRUE((*file)->Append("2\n", 1).ok());  // never synced
  }
  EXPECT_FALSE(fs::exists(path));
  auto file = ResultFile::Open(path, source_, "n\n");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->rows(), 2);
  ASSERT_TRUE((*file)->Append("2\n3\n", 2).ok());
  ASSERT_TRUE((*file)->Finish().ok());
  EXPECT_EQ(AllRows(path),
            (std::vector<std::vector<std::string>>{{"n"}, {"0"}, {"1"}, {"2"}, {"3"}}));
}

INSTANTIATE_TEST_SUITE_P(PlainAndCompressed, Interrupted,
                         testing::Values("rows.csv", "rows.csv.zst"));

// Files of this process cannot grow beyond `bytes`, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    handler_ = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_ = {};
  sighandler_t handler_ = nullptr;
};

TEST_F(ResultsTest, AFullDiskLeavesTheLastCheckpointToContinueFrom) {
  {
    auto file = ResultFile::Open(Path("p.csv"), source_, "n\n");
    ASSERT_TRUE((*file)->Append("0\n1\n", 2).ok());
    ASSERT_TRUE((*file)->Checkpoint().ok());
    const FileSizeLimit limit(9);
    EXPECT_EQ((*file)->Append("2\n33333333\n", 2).code(), absl::StatusCode::kResourceExhausted);
    // Half of the rows may stand in the file: no later call may count them.
    EXPECT_EQ((*file)->Checkpoint().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ((*file)->Finish().status().code(), absl::StatusCode::kResourceExhausted);
  }
  auto file = ResultFile::Open(Path("p.csv"), source_, "n\n");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->rows(), 2);
  ASSERT_TRUE((*file)->Append("2\n", 1).ok());
  ASSERT_TRUE((*file)->Finish().ok());
  EXPECT_EQ(*ReadFile(Path("p.csv")), "n\n0\n1\n2\n");
}

TEST_F(ResultsTest, AnotherRunsPartialFileIsNotContinued) {
  {
    auto file = ResultFile::Open(Path("p.csv"), source_, "n\n");
    ASSERT_TRUE((*file)->Append("0\n", 1).ok());
    ASSERT_TRUE((*file)->Checkpoint().ok());
  }
  auto file = ResultFile::Open(Path("p.csv"), {"match-pairs", "demo", "run-000002"}, "n\n");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->rows(), 0);
  ASSERT_TRUE((*file)->Finish().ok());
  EXPECT_EQ(*ReadFile(Path("p.csv")), "n\n");
}

TEST_F(ResultsTest, TwoWritersOfOneFileAreKeptApart) {
  auto first = ResultFile::Open(Path("p.csv"), source_, "n\n");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(ResultFile::Open(Path("p.csv"), source_, "n\n").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ResultsTest, ACompressedFileCutOffIsNoticed) {
  {
    auto file = ResultFile::Open(Path("p.csv.zst"), source_, "n\n");
    ASSERT_TRUE((*file)->Append("0\n1\n", 2).ok());
    ASSERT_TRUE((*file)->Finish().ok());
  }
  fs::resize_file(Path("p.csv.zst"), fs::file_size(Path("p.csv.zst")) - 3);
  absl::Status status;
  auto reader = CsvReader::Open(Path("p.csv.zst"));
  status = reader.status();
  while (status.ok()) {
    const auto more = (*reader)->Next();
    status = more.status();
    ASSERT_FALSE(more.ok() && !*more) << "reached the end of a truncated file";
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
}

TEST(Manifest, IsReadAsItWasWritten) {
  const TemporaryFolder folder;
  const std::string path = (folder / "p.csv.manifest.json").string();
  const std::string json =
      ManifestJson({.file = "p.csv",
                    .kind = "match-pairs",
                    .project = "demo",
                    .run = "run-000001",
                    .run_started = "2026-03-14T09:00:00Z",
                    .plan_name = "us-default",
                    .plan_digest = "ab",
                    .datasets = {{"a", "one"}},
                    .expected = ExpectedQuality{0.5, 12, 0.75, 1, {"few \"true\" pairs"}},
                    .entities = EntityFacts{{{1, 10}, {3, 2}}, 1, 2, 3, 4},
                    .columns = {},
                    .rows = 3,
                    .bytes = 10,
                    .sha256 = "cd"});
  ASSERT_TRUE(WriteNewFile(path, json, 0600).ok());
  const auto manifest = ReadManifest(path);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(ManifestJson(*manifest), json);
}

TEST(Manifest, AnotherFileIsNoManifest) {
  const TemporaryFolder folder;
  const std::string path = (folder / "p.csv").string();
  ASSERT_TRUE(WriteNewFile(path, "left_site,left_record\n", 0600).ok());
  EXPECT_EQ(ReadManifest(path).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Manifest, SaysWhatAReaderMustCheck) {
  const std::string json = ManifestJson({.file = "p.csv",
                                         .kind = "match-pairs",
                                         .project = "demo",
                                         .run = "run-000001",
                                         .plan_name = "us-default",
                                         .plan_digest = "ab",
                                         .datasets = {{"a", "one"}},
                                         .columns = {"x", "y"},
                                         .rows = 3,
                                         .bytes = 10,
                                         .sha256 = "cd"});
  for (const char* part : {"\"run\": \"run-000001\"", "\"rows\": 3", "\"last_row\": 2",
                           "\"sha256\": \"cd\"", "\"dataset\": \"one\""}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << " in " << json;
  }
}

}  // namespace
}  // namespace blindlink::researcher
