#pragma once

// The implementations that the contract suite covers, and what its tests share.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/crypto/bound_cipher.h"
#include "resolver/index/clickhouse/clickhouse_token_index.h"
#include "resolver/index/memory_token_index.h"
#include "resolver/index/rocksdb/rocksdb_token_index.h"
#include "tests/support/clickhouse_cluster.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {

inline std::shared_ptr<const BoundCipher> TestCipher() {
  return std::make_shared<BoundCipher>(std::vector<uint8_t>(BoundCipher::kKeySize, 1),
                                       std::vector<uint8_t>(BoundCipher::kKeySize, 2));
}

// Open() opens an implementation's index. Restart() closes and reopens an index as a new process
// would, or just returns it if the index cannot outlive its process.
//
// WhyNot() says why the implementation cannot be tested on this machine; usually nothing.
struct InMemory {
  static std::string WhyNot() { return ""; }
  std::unique_ptr<TokenIndex> Open() { return std::make_unique<MemoryTokenIndex>(); }
  std::unique_ptr<TokenIndex> Restart(std::unique_ptr<TokenIndex> index) { return index; }
};

struct OnRocksDb {
  static std::string WhyNot() { return ""; }
  std::unique_ptr<TokenIndex> Open() {
    auto index = OpenRocksDbTokenIndex(folder / "index", cipher, kTestPartBytes);
    EXPECT_TRUE(index.ok()) << index.status();
    return index.ok() ? *std::move(index) : nullptr;
  }
  std::unique_ptr<TokenIndex> Restart(std::unique_ptr<TokenIndex> index) {
    index.reset();
    return Open();
  }

  // Small enough that a test's postings fill several parts.
  static constexpr uint64_t kTestPartBytes = 20000;
  TemporaryFolder folder;
  const std::shared_ptr<const BoundCipher> cipher = TestCipher();
};

// On two shards, of which the second begins at the token `border`.
template <uint64_t border>
struct OnClickHouse {
  static std::string WhyNot() { return ClickHouseCluster::WhyNot(); }

  std::unique_ptr<TokenIndex> Open() {
    if (!WhyNot().empty()) return nullptr;
    if (engine == nullptr) {
      engine = std::make_unique<ClickHouseEngine>(ClickHouseCluster::Shared().Options(border));
    }
    auto index =
        engine->Open({folder / "index", "contract", TestCipher(), EvidenceCodes::kMaxSize});
    EXPECT_TRUE(index.ok()) << index.status();
    return index.ok() ? *std::move(index) : nullptr;
  }
  std::unique_ptr<TokenIndex> Restart(std::unique_ptr<TokenIndex> index) {
    index.reset();
    return Open();
  }
  ~OnClickHouse() {
    if (engine == nullptr) return;
    EXPECT_TRUE(engine->Remove(folder / "index").ok());
  }

  TemporaryFolder folder;
  std::unique_ptr<ClickHouseEngine> engine;
};

// The tests' tokens are letters, and numbers of eight digits: a border in the middle of each.
using TokenIndexKinds = testing::Types<InMemory, OnRocksDb, OnClickHouse<0x6300000000000000>,
                                       OnClickHouse<0x3030303031353030>>;

struct Dataset {
  uint32_t number;
  std::vector<std::string> records;
  std::vector<Posting> postings;  // in order
};

inline Posting PostingOf(uint32_t dataset, absl::string_view token, uint32_t record,
                         uint8_t match_key = 1, uint8_t form = 0) {
  return {StoredTokenNamed(token), match_key, dataset, record, form};
}

inline storage::v1::CommittedDataset RowOf(const Dataset& dataset) {
  storage::v1::CommittedDataset row;
  row.set_dataset_number(dataset.number);
  row.mutable_manifest()->set_dataset(absl::StrCat("dataset-", dataset.number));
  row.set_records(dataset.records.size());
  row.set_postings(dataset.postings.size());
  return row;
}

inline void WriteRecords(const Dataset& dataset, DatasetWriter* writer) {
  for (const std::string& record : dataset.records) {
    ASSERT_TRUE(writer->AddRecord(RecordNamed(record)).ok());
  }
}

// Writes the postings [begin, end) of the dataset, in batches.
inline void WritePostings(const Dataset& dataset, size_t begin, size_t end, DatasetWriter* writer) {
  constexpr size_t kBatch = 100;
  for (size_t at = begin; at < end;) {
    std::unique_ptr<PostingBatch> batch = writer->NewBatch();
    do {
      batch->Add(dataset.postings[at++]);
    } while (at < end && at % kBatch != 0);
    ASSERT_TRUE(writer->AddBatch(std::move(batch)).ok());
  }
}

inline void Write(const Dataset& dataset, DatasetWriter* writer) {
  WriteRecords(dataset, writer);
  WritePostings(dataset, 0, dataset.postings.size(), writer);
}

inline void Ingest(const Dataset& dataset, TokenIndex* index) {
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

inline std::vector<Posting> AllPostings(const TokenIndex& index) {
  return Drain(index.Postings({}));
}

inline std::vector<uint32_t> NumbersIn(const TokenIndex& index) {
  const auto datasets = index.Datasets();
  EXPECT_TRUE(datasets.ok()) << datasets.status();
  std::vector<uint32_t> numbers;
  if (datasets.ok()) {
    for (const auto& dataset : *datasets) numbers.push_back(dataset.dataset_number());
  }
  return numbers;
}

template <typename Kind>
class TokenIndexContract : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = Kind::WhyNot(); !why.empty()) GTEST_SKIP() << why;
  }
  void Restart() { index_ = kind_.Restart(std::move(index_)); }

  Kind kind_;
  std::unique_ptr<TokenIndex> index_ = kind_.Open();
};

}  // namespace blindlink::resolver
