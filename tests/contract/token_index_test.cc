// The contract of a token index (resolver/index/token_index.h), tested for every implementation.
#include "resolver/index/token_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "resolver/index/memory_token_index.h"
#include "resolver/index/rocksdb/rocksdb_token_index.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

struct InMemory {
  std::unique_ptr<TokenIndex> Open() { return std::make_unique<MemoryTokenIndex>(); }
};

struct OnRocksDb {
  std::unique_ptr<TokenIndex> Open() {
    auto index = OpenRocksDbTokenIndex(folder / "index");
    EXPECT_TRUE(index.ok()) << index.status();
    return index.ok() ? *std::move(index) : nullptr;
  }
  TemporaryFolder folder;
};

struct Dataset {
  uint32_t number;
  std::vector<std::string> records;
  std::vector<Posting> postings;  // in order
};

Posting PostingOf(uint32_t dataset, absl::string_view token, uint32_t record, uint8_t match_key = 1,
                  uint8_t form = 0) {
  return {StoredTokenNamed(token), match_key, dataset, record, form};
}

storage::v1::CommittedDataset RowOf(const Dataset& dataset) {
  storage::v1::CommittedDataset row;
  row.set_dataset_number(dataset.number);
  row.mutable_manifest()->set_dataset(absl::StrCat("dataset-", dataset.number));
  row.set_records(dataset.records.size());
  row.set_postings(dataset.postings.size());
  return row;
}

void Write(const Dataset& dataset, DatasetWriter* writer) {
  for (const std::string& record : dataset.records) {
    ASSERT_TRUE(writer->AddRecord(RecordNamed(record)).ok());
  }
  std::unique_ptr<PostingBatch> batch = writer->NewBatch();
  size_t added = 0;
  for (const Posting& posting : dataset.postings) {
    batch->Add(posting);
    if (++added % 100 > 0) continue;
    ASSERT_TRUE(writer->AddBatch(std::exchange(batch, writer->NewBatch())).ok());
  }
  ASSERT_TRUE(writer->AddBatch(std::move(batch)).ok());
}

void Ingest(const Dataset& dataset, TokenIndex* index) {
  const auto writer = index->BeginDataset(dataset.number, {});
  ASSERT_TRUE(writer.ok()) << writer.status();
  Write(dataset, writer->get());
  const absl::Status committed = (*writer)->Commit(RowOf(dataset));
  ASSERT_TRUE(committed.ok()) << committed;
}

template <typename T>
std::vector<T> Drain(absl::StatusOr<std::unique_ptr<Cursor<T>>> cursor) {
  EXPECT_TRUE(cursor.ok()) << cursor.status();
  std::vector<T> all;
  while (cursor.ok()) {
    const auto batch = (*cursor)->Next();
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (!batch.ok() || batch->empty()) break;
    all.insert(all.end(), batch->begin(), batch->end());
  }
  return all;
}

std::vector<Posting> AllPostings(const TokenIndex& index) { return Drain(index.Postings({})); }

std::vector<uint32_t> NumbersIn(const TokenIndex& index) {
  const auto datasets = index.Datasets();
  EXPECT_TRUE(datasets.ok()) << datasets.status();
  std::vector<uint32_t> numbers;
  if (datasets.ok()) {
    for (const auto& dataset : *datasets) numbers.push_back(dataset.dataset_number());
  }
  return numbers;
}

Dataset FirstDataset() {
  return {1,
          {"anna", "bert"},
          {PostingOf(1, "a", 0), PostingOf(1, "c", 0), PostingOf(1, "c", 1), PostingOf(1, "e", 1)}};
}

Dataset SecondDataset() {
  return {2, {"carl"}, {PostingOf(2, "b", 0), PostingOf(2, "c", 0), PostingOf(2, "d", 0)}};
}

template <typename Kind>
class TokenIndexContract : public testing::Test {
 protected:
  Kind kind_;
  std::unique_ptr<TokenIndex> index_ = kind_.Open();
};

