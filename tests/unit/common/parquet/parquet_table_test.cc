// Files of four writers (tests/support/parquet), and what damage makes of them.
#include "common/parquet/parquet_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using Rows = std::vector<std::vector<std::string>>;

std::string Bytes(const std::string& file) {
  return *ReadFile(absl::StrCat(BLINDLINK_SOURCE_DIR "/tests/support/parquet/", file));
}

absl::StatusOr<std::unique_ptr<ParquetTable>> Open(std::string bytes) {
  return ParquetTable::Open(RandomAccessOfBytes(std::move(bytes)), "p.parquet");
}

// All rows; the error in `status` if there is one.
Rows ReadAll(ParquetTable* table, absl::Status* status) {
  Rows rows;
  std::vector<std::string> row;
  while (true) {
    const absl::StatusOr<bool> more = table->Next(&row);
    *status = more.status();
    if (!more.ok() || !*more) return rows;
    rows.push_back(row);
  }
}

Rows RowsOf(const std::string& file) {
  auto table = Open(Bytes(file));
  EXPECT_TRUE(table.ok()) << table.status();
  if (!table.ok()) return {};
  absl::Status status;
  Rows rows = ReadAll(table->get(), &status);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(rows.size(), (*table)->rows());
  return rows;
}

// The texts of each column, from the top down.
std::map<std::string, std::vector<std::string>> ColumnsOf(const std::string& file) {
  const auto table = Open(Bytes(file));
  std::map<std::string, std::vector<std::string>> columns;
  const std::vector<std::string> names = (*table)->columns();
  for (const auto& row : RowsOf(file)) {
    for (size_t i = 0; i < names.size(); ++i) columns[names[i]].push_back(row[i]);
  }
  return columns;
}

// people.csv, which quotes nothing.
Rows People() {
  Rows rows;
  for (const auto line : absl::StrSplit(Bytes("people.csv"), '\n', absl::SkipEmpty())) {
    rows.push_back(absl::StrSplit(line, ','));
  }
  return rows;
}

class Writers : public testing::TestWithParam<const char*> {};

TEST_P(Writers, TheRowsAreThoseOfTheCsv) {
  const std::string file = absl::StrCat("people_", GetParam(), ".parquet");
  const Rows people = People();
  EXPECT_EQ((*Open(Bytes(file)))->columns(), people[0]);
  EXPECT_EQ(RowsOf(file), Rows(people.begin() + 1, people.end()));
}

INSTANTIATE_TEST_SUITE_P(All, Writers,
                         testing::Values("snappy", "gzip", "zstd_pages_v2", "lz4", "uncompressed",
                                         "delta", "duckdb", "polars"));

TEST(ParquetTable, DatesOfPandasAreTimestampsAtMidnight) {
  const auto columns = ColumnsOf("people_fastparquet.parquet");
  EXPECT_THAT(columns.at("date_of_birth"),
              ElementsAre("1970-01-02 00:00:00", "1981-12-31 00:00:00", "1955-07-04 00:00:00",
                          "1999-10-11 00:00:00", "1988-02-29 00:00:00"));
  EXPECT_THAT(columns.at("last_name"), ElementsAre("Lee", "Núñez", "O'Brien", "Fox", "van Beek"));
}

TEST(ParquetTable, DatesOfOldSparkArePointsInTime) {
  EXPECT_THAT(ColumnsOf("people_int96.parquet").at("date_of_birth"),
              testing::Contains("1988-02-29T00:00:00Z"));
}

class Types : public testing::TestWithParam<const char*> {};

TEST_P(Types, EachTypeHasItsTexts) {
  const auto columns = ColumnsOf(GetParam());
  const std::map<std::string, std::vector<std::string>> expected = {
      {"bool", {"true", "", "false"}},
      {"int8", {"-128", "", "127"}},
      {"uint8", {"0", "", "255"}},
      {"int32", {"-2147483648", "", "2147483647"}},
      {"uint32", {"0", "", "4294967295"}},
      {"int64", {"-9223372036854775808", "", "9223372036854775807"}},
      {"uint64", {"0", "", "18446744073709551615"}},
      {"float", {"1.5", "", ""}},
      {"double", {"2115", "", "0.1"}},
      {"date", {"1969-12-31", "", "2024-02-29"}},
      {"time", {"01:02:03", "", "23:59:59.000001"}},
      {"wall_clock", {"1970-01-02 03:04:05.678", "", "1900-01-01 00:00:00"}},
      {"instant", {"1970-01-02T03:04:05.678000Z", "", "1900-01-01T00:00:00Z"}},
      {"nanoseconds", {"1970-01-01 00:00:00.000000001", "", "1969-12-31 23:59:59.999999999"}},
      {"decimal_small", {"-1.05", "", "0.10"}},
      {"decimal_large", {"-12345678901234567890", "", "7"}},
      {"text", {"a,\"b\"\nc", "", "é"}},
      {"binary", {"plain", "", ""}},
      {"fixed", {"abc", "", "xyz"}},
      {"nothing", {"", "", ""}},
      {"name.given", {"Ann", "", ""}},
      {"name.family", {"Lee", "", "Fox"}},
  };
  EXPECT_EQ(columns, expected);
}

