#include "agent/pipeline/tokenize_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "agent/pipeline/in_order.h"
#include "common/base/status_macros.h"
#include "common/tokens/token_block.h"
#include "tests/unit/agent/tokenize/tokenize_fixture.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;

// Records with many different names; returns the error, if set, after the last one.
class MadeUpSource : public RecordSource {
 public:
  explicit MadeUpSource(uint64_t count, absl::Status end = absl::OkStatus())
      : count_(count), end_(std::move(end)) {}

  absl::StatusOr<std::optional<RawRecord>> Next() override {
    if (next_ == count_) {
      if (!end_.ok()) return end_;
      return std::optional<RawRecord>();
    }
    const uint64_t i = next_++;
    RawRecord record;
    record.record_id = absl::StrCat("id, ", i);
    record.row = i + 1;
    const std::string letters = {static_cast<char>('A' + i % 26), 'A',
                                 static_cast<char>('A' + i / 26 % 26), 'N'};
    record.values = {{letters}, {letters + "SON"}, {"1970-03-04"}};
    if (i % 10 == 3) record.values[1] = {};
    if (i % 10 == 7) record.values[2] = {"1970-02-30"};
    return std::optional<RawRecord>(std::move(record));
  }
  double ShareRead() const override { return 1; }
  uint64_t next() const { return next_; }

 private:
  const uint64_t count_;
  const absl::Status end_;
  std::atomic<uint64_t> next_ = 0;
};

class KeepingSink : public BlockSink {
 public:
  explicit KeepingSink(uint64_t fail_at = UINT64_MAX) : fail_at_(fail_at) {}
  absl::Status Write(v1::TokenBlock block) override {
    if (blocks_.size() == fail_at_) return absl::ResourceExhaustedError("disk full");
    blocks_.push_back(block);
    return absl::OkStatus();
  }
  const std::vector<v1::TokenBlock>& blocks() const { return blocks_; }

 private:
  const uint64_t fail_at_;
  std::vector<v1::TokenBlock> blocks_;
};

class TokenizeInputTest : public testing::Test {
 protected:
  TokenizeInputTest()
      : fixture_(std::string(kNameDob) + kLastDob),
        record_key_(*RecordKey::ReadOrGenerate(folder_ / "record.key")) {}

  absl::StatusOr<v1::UploadCounts> Run(MadeUpSource& source, BlockSink& sink, size_t threads,
                                       const std::string& map_name = "") {
    PipelineOptions options{.project = "flu", .site = "general", .threads = threads};
    options.order.folder = folder_.path();
    options.cancel = &cancel_;
    options.progress = [this](uint64_t records, double) { progress_ = records; };
    std::optional<RecordMap> map;
    if (!map_name.empty()) {
      BL_ASSIGN_OR_RETURN(map, RecordMap::Create((folder_ / map_name).string()));
    }
    return TokenizeInput(source, rejects_, fixture_.setup(), record_key_, options, sink,
                         map ? &*map : nullptr);
  }

  TemporaryFolder folder_;
  TokenizeFixture fixture_;
  RecordKey record_key_;
  RejectLog rejects_;
  std::atomic<bool> cancel_ = false;
  uint64_t progress_ = 0;
};

TEST_F(TokenizeInputTest, TheBlocksAreTheSameWhateverTheNumberOfThreads) {
  std::vector<std::string> uploads;
  for (const size_t threads : {1, 2, 7}) {
    MadeUpSource source(5000);
    KeepingSink sink;
    ASSERT_TRUE(Run(source, sink, threads).ok());
    std::string& bytes = uploads.emplace_back();
    for (const v1::TokenBlock& block : sink.blocks()) bytes += block.SerializeAsString();
  }
  EXPECT_EQ(uploads[0], uploads[1]);
  EXPECT_EQ(uploads[0], uploads[2]);
}