using Kinds = testing::Types<InMemory, OnRocksDb>;
TYPED_TEST_SUITE(TokenIndexContract, Kinds);

TYPED_TEST(TokenIndexContract, ANewIndexIsEmpty) {
  EXPECT_TRUE(NumbersIn(*this->index_).empty());
  EXPECT_TRUE(AllPostings(*this->index_).empty());
  EXPECT_TRUE(Drain(this->index_->Records(1)).empty());
}

TYPED_TEST(TokenIndexContract, ADatasetIsInvisibleBeforeCommitAndWholeAfter) {
  const Dataset dataset = FirstDataset();
  const auto writer = this->index_->BeginDataset(1, {});
  ASSERT_TRUE(writer.ok());
  Write(dataset, writer->get());
  EXPECT_TRUE(AllPostings(*this->index_).empty());
  EXPECT_TRUE(Drain(this->index_->Records(1)).empty());
  EXPECT_TRUE(NumbersIn(*this->index_).empty());

  ASSERT_TRUE((*writer)->Commit(RowOf(dataset)).ok());
  EXPECT_EQ(AllPostings(*this->index_), dataset.postings);
  EXPECT_EQ(Drain(this->index_->Records(1)),
            (std::vector<RecordPseudonym>{RecordNamed("anna"), RecordNamed("bert")}));
  const auto datasets = this->index_->Datasets();
  ASSERT_TRUE(datasets.ok());
  ASSERT_EQ(datasets->size(), 1u);
  EXPECT_EQ(datasets->front().SerializeAsString(), RowOf(dataset).SerializeAsString());
}

