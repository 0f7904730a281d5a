#include "common/csv/parquet_source.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/csv/input_buffer.h"
#include "common/parquet/parquet_table.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::string Path(const std::string& file) {
  return absl::StrCat(BLINDLINK_SOURCE_DIR "/tests/support/parquet/", file);
}

std::string All(ByteSource* source, size_t at_once) {
  std::string text;
  std::string chunk(at_once, '\0');
  while (true) {
    const auto n = source->Read(chunk.data(), chunk.size());
    EXPECT_TRUE(n.ok()) << n.status();
    if (!n.ok() || *n == 0) return text;
    text.append(chunk, 0, *n);
  }
}

TEST(ParquetSource, IsTheCsvWithNamesInQuotes) {
  const auto source = OpenByteSource(Path("people_duckdb.parquet"));
  ASSERT_TRUE(source.ok()) << source.status();
  const std::string csv = *ReadFile(Path("people.csv"));
  const std::string text = All(source->get(), 7);
  EXPECT_THAT(text, StartsWith("\"record_id\",\"first_name\",\"middle_name\",\"last_name\","));
  EXPECT_EQ(text.substr(text.find('\n')), csv.substr(csv.find('\n')));
  EXPECT_EQ((*source)->ShareRead(), 1);
}

TEST(ParquetSource, TellsWhatItRead) {
  EXPECT_THAT(
      (*OpenByteSource(Path("types_pyarrow.parquet")))->notes(),
      ElementsAre("read as Parquet: 3 rows", "columns of Parquet that are not read: phones (lists)",
                  "columns of points in time, read in UTC: instant; their days may be a day "
                  "off from those of the place: store dates of birth as DATE"));
  EXPECT_THAT((*OpenByteSource(Path("people_polars.parquet")))->notes(),
              ElementsAre("read as Parquet: 5 rows"));
  EXPECT_THAT((*OpenByteSource(Path("people.csv")))->notes(), testing::IsEmpty());
}

TEST(ParquetSource, ACsvThatBeginsWithTheSameLettersIsACsv) {
  EXPECT_FALSE(IsParquet("PARENT_I"));
  EXPECT_FALSE(IsParquet("PAR1,NAM"));
  EXPECT_FALSE(IsParquet("PAR1\r\nA\n"));
  EXPECT_FALSE(IsParquet("PAR1"));
  EXPECT_TRUE(IsParquet(absl::string_view("PAR1\x15\x04\x15\xd0", 8)));
  EXPECT_TRUE(IsParquet(absl::string_view("PARE\x40\x1f\0\0", 8)));
}

TEST(ParquetSource, ARowWithoutAnyValueIsStillARow) {
  const std::string text = All(OpenByteSource(Path("types_uuid.parquet"))->get(), 1 << 16);
  EXPECT_THAT(text, HasSubstr("\n\"\"\n"));
}

TEST(ParquetSource, AFileThatWasCompressedAsAWholeIsRefusedWithWhatToDo) {
  InputBuffer buffer(MakeMemorySource(*ReadFile(Path("people_polars.parquet"))));
  const absl::Status begun = buffer.BeginText();
  EXPECT_TRUE(absl::IsInvalidArgument(begun));
  EXPECT_THAT(std::string(begun.message()), HasSubstr("unpack it first"));
}

TEST(ParquetSource, APipeIsRefusedWithWhatToDo) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  UniqueFd out(ends[1]);
  const auto source = MakeParquetSource(UniqueFd(ends[0]), "-");
  EXPECT_TRUE(absl::IsInvalidArgument(source.status()));
  EXPECT_THAT(std::string(source.status().message()),
              AllOf(HasSubstr("Parquet"), HasSubstr("name the file")));
}

}  // namespace
}  // namespace blindlink