TEST_F(TokenizeInputTest, BlocksComeInSequenceAndAreSound) {
  MadeUpSource source(3000);
  KeepingSink sink;
  ASSERT_TRUE(Run(source, sink, 3).ok());
  ASSERT_EQ(sink.blocks().size(), 3u);
  for (size_t i = 0; i < sink.blocks().size(); ++i) {
    EXPECT_EQ(sink.blocks()[i].sequence(), i);
    EXPECT_EQ(sink.blocks()[i].first_record(), i * 1024);
    EXPECT_TRUE(CheckBlock(sink.blocks()[i], fixture_.plan()).ok());
  }
}

TEST_F(TokenizeInputTest, RecordsTokensAndWhatIsMissingAreCounted) {
  MadeUpSource source(1000);
  KeepingSink sink;
  rejects_.Add({77, "", "column-count"}, /*whole_row=*/true);
  const auto counts = Run(source, sink, 2);
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->rows(), 1001u);
  EXPECT_EQ(counts->records(), 1000u);
  EXPECT_EQ(counts->rejected_rows(), 1u);
  ASSERT_EQ(counts->match_keys_size(), 2);
  EXPECT_EQ(counts->match_keys(1).match_key(), 2u);
  EXPECT_EQ(counts->match_keys(1).tokens(), 800u);
  EXPECT_EQ(counts->match_keys(1).records_without(), 200u);
  EXPECT_EQ(counts->tokens(), counts->match_keys(0).tokens() + 800u);
  EXPECT_EQ((rejects_.counts()[{"date_of_birth", "impossible-date"}]), 100u);
  EXPECT_EQ(progress_, 1000u);
}

TEST_F(TokenizeInputTest, TheRecordMapLeadsFromPseudonymToRecordAndIsClosedToOthers) {
  MadeUpSource source(3);
  KeepingSink sink;
  ASSERT_TRUE(Run(source, sink, 2, "map.csv").ok());
  const auto map = ReadPrivateFile(folder_ / "map.csv");
  ASSERT_TRUE(map.ok()) << map.status();
  const std::string pseudonym =
      HexEncode(record_key_.PseudonymOf("flu", "general", "id, 2").AsView());
  EXPECT_THAT(*map, HasSubstr(absl::StrCat("\n\"id, 2\",", pseudonym, "\n")));
  EXPECT_THAT(*map, testing::StartsWith("record_id,pseudonym\n"));
}

TEST_F(TokenizeInputTest, AnErrorOfTheSinkStopsEverythingAndLeavesNoMap) {
  MadeUpSource source(20'000);
  KeepingSink sink(2);
  const auto counts = Run(source, sink, 2, "map.csv");
  EXPECT_EQ(counts.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "map.csv"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "map.csv.partial"));
}

TEST_F(TokenizeInputTest, AnErrorOfTheSourceEndsTheRunBeforeAnyBlock) {
  MadeUpSource source(2048, absl::InvalidArgumentError("too many rejected rows"));
  KeepingSink sink;
  EXPECT_EQ(Run(source, sink, 2).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(sink.blocks().empty());
}

TEST_F(TokenizeInputTest, AnInterruptStopsTheRun) {
  MadeUpSource source(1'000'000);
  KeepingSink sink;
  cancel_ = true;
  EXPECT_EQ(Run(source, sink, 2).status().code(), absl::StatusCode::kCancelled);
  EXPECT_LT(source.next(), 100'000u);
}

TEST(InOrder, ResultsComeInTheOrderOfTheirNumbers) {
  InOrder<std::string> results(3);
  EXPECT_EQ(results.Begin(), 0u);
  EXPECT_EQ(results.Begin(), 1u);
  results.Put(1, "second");
  results.Put(0, "first");
  results.End();
  EXPECT_EQ(results.Take(), "first");
  EXPECT_EQ(results.Take(), "second");
  EXPECT_EQ(results.Take(), std::nullopt);
}

}  // namespace
}  // namespace blindlink::agent