TYPED_TEST(TokenIndexContract, PostingsComeInOrderWhateverTheOrderOfTheDatasets) {
  Ingest(SecondDataset(), this->index_.get());
  Ingest(FirstDataset(), this->index_.get());
  EXPECT_EQ(NumbersIn(*this->index_), (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(AllPostings(*this->index_),
            (std::vector<Posting>{PostingOf(1, "a", 0), PostingOf(2, "b", 0), PostingOf(1, "c", 0),
                                  PostingOf(1, "c", 1), PostingOf(2, "c", 0), PostingOf(2, "d", 0),
                                  PostingOf(1, "e", 1)}));
}

TYPED_TEST(TokenIndexContract, AtOneTokenTheyComeByMatchKeyThenDatasetThenRecordThenForm) {
  const std::vector<Posting> first = {PostingOf(1, "t", 0, 1, 0), PostingOf(1, "t", 0, 1, 3),
                                      PostingOf(1, "t", 1, 1, 0), PostingOf(1, "t", 0, 9, 0)};
  const std::vector<Posting> second = {PostingOf(2, "t", 0, 1, 0)};
  Ingest({1, {"anna", "bert"}, first}, this->index_.get());
  Ingest({2, {"carl"}, second}, this->index_.get());
  EXPECT_EQ(AllPostings(*this->index_),
            (std::vector<Posting>{first[0], first[1], first[2], second[0], first[3]}));
}

TYPED_TEST(TokenIndexContract, EvidenceComesBackAsItWasGiven) {
  Posting none = PostingOf(1, "a", 0);
  Posting some = PostingOf(1, "b", 0);
  some.evidence.bytes = {0x00, 0xff, 0x00};
  some.evidence.size = 3;
  Posting most = PostingOf(1, "c", 0);
  most.evidence.bytes.fill(0x5a);
  most.evidence.size = EvidenceCodes::kMaxSize;
  Ingest({1, {"anna"}, {none, some, most}}, this->index_.get());
  EXPECT_EQ(AllPostings(*this->index_), (std::vector<Posting>{none, some, most}));
}

TYPED_TEST(TokenIndexContract, ARangeHasItsFirstTokenAndNotItsEnd) {
  Ingest(FirstDataset(), this->index_.get());
  Ingest(SecondDataset(), this->index_.get());
  const auto tokens = [&](absl::string_view first, absl::string_view end) {
    std::string out;
    for (const Posting& posting : Drain(this->index_->Postings(
             {StoredTokenNamed(first),
              end.empty() ? std::nullopt : std::optional(StoredTokenNamed(end))}))) {
      out += static_cast<char>(posting.token.bytes[0]);
    }
    return out;
  };
  EXPECT_EQ(tokens("b", "d"), "bccc");
  EXPECT_EQ(tokens("c", "c"), "");
  EXPECT_EQ(tokens("d", ""), "de");
  EXPECT_EQ(tokens("f", ""), "");
  EXPECT_EQ(tokens("d", "b"), "");
  EXPECT_EQ(tokens("", "b"), "a");
}

TYPED_TEST(TokenIndexContract, AQueryOfSomeDatasetsSeesNoOther) {
  Ingest(FirstDataset(), this->index_.get());
  Ingest(SecondDataset(), this->index_.get());
  EXPECT_EQ(Drain(this->index_->Postings({.datasets = {2}})), SecondDataset().postings);
  EXPECT_EQ(AllPostings(*this->index_), Drain(this->index_->Postings({.datasets = {1, 2}})));
  EXPECT_TRUE(Drain(this->index_->Postings({.datasets = {3}})).empty());
}

TYPED_TEST(TokenIndexContract, TokensMetByADatasetAreThoseItHasWithAllTheirPostings) {
  Ingest(FirstDataset(), this->index_.get());
  Ingest(SecondDataset(), this->index_.get());
  EXPECT_EQ(Drain(this->index_->Postings({.met_by = {2}})),
            (std::vector<Posting>{PostingOf(2, "b", 0), PostingOf(1, "c", 0), PostingOf(1, "c", 1),
                                  PostingOf(2, "c", 0), PostingOf(2, "d", 0)}));
  EXPECT_EQ(
      Drain(this->index_->Postings({StoredTokenNamed("c"), StoredTokenNamed("d"), {}, {2}})),
      (std::vector<Posting>{PostingOf(1, "c", 0), PostingOf(1, "c", 1), PostingOf(2, "c", 0)}));
  EXPECT_TRUE(Drain(this->index_->Postings({.met_by = {3}})).empty());
}

// One dataset is so much larger than the other that its tokens are looked up instead of read.
TYPED_TEST(TokenIndexContract, AFewTokensMetInALargeDatasetAreFoundWithAllTheirPostings) {
  Dataset large{1, {"r"}, {}};
  Dataset small{2, {"s"}, {}};
  std::vector<Posting> expected;
  for (uint32_t i = 0; i < 60000; ++i) {
    const std::string token = absl::StrFormat("%08d", i / 3);
    large.postings.push_back(PostingOf(1, token, 0, static_cast<uint8_t>(i % 3 + 1)));
    if (i / 3 % 5000 == 4999 || i / 3 % 5000 == 0) {
      expected.push_back(large.postings.back());
      if (i % 3 == 2) {
        small.postings.push_back(PostingOf(2, token, 0, 3));
        expected.push_back(small.postings.back());
      }
    }
  }
  small.postings.push_back(PostingOf(2, "99999999", 0));
  expected.push_back(small.postings.back());
  Ingest(large, this->index_.get());
  Ingest(small, this->index_.get());
  EXPECT_EQ(Drain(this->index_->Postings({.met_by = {2}})), expected);
}

TYPED_TEST(TokenIndexContract, ATokenOfVeryManyRecordsComesInBatchesOfBoundedSize) {
  Dataset hub{1, {"r"}, {}};
  for (uint32_t record = 0; record < 100000; ++record) {
    hub.postings.push_back(PostingOf(1, "hub", record));
  }
  Ingest(hub, this->index_.get());
  Ingest({2, {"s"}, {PostingOf(2, "hub", 0)}}, this->index_.get());
  std::vector<Posting> expected = hub.postings;
  expected.push_back(PostingOf(2, "hub", 0));
  EXPECT_EQ(AllPostings(*this->index_), expected);
  EXPECT_EQ(Drain(this->index_->Postings({.met_by = {2}})), expected);
}

TYPED_TEST(TokenIndexContract, TheHighestTokenIsFound) {
  Posting last = PostingOf(1, "", 0);
  last.token.bytes.fill(0xff);
  last.match_key = 255;
  last.form = 255;
  Ingest({1, {"anna"}, {last}}, this->index_.get());
  EXPECT_EQ(AllPostings(*this->index_), std::vector<Posting>{last});
}

TYPED_TEST(TokenIndexContract, RecordsAreByOrdinalAndOfOneDatasetOnly) {
  Dataset many{7, {}, {}};
  std::vector<RecordPseudonym> expected;
  for (int i = 0; i < 10000; ++i) {
    many.records.push_back(absl::StrFormat("r%d", (i * 7919) % 10000));
    expected.push_back(RecordNamed(many.records.back()));
  }
  Ingest(many, this->index_.get());
  Ingest({8, {"other"}, {}}, this->index_.get());
  EXPECT_EQ(Drain(this->index_->Records(7)), expected);
  EXPECT_EQ(Drain(this->index_->Records(8)), std::vector<RecordPseudonym>{RecordNamed("other")});
  EXPECT_TRUE(Drain(this->index_->Records(6)).empty());
}

TYPED_TEST(TokenIndexContract, ADatasetNumberIsTakenOnce) {
  Ingest(FirstDataset(), this->index_.get());
  EXPECT_EQ(this->index_->BeginDataset(1, {}).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(this->index_->BeginDataset(2, {}).ok());
}

TYPED_TEST(TokenIndexContract, AnAbandonedDatasetLeavesNothingAndCanBeWrittenAgain) {
  {
    const auto writer = this->index_->BeginDataset(1, {});
    ASSERT_TRUE(writer.ok());
    Write({1, {"abandoned", "twice"}, {PostingOf(1, "x", 1)}}, writer->get());
  }
  EXPECT_TRUE(AllPostings(*this->index_).empty());
  EXPECT_TRUE(Drain(this->index_->Records(1)).empty());
  Ingest(FirstDataset(), this->index_.get());
  EXPECT_EQ(AllPostings(*this->index_), FirstDataset().postings);
  EXPECT_EQ(Drain(this->index_->Records(1)).size(), 2u);
}

TYPED_TEST(TokenIndexContract, ManyPostingsComeInManyBatchesNoneLostNoneTwice) {
  std::vector<Posting> expected;
  for (uint32_t number = 1; number <= 3; ++number) {
    Dataset dataset{number, {"one"}, {}};
    for (int i = 0; i < 9000; ++i) {
      dataset.postings.push_back(
          PostingOf(number, absl::StrFormat("%08d", i * static_cast<int>(number)), 0));
    }
    expected.insert(expected.end(), dataset.postings.begin(), dataset.postings.end());
    Ingest(dataset, this->index_.get());
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(AllPostings(*this->index_), expected);
}

TYPED_TEST(TokenIndexContract, AReaderKeepsWhatWasThereWhenItBegan) {
  Ingest(FirstDataset(), this->index_.get());
  auto cursor = this->index_->Postings({});
  Ingest(SecondDataset(), this->index_.get());
  EXPECT_EQ(Drain(std::move(cursor)), FirstDataset().postings);
}

TEST(RocksDbTokenIndex, WhatWasCommittedIsThereAfterReopening) {
  OnRocksDb kind;
  Ingest(FirstDataset(), kind.Open().get());
  const auto reopened = kind.Open();
  EXPECT_EQ(AllPostings(*reopened), FirstDataset().postings);
  EXPECT_EQ(Drain(reopened->Records(1)).size(), 2u);
  EXPECT_EQ(NumbersIn(*reopened), std::vector<uint32_t>{1});
  Ingest(SecondDataset(), reopened.get());
  EXPECT_EQ(AllPostings(*reopened).size(), 7u);
}

TEST(RocksDbTokenIndex, ADatasetIsWrittenInPartsByWritersOneAfterAnother) {
  OnRocksDb kind;
  Dataset dataset{1, {"one"}, {}};
  for (int i = 0; i < 900; ++i)
    dataset.postings.push_back(PostingOf(1, absl::StrFormat("%08d", i), 0));
  const std::vector<std::filesystem::path> parts = {kind.folder / "a", kind.folder / "b"};
  std::unique_ptr<TokenIndex> index;
  for (size_t third = 0; third < 3; ++third) {
    index.reset();  // each round simulates a new process
    index = kind.Open();
    EXPECT_TRUE(AllPostings(*index).empty());
    const auto writer = index->BeginDataset(1, {parts.begin(), parts.begin() + third});
    ASSERT_TRUE(writer.ok()) << writer.status();
    Dataset some = dataset;
    some.postings = {dataset.postings.begin() + 300 * third,
                     dataset.postings.begin() + 300 * third + 300};
    Write(some, writer->get());
    if (third < 2) {
      ASSERT_TRUE((*writer)->EndPart(parts[third]).ok());
    } else {
      ASSERT_TRUE((*writer)->Commit(RowOf(dataset)).ok());
    }
  }
  EXPECT_EQ(AllPostings(*index), dataset.postings);
  index.reset();
  EXPECT_EQ(AllPostings(*kind.Open()), dataset.postings);
}

TEST(RocksDbTokenIndex, FilesOfAnInterruptedIngestAreRemovedOnReopening) {
  OnRocksDb kind;
  kind.Open();
  const std::filesystem::path left_over = kind.folder / "index" / "incoming" / "postings-1-0.sst";
  FILE* file = fopen(left_over.c_str(), "w");
  ASSERT_NE(file, nullptr);
  fclose(file);
  const auto reopened = kind.Open();
  EXPECT_FALSE(std::filesystem::exists(left_over));
  EXPECT_TRUE(AllPostings(*reopened).empty());
}

TEST(RocksDbTokenIndex, ASecondProcessIsRefused) {
  OnRocksDb kind;
  const auto first = kind.Open();
  EXPECT_FALSE(OpenRocksDbTokenIndex(kind.folder / "index").ok());
}

TEST(RocksDbTokenIndex, ADamagedFileIsDataLossAndNotFewerPostings) {
  OnRocksDb kind;
  Dataset dataset{1, {"one"}, {}};
  for (int i = 0; i < 20000; ++i) {
    dataset.postings.push_back(PostingOf(1, absl::StrFormat("%08d", i), 0));
  }
  Ingest(dataset, kind.Open().get());
  // The largest file has the postings; inverts a byte in its middle.
  std::filesystem::path largest;
  for (const auto& entry : std::filesystem::directory_iterator(kind.folder / "index" / "db")) {
    if (entry.path().extension() != ".sst") continue;
    if (largest.empty() ||
        std::filesystem::file_size(largest) < std::filesystem::file_size(entry)) {
      largest = entry.path();
    }
  }
  ASSERT_FALSE(largest.empty());
  FILE* file = fopen(largest.c_str(), "r+");
  ASSERT_NE(file, nullptr);
  const long middle = static_cast<long>(std::filesystem::file_size(largest) / 2);
  fseek(file, middle, SEEK_SET);
  const int byte = fgetc(file);
  fseek(file, middle, SEEK_SET);
  fputc(byte ^ 1, file);
  fclose(file);

  const auto index = OpenRocksDbTokenIndex(kind.folder / "index");
  absl::Status status = index.status();
  if (index.ok()) {
    const auto cursor = (*index)->Postings({});
    ASSERT_TRUE(cursor.ok());
    while (status.ok()) {
      const auto batch = (*cursor)->Next();
      status = batch.status();
      if (batch.ok() && batch->empty()) break;
    }
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
}

}  // namespace
}  // namespace blindlink::resolver
