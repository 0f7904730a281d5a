#include "agent/input/row_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "common/base/files.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Texts = std::vector<std::string>;

struct Result {
  absl::Status status;
  Texts columns;
  std::vector<Texts> rows;
  std::vector<uint64_t> numbers;
  RejectLog::Counts rejects;
};

Result ReadFrom(std::unique_ptr<ByteSource> bytes) {
  Result result;
  RejectLog rejects;
  auto reader = OpenRowReader(std::move(bytes), std::nullopt, &rejects);
  result.status = reader.status();
  if (!reader.ok()) return result;
  Row row;
  while (true) {
    const auto more = (*reader)->Next(&row);
    result.status = more.status();
    if (!more.ok() || !*more) break;
    Texts texts;
    for (const RowCell& cell : row.cells) texts.emplace_back(cell.text);
    result.rows.push_back(texts);
    result.numbers.push_back(row.number);
  }
  result.columns = (*reader)->columns();
  result.rejects = rejects.counts();
  return result;
}

Result ReadText(std::string text) { return ReadFrom(MakeMemorySource(std::move(text))); }

RejectLog::Counts One(const std::string& reason) { return {{{"", reason}, 1}}; }

TEST(Csv, QuotesNewlinesAndBlanksAreReadAsRfc4180Says) {
  const Result result =
      ReadText("id,name\n1,\"Smith, \"\"Bob\"\"\"\n2,\"two\nlines\"\n3,  blanks \n");
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.columns, ElementsAre("id", "name"));
  EXPECT_THAT(result.rows, ElementsAre(Texts{"1", "Smith, \"Bob\""}, Texts{"2", "two\nlines"},
                                       Texts{"3", "blanks"}));
  EXPECT_THAT(result.rejects, IsEmpty());
}

TEST(Csv, ByteOrderMarkAndCarriageReturnsAreNoPartOfTheValues) {
  const Result result = ReadText("\xef\xbb\xbfid,name\r\n1,a\r\n\r\n2,b");
  EXPECT_THAT(result.columns, ElementsAre("id", "name"));
  EXPECT_THAT(result.rows, ElementsAre(Texts{"1", "a"}, Texts{"2", "b"}));
}

TEST(Csv, OtherDelimitersAreFound) {
  for (const char delimiter : {'\t', ';', '|'}) {
    std::string text = "id,name,sex\n1,a,M\n";
    std::replace(text.begin(), text.end(), ',', delimiter);
    EXPECT_THAT(ReadText(text).rows, ElementsAre(Texts{"1", "a", "M"})) << delimiter;
  }
}

TEST(Csv, AMalformedRowInTheMiddleIsRejectedAndTheOthersGoOn) {
  const Result result = ReadText("id,name\n1,a\n2\n3,c\n");
  EXPECT_TRUE(result.status.ok());
  EXPECT_THAT(result.numbers, ElementsAre(1, 3));
  EXPECT_EQ(result.rejects, One("column-count"));
}

TEST(Csv, AStrayQuoteDoesNotSwallowTheRowsBehindIt) {
  const Result result = ReadText("id,name\n1,\"a\n2,b\n3,c\n");
  EXPECT_THAT(result.rows, ElementsAre(Texts{"2", "b"}, Texts{"3", "c"}));
  EXPECT_EQ(result.rejects, One("unterminated-quote"));
}

TEST(Csv, BytesThatAreNoUtf8AndNulBytesAreRejected) {
  EXPECT_EQ(ReadText("id,name\n1,M\x81ller\n2,b\n").rejects, One("not-utf8"));
  EXPECT_EQ(ReadText(std::string("id,name\n1,a\0b\n2,b\n", 18)).rejects, One("nul-byte"));
}

TEST(Csv, AnEndlessLineIsRejectedAndReadingGoesOnBehindIt) {
  const Result result = ReadText("id,name\n1,a\n2," + std::string(40 << 20, 'x') + "\n3,c\n");
  EXPECT_THAT(result.numbers, ElementsAre(1, 3));
  EXPECT_EQ(result.rejects, One("row-too-long"));
}

TEST(Csv, AnEmptyFileAndAHeaderAloneAreRefused) {
  for (const char* text : {"", "\n\n", "id,name\n"}) {
    EXPECT_EQ(ReadText(text).status.code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(JsonLines, NestedObjectsAndArraysBecomeColumnsAndSeveralValues) {
  const Result result =
      ReadText("{\"id\":1,\"name\":{\"family\":\"Smith\",\"given\":[\"Ann\",\"Mary\"]}}\n");
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.columns, ElementsAre("id", "name.family", "name.given"));
  EXPECT_THAT(result.rows, ElementsAre(Texts{"1", "Smith", "Ann", "Mary"}));
}

TEST(JsonLines, AMalformedLineIsRejectedAndTheOthersGoOn) {
  const Result result = ReadText("{\"id\":1}\n{\"id\":\n{\"id\":3}\n");
  EXPECT_THAT(result.rows, ElementsAre(Texts{"1"}, Texts{"3"}));
  EXPECT_EQ(result.rejects, One("malformed-json"));
}

class CompressedInput : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/row_reader_test_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result ReadBytes(const std::string& bytes) {
    EXPECT_TRUE(WriteFileAtomically(folder_ / "input", bytes).ok());
    auto source = OpenByteSource((folder_ / "input").string());
    if (!source.ok()) {
      Result result;
      result.status = source.status();
      return result;
    }
    return ReadFrom(*std::move(source));
  }

  static std::string Gzip(const std::string& text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(text.size() + 1000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
  }

  static std::string Zstd(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
  }

  std::filesystem::path folder_;
};

constexpr char kTable[] = "id,name\n1,a\n2,b\n";

TEST_F(CompressedInput, GzipAndZstdAreReadAsThePlainFileWhateverTheirName) {
  const Result plain = ReadBytes(kTable);
  ASSERT_EQ(plain.rows.size(), 2u);
  EXPECT_EQ(ReadBytes(Gzip(kTable)).rows, plain.rows);
  EXPECT_EQ(ReadBytes(Zstd(kTable)).rows, plain.rows);
}

TEST_F(CompressedInput, SeveralGzipMembersAreOneFile) {
  EXPECT_EQ(ReadBytes(Gzip(kTable) + Gzip("3,c\n")).rows.size(), 3u);
}

TEST_F(CompressedInput, AFileThatIsCutOffIsAnError) {
  for (std::string bytes : {Gzip(kTable), Zstd(kTable)}) {
    bytes.resize(bytes.size() - 5);
    EXPECT_EQ(ReadBytes(bytes).status.code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(RejectLogTest, TooLargeAShareOfRejectsStopsTheRunAndSaysWhy) {
  RejectLog rejects;
  v1::Limits limits;
  limits.set_max_reject_share(0.1);
  limits.set_min_rows_before_reject_share(10);
  for (uint64_t row = 1; row <= 2; ++row) rejects.Add({row, "", "column-count"}, true);
  EXPECT_TRUE(rejects.CheckShare(5, limits).ok()) << "too few rows to judge";
  EXPECT_TRUE(rejects.CheckShare(20, limits).ok());
  const absl::Status stopped = rejects.CheckShare(19, limits);
  EXPECT_EQ(stopped.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(stopped.message()), HasSubstr("column-count"));
}

}  // namespace
}  // namespace blindlink::agent
