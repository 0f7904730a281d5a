// Tests what every token index promises (resolver/index/token_index.h), with each implementation.
#include "resolver/index/token_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "common/base/files.h"
#include "resolver/index/overused_token.h"
#include "resolver/index/rocksdb/resident_share.h"
#include "resolver/index/tokens_in_index.h"
#include "tests/contract/token_index_contract.h"
#include "tests/support/page_cache.h"
#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

Dataset FirstDataset() {
  return {1,
          {"anna", "bert"},
          {PostingOf(1, "a", 0), PostingOf(1, "c", 0), PostingOf(1, "c", 1), PostingOf(1, "e", 1)}};
}

Dataset SecondDataset() {
  return {2, {"carl"}, {PostingOf(2, "b", 0), PostingOf(2, "c", 0), PostingOf(2, "d", 0)}};
}

TYPED_TEST_SUITE(TokenIndexContract, TokenIndexKinds);

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

TYPED_TEST(TokenIndexContract, TheNumberOfAnOverusedTokenIsAPostingLikeOthers) {
  const Posting many = OverusedToken(StoredTokenNamed("c"), 1, 1, 501, 900);
  Ingest({1, {"anna"}, {PostingOf(1, "a", 0), many, PostingOf(1, "d", 0)}}, this->index_.get());
  Ingest(SecondDataset(), this->index_.get());
  PostingQuery query;
  query.datasets = {1, 2};
  query.only_with = {2};
  const std::vector<Posting> found = Drain(this->index_->Postings(query));
  ASSERT_EQ(found.size(), 5u);
  EXPECT_EQ(found[1], many);
  EXPECT_TRUE(IsOverused(found[1]));
  EXPECT_EQ(RecordsOfOverused(found[1]), 501u);
  EXPECT_EQ(PostingsOfOverused(found[1]), 900u);
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

TYPED_TEST(TokenIndexContract, OnlyWithADatasetGivesTheTokensItHasWithAllTheirPostings) {
  Ingest(FirstDataset(), this->index_.get());
  Ingest(SecondDataset(), this->index_.get());
  EXPECT_EQ(Drain(this->index_->Postings({.only_with = {2}})),
            (std::vector<Posting>{PostingOf(2, "b", 0), PostingOf(1, "c", 0), PostingOf(1, "c", 1),
                                  PostingOf(2, "c", 0), PostingOf(2, "d", 0)}));
  EXPECT_EQ(
      Drain(this->index_->Postings({StoredTokenNamed("c"), StoredTokenNamed("d"), {}, {2}})),
      (std::vector<Posting>{PostingOf(1, "c", 0), PostingOf(1, "c", 1), PostingOf(2, "c", 0)}));
  EXPECT_TRUE(Drain(this->index_->Postings({.only_with = {3}})).empty());
}

// One dataset is so much larger than the other that its tokens are looked up instead of read.
TYPED_TEST(TokenIndexContract, AFewTokensOfALargeDatasetAreFoundWithAllTheirPostings) {
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
  EXPECT_EQ(Drain(this->index_->Postings({.only_with = {2}})), expected);
}

TYPED_TEST(TokenIndexContract, AsManyCursorsAsThreadsAtLeastAreReadAtOnce) {
  Ingest(FirstDataset(), this->index_.get());
  Ingest(SecondDataset(), this->index_.get());
  const auto cursors = this->index_->CursorsAtOnce({.datasets = {1, 2}, .only_with = {2}}, 3);
  ASSERT_TRUE(cursors.ok()) << cursors.status();
  EXPECT_GE(*cursors, 3u);
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
  EXPECT_EQ(Drain(this->index_->Postings({.only_with = {2}})), expected);
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
  EXPECT_FALSE(OpenRocksDbTokenIndex(kind.folder / "index", kind.cipher).ok());
}

// Each reads ahead for each dataset.
TEST(RocksDbTokenIndex, FromADiskMoreCursorsAreReadAtOnceButNotOfManyDatasets) {
  OnRocksDb kind;
  Ingest(FirstDataset(), kind.Open().get());
  const auto index = kind.Open();
  std::vector<std::filesystem::path> tables;
  for (const auto& entry : std::filesystem::directory_iterator(kind.folder / "index" / "db")) {
    if (entry.path().extension() != ".sst") continue;
    ForgetPages(entry.path());
    tables.push_back(entry.path());
  }
  if (ResidentShare(tables) > 0.5) GTEST_SKIP() << "the kernel keeps all pages in memory";
  const auto of = [&](uint32_t datasets) {
    PostingQuery query;
    for (uint32_t number = 1; number <= datasets; ++number) query.datasets.push_back(number);
    return *index->CursorsAtOnce(query, 3);
  };
  // Asking reads pages. In memory both would be 3: the threads.
  EXPECT_EQ(of(1000), 3u);
  for (const std::filesystem::path& table : tables) ForgetPages(table);
  EXPECT_EQ(of(2), 16u);
}

TEST(RocksDbTokenIndex, NoFileHoldsEvidenceAsItCame) {
  constexpr char kCodes[] = "codes that would be found";
  OnRocksDb kind;
  Dataset dataset{1, {"one"}, {}};
  for (int i = 0; i < 1000; ++i) {
    Posting posting = PostingOf(1, absl::StrFormat("%08d", i), 0);
    posting.evidence.size = sizeof kCodes;
    std::copy(std::begin(kCodes), std::end(kCodes), posting.evidence.bytes.begin());
    dataset.postings.push_back(posting);
  }
  std::sort(dataset.postings.begin(), dataset.postings.end());
  auto index = kind.Open();
  Ingest(dataset, index.get());
  EXPECT_EQ(AllPostings(*index), dataset.postings);
  uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kind.folder / "index")) {
    if (!entry.is_regular_file()) continue;
    bytes += entry.file_size();
    EXPECT_EQ(ReadFile(entry.path())->find(kCodes), std::string::npos) << entry.path();
  }
  EXPECT_GT(bytes, 1000 * sizeof kCodes);
}