INSTANTIATE_TEST_SUITE_P(All, Types,
                         testing::Values("types_pyarrow.parquet", "types_pages_v2.parquet"));

TEST(ParquetTable, UuidsAreWrittenAsUsual) {
  EXPECT_THAT(ColumnsOf("types_uuid.parquet").at("uuid"),
              ElementsAre("00000000-0000-0000-0000-000000000001", "",
                          "00112233-4455-6677-8899-aabbccddeeff"));
}

TEST(ParquetTable, ColumnsOfListsAreLeftOutAndNamed) {
  EXPECT_THAT((*Open(Bytes("types_pyarrow.parquet")))->not_read(), ElementsAre("phones (lists)"));
  EXPECT_THAT((*Open(Bytes("people_snappy.parquet")))->not_read(), IsEmpty());
}

TEST(ParquetTable, ManyPagesAndRowGroupsGiveEveryRowInItsOrder) {
  const auto columns = ColumnsOf("many_rows.parquet");
  ASSERT_THAT(columns.at("row"), SizeIs(5000));
  for (int i = 0; i < 5000; ++i) {
    EXPECT_EQ(columns.at("row")[i], absl::StrCat(i));
    EXPECT_EQ(columns.at("text")[i], i % 1000 == 7 ? "" : absl::StrCat("value ", i % 700));
  }
}

TEST(ParquetTable, ACodecThatIsNotReadIsNamedWithWhatToDo) {
  const auto table = Open(Bytes("people_brotli.parquet"));
  ASSERT_TRUE(table.ok()) << table.status();
  absl::Status status;
  EXPECT_THAT(ReadAll(table->get(), &status), IsEmpty());
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("p.parquet: column 'record_id' in row group 1"), HasSubstr("row 1"),
                    HasSubstr("Brotli"), HasSubstr("write the file again")));
}

TEST(ParquetTable, AnEncryptedFileIsSaidToBe) {
  std::string bytes = Bytes("people_snappy.parquet");
  bytes.replace(bytes.size() - 4, 4, "PARE");
  EXPECT_THAT(std::string(Open(bytes).status().message()), HasSubstr("encrypted"));
}

TEST(ParquetTable, AFileThatWasCutOffAnywhereIsRefused) {
  const std::string bytes = Bytes("people_snappy.parquet");
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto table = Open(bytes.substr(0, size));
    ASSERT_FALSE(table.ok()) << size;
    EXPECT_TRUE(absl::IsInvalidArgument(table.status())) << table.status();
    EXPECT_THAT(std::string(table.status().message()), HasSubstr("p.parquet: "));
  }
}

TEST(ParquetTable, AFlippedBitInAPageWithAChecksumIsFoundBeforeARowOfItIsGiven) {
  const std::string bytes = Bytes("people_snappy.parquet");
  const size_t at = bytes.find("Main St");  // in a dictionary, which Snappy leaves readable
  ASSERT_NE(at, std::string::npos);
  std::string flipped = bytes;
  flipped[at] ^= 1;
  const auto table = Open(flipped);
  ASSERT_TRUE(table.ok()) << table.status();
  absl::Status status;
  EXPECT_THAT(ReadAll(table->get(), &status), IsEmpty());
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("column 'street_address' in row group 1"), HasSubstr("row 1"),
                    HasSubstr("its checksum differs"), Not(HasSubstr("Main"))));
}

// Not every change can be found where there is no checksum, but none may crash, give more rows than
// the file says, or name a value.
TEST(ParquetTable, AnyFlippedBitGivesRowsOrAnErrorThatNamesNoValue) {
  for (const char* file : {"people_duckdb.parquet", "people_delta.parquet", "people_lz4.parquet"}) {
    const std::string bytes = Bytes(file);
    for (size_t bit = 0; bit < bytes.size() * 8; bit += 3) {
      std::string flipped = bytes;
      flipped[bit / 8] ^= static_cast<char>(1 << bit % 8);
      const auto table = Open(flipped);
      absl::Status status = table.status();
      if (status.ok() && (*table)->rows() < 1'000) {
        EXPECT_LE(ReadAll(table->get(), &status).size(), (*table)->rows());
      }
      if (status.ok()) continue;
      EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
      EXPECT_FALSE(absl::StrContains(status.message(), "Main St")) << status;
    }
  }
}

}  // namespace
}  // namespace blindlink
