// Tests what every token index promises about interrupted writers (DatasetWriter in
// resolver/index/token_index.h), with each implementation.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "resolver/index/token_index.h"
#include "tests/contract/token_index_contract.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kRanges = 12;
constexpr size_t kPostingsInRange = 250;

// Each range has about 17 kB.
Dataset DatasetInRanges() {
  Dataset dataset{3, {"anna", "bert"}, {}};
  for (size_t i = 0; i < kRanges * kPostingsInRange; ++i) {
    Posting& posting =
        dataset.postings.emplace_back(PostingOf(3, absl::StrFormat("%08d", i), i % 2));
    posting.evidence.size = EvidenceCodes::kMaxSize;
    posting.evidence.bytes.fill(static_cast<uint8_t>(i));
  }
  return dataset;
}

template <typename Kind>
class DatasetWriterContract : public TokenIndexContract<Kind> {
 protected:
  DatasetWriterContract() { std::filesystem::create_directory(scratch_); }

  std::unique_ptr<DatasetWriter> Begin() { return BeginIn(scratch_); }
  std::unique_ptr<DatasetWriter> BeginIn(const std::filesystem::path& scratch) {
    auto writer = this->index_->BeginDataset(dataset_.number, scratch);
    EXPECT_TRUE(writer.ok()) << writer.status();
    return writer.ok() ? *std::move(writer) : nullptr;
  }

  // Writes the ranges [first, end); returns how many ranges are durable then.
  size_t WriteRanges(size_t first, size_t end, DatasetWriter* writer) {
    size_t durable = first;
    for (size_t range = first; range < end; ++range) {
      WritePostings(dataset_, range * kPostingsInRange, (range + 1) * kPostingsInRange, writer);
      const absl::StatusOr<bool> is_durable = writer->EndRanges(range + 1);
      EXPECT_TRUE(is_durable.ok()) << is_durable.status();
      if (is_durable.ok() && *is_durable) durable = range + 1;
    }
    return durable;
  }

  // Writes the records and the ranges from the first that is not finished to `end`; returns how
  // many ranges are durable then.
  size_t Continue(size_t end, DatasetWriter* writer) {
    WriteRecords(dataset_, writer);
    return WriteRanges(writer->finished_ranges(), end, writer);
  }

  void ExpectNothingVisible() {
    EXPECT_TRUE(NumbersIn(*this->index_).empty());
    EXPECT_TRUE(AllPostings(*this->index_).empty());
    EXPECT_TRUE(Drain(this->index_->Records(dataset_.number)).empty());
  }

  // The index must equal one whose dataset was written without an interruption.
  void ExpectWhole() {
    Kind other;
    const std::unique_ptr<TokenIndex> expected = other.Open();
    Ingest(dataset_, expected.get());
    EXPECT_EQ(AllPostings(*this->index_), AllPostings(*expected));
    EXPECT_EQ(Drain(this->index_->Records(dataset_.number)),
              Drain(expected->Records(dataset_.number)));
    EXPECT_EQ(NumbersIn(*this->index_), NumbersIn(*expected));
  }

  TemporaryFolder folder_;
  const std::filesystem::path scratch_ = folder_ / "scratch";
  const Dataset dataset_ = DatasetInRanges();
};

TYPED_TEST_SUITE(DatasetWriterContract, TokenIndexKinds);

TYPED_TEST(DatasetWriterContract, AWriterContinuesAfterTheRangesThatEarlierOnesMadeDurable) {
  size_t durable = 0;
  for (const size_t end : {5, 6, 10}) {
    std::unique_ptr<DatasetWriter> writer = this->Begin();
    EXPECT_EQ(writer->finished_ranges(), durable);
    durable = this->Continue(end, writer.get());
    // Half a range more, which is lost.
    WritePostings(this->dataset_, end * kPostingsInRange,
                  end * kPostingsInRange + kPostingsInRange / 2, writer.get());
    this->ExpectNothingVisible();
    writer.reset();
    this->Restart();
    this->ExpectNothingVisible();
  }
  EXPECT_GT(durable, 5u);
  std::unique_ptr<DatasetWriter> last = this->Begin();
  EXPECT_EQ(last->finished_ranges(), durable);
  this->Continue(kRanges, last.get());
  EXPECT_EQ(last->finished_ranges(), durable) << "only those of earlier writers";
  ASSERT_TRUE(last->Commit(RowOf(this->dataset_)).ok());
  this->ExpectWhole();
}

TYPED_TEST(DatasetWriterContract, InterruptedBeforeAnythingIsDurableTheNextBeginsAtTheFirstRange) {
  {
    const std::unique_ptr<DatasetWriter> writer = this->Begin();
    WriteRecords(this->dataset_, writer.get());
    WritePostings(this->dataset_, 0, kPostingsInRange, writer.get());
  }
  this->Restart();
  this->ExpectNothingVisible();
  const std::unique_ptr<DatasetWriter> writer = this->Begin();
  EXPECT_EQ(writer->finished_ranges(), 0u);
  this->Continue(kRanges, writer.get());
  ASSERT_TRUE(writer->Commit(RowOf(this->dataset_)).ok());
  this->ExpectWhole();
}

TYPED_TEST(DatasetWriterContract, AfterAllRangesOnlyCommitIsLeft) {
  size_t durable = this->Continue(kRanges, this->Begin().get());
  this->Restart();
  const std::unique_ptr<DatasetWriter> writer = this->Begin();
  EXPECT_EQ(writer->finished_ranges(), durable);
  this->Continue(kRanges, writer.get());
  ASSERT_TRUE(writer->Commit(RowOf(this->dataset_)).ok());
  this->Restart();
  this->ExpectWhole();
}

TYPED_TEST(DatasetWriterContract, WithoutScratchNothingIsDurableBeforeCommit) {
  EXPECT_EQ(this->Continue(kRanges, this->BeginIn({}).get()), 0u);
  this->Restart();
  const std::unique_ptr<DatasetWriter> writer = this->BeginIn({});
  EXPECT_EQ(writer->finished_ranges(), 0u);
  this->Continue(kRanges, writer.get());
  ASSERT_TRUE(writer->Commit(RowOf(this->dataset_)).ok());
  this->ExpectWhole();
}

TYPED_TEST(DatasetWriterContract, ARangeWithoutPostingsIsNoObstacle) {
  const std::unique_ptr<DatasetWriter> writer = this->Begin();
  WriteRecords(this->dataset_, writer.get());
  EXPECT_TRUE(writer->EndRanges(0).ok());
  this->WriteRanges(0, kRanges, writer.get());
  EXPECT_TRUE(writer->EndRanges(kRanges + 1).ok());
  EXPECT_TRUE(writer->EndRanges(kRanges + 2).ok());
  ASSERT_TRUE(writer->Commit(RowOf(this->dataset_)).ok());
  this->ExpectWhole();
}

}  // namespace
}  // namespace blindlink::resolver
