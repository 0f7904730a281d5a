// Tests that an index goes through a file to another engine and back, from and to each engine
// (resolver/indexfile/index_transfer.h).
#include "resolver/indexfile/index_transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "resolver/index/overused_token.h"
#include "tests/contract/token_index_contract.h"
#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using Datasets = std::vector<storage::v1::CommittedDataset>;
using Sums = std::vector<DatasetSum>;

// With several blocks of records and of postings, evidence of all sizes, an over-used token and a
// mark.
Dataset LargeDataset(uint32_t number) {
  constexpr uint32_t kRecords = 3000;
  Dataset dataset{number, {}, {}};
  for (uint32_t record = 0; record < kRecords; ++record) {
    dataset.records.push_back(absl::StrFormat("r%d-%d", number, record));
    Posting posting = PostingOf(number, absl::StrFormat("%08d", record), record,
                                static_cast<uint8_t>(record % 5 + 1), record % 3 == 0 ? 1 : 0);
    posting.evidence.size = static_cast<uint8_t>(record % (EvidenceCodes::kMaxSize + 1));
    posting.evidence.bytes.fill(static_cast<uint8_t>(record));
    dataset.postings.push_back(posting);
  }
  dataset.postings.push_back(OverusedToken(StoredTokenNamed("00000007"), 9, number, 501, 900));
  dataset.postings.push_back(MarkOf(number, 12));
  std::sort(dataset.postings.begin(), dataset.postings.end());
  return dataset;
}

absl::Status GoOn(uint64_t) { return absl::OkStatus(); }

Datasets RowsOf(const TokenIndex& index) { return index.Datasets().value(); }

std::filesystem::path Export(const TokenIndex& index, const std::filesystem::path& file,
                             Sums* sums = nullptr) {
  storage::v1::StoredIndexFileHead head;
  head.set_project("flu");
  const auto writer = IndexFileWriter::Create(file, head, *TestCipher(), RowsOf(index));
  EXPECT_TRUE(writer.ok()) << writer.status();
  const absl::StatusOr<Sums> exported = ExportDatasets(index, RowsOf(index), **writer, GoOn);
  EXPECT_TRUE(exported.ok()) << exported.status();
  EXPECT_TRUE((*writer)->Finish().ok());
  if (sums != nullptr) *sums = *exported;
  return file;
}

absl::StatusOr<Sums> Import(const std::filesystem::path& file, TokenIndex& index,
                            Step step = GoOn) {
  const auto reader = IndexFileReader::Open(file);
  EXPECT_TRUE(reader.ok()) << reader.status();
  const absl::Status unlocked = (*reader)->Unlock(*TestCipher());
  EXPECT_TRUE(unlocked.ok()) << unlocked;
  return ImportDatasets(**reader, index, step);
}

template <typename Kind>
class IndexTransferContract : public TokenIndexContract<Kind> {
 protected:
  void FillIndex() {
    for (const Dataset& dataset : {LargeDataset(1), LargeDataset(7), Dataset{8, {}, {}}}) {
      Ingest(dataset, this->index_.get());
    }
  }

  TemporaryFolder files_;
  OnRocksDb rocksdb_;
};

TYPED_TEST_SUITE(IndexTransferContract, TokenIndexKinds);

TYPED_TEST(IndexTransferContract, AnIndexIsTheSameOnRocksDbAndBackAgain) {
  this->FillIndex();
  Sums exported;
  const auto there = this->rocksdb_.Open();
  const auto imported = Import(Export(*this->index_, this->files_ / "1", &exported), *there);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(*imported, exported);
  EXPECT_EQ(AllPostings(*there), AllPostings(*this->index_));
  EXPECT_EQ(Drain(there->Records(7)), Drain(this->index_->Records(7)));

  TypeParam kind;
  const auto back = kind.Open();
  const auto again = Import(Export(*there, this->files_ / "2"), *back);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, exported);
  EXPECT_EQ(AllPostings(*back), AllPostings(*this->index_));
  ASSERT_EQ(NumbersIn(*back), (std::vector<uint32_t>{1, 7, 8}));
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(RowsOf(*back)[i].SerializeAsString(), RowsOf(*this->index_)[i].SerializeAsString());
  }
}

TYPED_TEST(IndexTransferContract, AnInterruptedImportGoesOnAfterTheDatasetsThatItHasWritten) {
  const auto source = std::make_unique<MemoryTokenIndex>();
  for (uint32_t number : {1, 2, 3}) Ingest(LargeDataset(number), source.get());
  const auto file = Export(*source, this->files_ / "1");
  const uint64_t of_one = LargeDataset(1).postings.size();
  for (const uint64_t limit : {of_one / 2, of_one * 5 / 2, of_one * 11 / 2}) {
    uint64_t done = 0;
    const auto stopped = Import(file, *this->index_, [&](uint64_t postings) {
      done += postings;
      return done > limit ? absl::CancelledError("stopped") : absl::OkStatus();
    });
    EXPECT_TRUE(absl::IsCancelled(stopped.status())) << stopped.status();
    this->Restart();
  }
  EXPECT_EQ(NumbersIn(*this->index_), (std::vector<uint32_t>{1, 2, 3}));
  const auto imported = Import(file, *this->index_);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(AllPostings(*this->index_), AllPostings(*source));
}

TYPED_TEST(IndexTransferContract, ADatasetThatIsThereAndIsNotTheFilesIsRefused) {
  const auto source = std::make_unique<MemoryTokenIndex>();
  Ingest(LargeDataset(1), source.get());
  const auto file = Export(*source, this->files_ / "1");
  Dataset other = LargeDataset(1);
  other.postings[5].evidence.bytes[0] ^= 1;
  Ingest(other, this->index_.get());
  const auto imported = Import(file, *this->index_);
  EXPECT_TRUE(absl::IsAlreadyExists(imported.status())) << imported.status();
  EXPECT_THAT(imported.status().message(), HasSubstr("dataset number 1"));
}

TYPED_TEST(IndexTransferContract, AnIndexWithADatasetMoreThanTheFileIsRefused) {
  const auto source = std::make_unique<MemoryTokenIndex>();
  Ingest(LargeDataset(1), source.get());
  const auto file = Export(*source, this->files_ / "1");
  Ingest(LargeDataset(2), this->index_.get());
  const auto imported = Import(file, *this->index_);
  EXPECT_TRUE(absl::IsAlreadyExists(imported.status())) << imported.status();
  EXPECT_THAT(imported.status().message(), HasSubstr("dataset number 2"));
  EXPECT_EQ(NumbersIn(*this->index_), (std::vector<uint32_t>{2}));
}

// Loses a posting on the way to the disk.
class Forgetful : public MemoryTokenIndex {
 public:
  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override {
    PostingQuery less = query;
    less.end = StoredTokenNamed("00002000");
    return MemoryTokenIndex::Postings(less);
  }
};

TEST(IndexTransfer, AnIndexThatGivesBackLessThanWasWrittenIsNoticed) {
  const TemporaryFolder files;
  MemoryTokenIndex source;
  Ingest(LargeDataset(1), &source);
  Forgetful index;
  const auto imported = Import(Export(source, files / "1"), index);
  EXPECT_TRUE(absl::IsDataLoss(imported.status())) << imported.status();
  EXPECT_THAT(imported.status().message(), HasSubstr("dataset number 1"));
}

}  // namespace
}  // namespace blindlink::resolver
