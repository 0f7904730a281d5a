#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/base/byte_order.h"
#include "resolver/index/clickhouse/clickhouse_token_index.h"
#include "resolver/index/token_index.h"
#include "tests/support/clickhouse_cluster.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {

// An index on two servers; the second has the upper half of the tokens.
class ClusterTest : public testing::Test {
 protected:
  static constexpr uint64_t kBorder = 1ULL << 63;
  static constexpr uint32_t kEvidence = 20;

  void SetUp() override {
    if (const std::string why = ClickHouseCluster::WhyNot(); !why.empty()) GTEST_SKIP() << why;
    options_ = std::make_unique<ClickHouseOptions>(cluster().Options(kBorder));
    options_->patience = std::chrono::seconds(30);
  }
  void TearDown() override {
    index_.reset();
    if (options_ == nullptr) return;
    const ClickHouseEngine engine(cluster().Options(kBorder));
    EXPECT_TRUE(engine.Remove(folder_ / "index").ok());
  }

  static ClickHouseCluster& cluster() { return ClickHouseCluster::Shared(); }

  absl::StatusOr<std::unique_ptr<TokenIndex>> OpenIn(const std::filesystem::path& folder) {
    return OpenClickHouseTokenIndex(
        *options_, {folder, "failures",
                    std::make_shared<BoundCipher>(std::vector<uint8_t>(BoundCipher::kKeySize, 1),
                                                  std::vector<uint8_t>(BoundCipher::kKeySize, 2)),
                    kEvidence});
  }
  void Open() {
    index_.reset();
    auto index = OpenIn(folder_ / "index");
    ASSERT_TRUE(index.ok()) << index.status();
    index_ = *std::move(index);
  }

  // So many, spread over all tokens.
  static std::vector<Posting> PostingsOf(uint32_t dataset, size_t count) {
    std::vector<Posting> postings;
    for (size_t i = 0; i < count; ++i) {
      Posting posting{{}, 1, dataset, static_cast<uint32_t>(i % 2), 0, {}};
      StoreBigEndian64(UINT64_MAX / count * i, posting.token.bytes.data());
      posting.evidence.size = static_cast<uint8_t>(i % (kEvidence + 1));
      posting.evidence.bytes.fill('e');
      postings.push_back(posting);
    }
    return postings;
  }

  static storage::v1::CommittedDataset RowOf(uint32_t dataset, size_t postings) {
    storage::v1::CommittedDataset row;
    row.set_dataset_number(dataset);
    row.set_records(2);
    row.set_postings(postings);
    return row;
  }

  static absl::Status WriteRecords(DatasetWriter* writer) {
    for (const char* record : {"anna", "bert"}) {
      if (absl::Status added = writer->AddRecord(RecordNamed(record)); !added.ok()) return added;
    }
    return absl::OkStatus();
  }

  // Writes [begin, end), ending a range after every hundred.
  static absl::Status WritePostings(const std::vector<Posting>& postings, size_t begin, size_t end,
                                    DatasetWriter* writer) {
    constexpr size_t kRange = 100;
    for (size_t at = begin; at < end; at += kRange) {
      auto batch = writer->NewBatch();
      for (size_t i = at; i < std::min(at + kRange, end); ++i) batch->Add(postings[i]);
      if (absl::Status added = writer->AddBatch(std::move(batch)); !added.ok()) return added;
      if (auto ended = writer->EndRanges(at / kRange + 1); !ended.ok()) return ended.status();
    }
    return absl::OkStatus();
  }

  absl::Status Write(uint32_t dataset, const std::vector<Posting>& postings,
                     const std::filesystem::path& scratch = {}) {
    auto writer = index_->BeginDataset(dataset, scratch);
    if (!writer.ok()) return writer.status();
    absl::Status status = WriteRecords(writer->get());
    const size_t begin = (*writer)->finished_ranges() * 100;
    if (status.ok()) status = WritePostings(postings, begin, postings.size(), writer->get());
    if (status.ok()) status = (*writer)->Commit(RowOf(dataset, postings.size()));
    return status;
  }

  absl::StatusOr<std::vector<Posting>> Read(const PostingQuery& query = {}) {
    auto cursor = index_->Postings(query);
    if (!cursor.ok()) return cursor.status();
    std::vector<Posting> all;
    while (true) {
      const auto batch = (*cursor)->Next();
      if (!batch.ok()) return batch.status();
      if (batch->empty()) return all;
      all.insert(all.end(), batch->begin(), batch->end());
    }
  }

  // A folder of the servers' data: the table of postings on the shard.
  static std::filesystem::path PostingsFolder(int shard) {
    const std::filesystem::path tables =
        cluster().folder() / absl::StrFormat("shard%d/data/data/blindlink", shard);
    for (const auto& entry : std::filesystem::directory_iterator(tables)) {
      const std::string name = entry.path().filename();
      if (name.starts_with("failures_") && name.ends_with("_postings")) return entry.path();
    }
    return {};
  }

  TemporaryFolder folder_;
  std::unique_ptr<ClickHouseOptions> options_;
  std::unique_ptr<TokenIndex> index_;
};

}  // namespace blindlink::resolver