// Also RocksDB's own notes about its files, which name the first and the last key of each.
TEST(RocksDbTokenIndex, NoFileHoldsTheTokensAndPseudonymsOfARemovedDatasetAnyMore) {
  constexpr int kPostings = 4000;
  const auto token_of = [](uint32_t number, int i) {
    return absl::StrCat("token", number, 1000 + i);
  };
  const auto person_of = [](uint32_t number) { return absl::StrCat("person-of-", number); };
  OnRocksDb kind;
  const std::unique_ptr<TokenIndex> index = kind.Open();
  // Of the tokens and pseudonyms of a dataset, those that stand in a file as they are. Most tokens
  // do not: a page has them as differences.
  const auto found_of = [&](uint32_t number) {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kind.folder / "index")) {
      if (!entry.is_regular_file()) continue;
      const std::string content = *ReadFile(entry.path());
      for (int i = 0; i < kPostings; ++i) {
        if (absl::StrContains(content, token_of(number, i))) found.insert(token_of(number, i));
      }
      if (absl::StrContains(content, person_of(number))) found.insert(person_of(number));
    }
    return found;
  };
  for (uint32_t number = 1; number <= 4; ++number) {
    Dataset dataset{number, {person_of(number), "another"}, {}};
    for (int i = 0; i < kPostings; ++i) {
      dataset.postings.push_back(PostingOf(number, token_of(number, i), i % 2));
    }
    Ingest(dataset, index.get());
  }
  for (const uint32_t number : {2, 3}) {
    EXPECT_THAT(found_of(number), testing::Contains(person_of(number)));
    EXPECT_THAT(found_of(number), testing::Contains(token_of(number, kPostings - 1)));
  }
  ASSERT_TRUE(index->RemoveDataset(2).ok());
  EXPECT_THAT(found_of(2), testing::IsEmpty());
  EXPECT_THAT(found_of(3), testing::Contains(token_of(3, kPostings - 1)));
}

