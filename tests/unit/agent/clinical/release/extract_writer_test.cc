#include "agent/clinical/release/extract_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/files.h"
#include "common/csv/csv_reader.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using C = ReleaseColumn;

v1::DataProduct Core() {
  v1::DataProduct product;
  product.set_name("core");
  product.add_tables()->set_name("persons");
  v1::Table& visits = *product.add_tables();
  visits.set_name("visits");
  visits.add_columns("setting");
  return product;
}

class ExtractWriterTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<ExtractWriter>> Create(const v1::DataProduct& product) {
    return ExtractWriter::Create(folder_.path(), product, {"sex", "birth_year"});
  }
  TemporaryFolder folder_;
};

TEST_F(ExtractWriterTest, TheFolderGetsItsNameOnceItIsWhole) {
  const auto writer = *Create(Core());
  RecordPseudonym record{};
  ASSERT_TRUE(writer->AddPerson(record, {"F", "1970"}, "").ok());
  ReleaseRow visit;
  visit[C::kVisit] = "00ff";
  visit[C::kSetting] = "inpatient";
  visit[C::kPayer] = "not asked for";
  ASSERT_TRUE(writer->AddRow(record, visit).ok());
  ReleaseRow drug;
  drug.table = ClinicalTable::kDrugs;
  ASSERT_TRUE(writer->AddRow(record, drug).ok());  // not of this product
  const auto written = writer->Finish();
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->size(), 2u);
  EXPECT_EQ((*written)[1].rows, 1u);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "core"));
  ASSERT_TRUE(writer->WriteManifest("{}\n").ok());
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "core.partial"));
  const auto visits = *CsvReader::Open(folder_ / "core/visits.csv.zst");
  EXPECT_THAT(visits->header(),
              ElementsAre("record", "visit", "receipt", "start", "end", "setting"));
  ASSERT_TRUE(*visits->Next());
  EXPECT_THAT(visits->fields(), ElementsAre(std::string(32, '0'), "00ff", "", "", "", "inpatient"));
  const auto persons = *CsvReader::Open(folder_ / "core/persons.csv.zst");
  EXPECT_THAT(persons->header(), ElementsAre("record", "sex", "birth_year", "death"));
}

TEST_F(ExtractWriterTest, WithoutPublishNothingIsLeft) {
  {
    const auto writer = *Create(Core());
    ASSERT_TRUE(writer->Finish().ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(ExtractWriterTest, WhatAKilledRunLeftIsReplaced) {
  std::filesystem::create_directory(folder_ / "core.partial");
  ASSERT_TRUE(WriteFileAtomically(folder_ / "core.partial/old", "old", 0600).ok());
  const auto writer = *Create(Core());
  ASSERT_TRUE(writer->Finish().ok());
  ASSERT_TRUE(writer->WriteManifest("{}\n").ok());
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "core/old"));
}

TEST_F(ExtractWriterTest, AWithdrawnProductIsGone) {
  {
    const auto writer = *Create(Core());
    ASSERT_TRUE(writer->Finish().ok());
    ASSERT_TRUE(writer->WriteManifest("{}\n").ok());
    ASSERT_TRUE(writer->Publish().ok());
    writer->Withdraw();
    EXPECT_FALSE(std::filesystem::exists(folder_ / "core"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(ExtractWriterTest, AReleaseIsNeverReplaced) {
  std::filesystem::create_directory(folder_ / "core");
  EXPECT_THAT(std::string(ExtractWriter::CheckIsNew(folder_.path(), Core()).message()),
              HasSubstr("name another --out"));
  const auto writer = *Create(Core());
  ASSERT_TRUE(writer->Finish().ok());
  ASSERT_TRUE(writer->WriteManifest("{}").ok());
  EXPECT_THAT(std::string(writer->Publish().message()), HasSubstr("name another --out"));
}

TEST_F(ExtractWriterTest, TheSameReleaseIsPublishedOnce) {
  for (int run = 0; run < 2; ++run) {
    const auto writer = *Create(Core());
    ASSERT_TRUE(writer->Finish().ok());
    ASSERT_TRUE(writer->WriteManifest("{}").ok());
    EXPECT_TRUE(writer->Publish().ok());
  }
  EXPECT_TRUE(std::filesystem::exists(folder_ / "core/manifest.json"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "core.partial"));
}

TEST_F(ExtractWriterTest, UnknownTablesAndColumnsAreNamedWithThoseThereAre) {
  v1::DataProduct product = Core();
  product.mutable_tables(1)->add_columns("colour");
  EXPECT_THAT(std::string(Create(product).status().message()),
              HasSubstr("no column colour; there are visit, receipt"));
  product = Core();
  product.add_tables()->set_name("labs");
  EXPECT_THAT(std::string(Create(product).status().message()), HasSubstr("no table labs"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace blindlink::agent
