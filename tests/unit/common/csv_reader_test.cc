#include "common/csv/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace blindlink {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CsvReaderTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<CsvReader>> Open(const std::string& text) {
    const std::string path = (folder_ / "t.csv").string();
    std::ofstream(path, std::ios::binary) << text;
    return CsvReader::Open(path);
  }
  // The status of reading the first row after a header of two columns.
  absl::Status StatusOf(const std::string& row) {
    auto reader = Open("a,b\n" + row);
    EXPECT_TRUE(reader.ok()) << reader.status();
    return (*reader)->Next().status();
  }
  TemporaryFolder folder_;
};

TEST_F(CsvReaderTest, BlanksBelongToTheirField) {
  auto reader = Open("a,b\n x ,\" y \"\n\t, \"z\"\n");
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_TRUE((*reader)->Next().value());
  EXPECT_THAT((*reader)->fields(), ElementsAre(" x ", " y "));
  ASSERT_TRUE((*reader)->Next().value());
  EXPECT_THAT((*reader)->fields(), ElementsAre("\t", " \"z\""));
}

TEST_F(CsvReaderTest, FieldsOfALongRowDoNotLeakIntoTheNext) {
  auto reader = Open("a,b\n\"one \"\"and\"\" two\",long\nx,\n");
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_TRUE((*reader)->Next().value());
  EXPECT_THAT((*reader)->fields(), ElementsAre("one \"and\" two", "long"));
  ASSERT_TRUE((*reader)->Next().value());
  EXPECT_THAT((*reader)->fields(), ElementsAre("x", ""));
  EXPECT_FALSE((*reader)->Next().value());
}

TEST_F(CsvReaderTest, AMalformedRowIsNamedWithItsFault) {
  EXPECT_THAT(std::string(StatusOf("\"x\"y,z\n").message()),
              HasSubstr("t.csv, row 1 has text after a closing quote"));
  EXPECT_THAT(std::string(StatusOf("\"x,y\n").message()), HasSubstr("row 1 ends within quotes"));
  EXPECT_THAT(std::string(StatusOf(std::string(17 << 20, 'x')).message()),
              HasSubstr("row 1 is longer than 16 MiB"));
  EXPECT_THAT(std::string(StatusOf("x\n").message()), HasSubstr("row 1 has 1 fields"));
}

TEST_F(CsvReaderTest, AFaultOfTheHeaderIsSaidToBeThere) {
  EXPECT_THAT(std::string(Open("\"a,b\n").status().message()),
              HasSubstr("t.csv, the header ends within quotes"));
}

TEST_F(CsvReaderTest, AWorkbookIsRefusedWithWhatToDo) {
  const absl::Status status = Open("PK\x03\x04 and so on").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("export it as CSV"));
}

}  // namespace
}  // namespace blindlink