// A resolver whose sites replace their datasets for years must not run out of file descriptors.
TEST(RocksDbTokenIndex, DatasetsThatComeAndGoLeaveNoFiles) {
  OnRocksDb kind;
  const std::unique_ptr<TokenIndex> index = kind.Open();
  const auto files = [&kind] {
    const std::filesystem::recursive_directory_iterator all(kind.folder / "index");
    return std::count_if(begin(all), end(all),
                         [](const auto& entry) { return entry.path().extension() == ".sst"; });
  };
  Ingest(FirstDataset(), index.get());
  const auto before = files();
  for (uint32_t number = 2; number <= 30; ++number) {
    Ingest({number, {"carl"}, {PostingOf(number, "b", 0)}}, index.get());
    ASSERT_TRUE(index->RemoveDataset(number).ok());
  }
  EXPECT_EQ(files(), before);
  EXPECT_EQ(AllPostings(*index), FirstDataset().postings);
}

TYPED_TEST(TokenIndexContract, TokensAreFoundInWhateverOrderTheyAreAskedFor) {
  Ingest(FirstDataset(), this->index_.get());
  Ingest(SecondDataset(), this->index_.get());
  Dataset large{3, {"r"}, {}};
  for (int i = 0; i < 100000; ++i) {
    large.postings.push_back(PostingOf(3, absl::StrFormat("x%08d", i), 0));
  }
  Ingest(large, this->index_.get());
  std::atomic<bool> cancel = false;
  TokensInIndex tokens(*this->index_, cancel);
  const std::pair<const char*, bool> asked[] = {
      {"a", true},         {"a", true},         {"aa", false},       {"b", true},
      {"e", true},         {"f", false},        {"x00000001", true}, {"x00000001x", false},
      {"x00099998", true}, {"x00099999", true}, {"y", false},        {"z", false},
      {"c", true},         {"x00050000", true}, {"x00050000", true}, {"d", true}};
  for (const auto& [token, is_there] : asked) {
    const auto has = tokens.Has(StoredTokenNamed(token));
    ASSERT_TRUE(has.ok()) << has.status();
    EXPECT_EQ(*has, is_there) << token;
  }
  cancel = true;
  EXPECT_TRUE(absl::IsCancelled(tokens.Has(StoredTokenNamed("a")).status()));
}

TEST(RocksDbTokenIndex, ADamagedFileIsDataLossAndNotFewerPostings) {
  OnRocksDb kind;
  Dataset dataset{1, {"one"}, {}};
  for (int i = 0; i < 20000; ++i) {
    dataset.postings.push_back(PostingOf(1, absl::StrFormat("%08d", i), 0));
  }
  Ingest(dataset, kind.Open().get());
  // The largest file holds the postings; change a byte in its middle.
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

  const auto index = OpenRocksDbTokenIndex(kind.folder / "index", kind.cipher);
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

TYPED_TEST(TokenIndexContract, ARemovedDatasetIsGoneAndTheOthersAreWhole) {
  const Dataset one{1, {"a", "b"}, {PostingOf(1, "s", 0), PostingOf(1, "t", 1)}};
  const Dataset two{2, {"c"}, {PostingOf(2, "t", 0), PostingOf(2, "u", 0)}};
  const Dataset three{3, {"d"}, {PostingOf(3, "s", 0)}};
  for (const Dataset& dataset : {one, two, three}) Ingest(dataset, this->index_.get());
  ASSERT_TRUE(this->index_->RemoveDataset(2).ok());
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(NumbersIn(*this->index_), (std::vector<uint32_t>{1, 3}));
    EXPECT_EQ(AllPostings(*this->index_),
              (std::vector<Posting>{one.postings[0], three.postings[0], one.postings[1]}));
    EXPECT_EQ(Drain(this->index_->Records(1)).size(), 2u);
    EXPECT_TRUE(Drain(this->index_->Records(2)).empty());
    EXPECT_EQ(Drain(this->index_->Records(3)).size(), 1u);
    this->Restart();
  }
  EXPECT_TRUE(this->index_->RemoveDataset(2).ok()) << "again";
  Ingest(two, this->index_.get());
  EXPECT_EQ(AllPostings(*this->index_).size(), 5u);
}

}  // namespace
}  // namespace blindlink::resolver
