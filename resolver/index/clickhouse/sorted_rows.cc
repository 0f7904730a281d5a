#include "resolver/index/clickhouse/sorted_rows.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/base/byte_order.h"

namespace blindlink::resolver {
namespace {

bool AppendBlock(const NativeBlock& block, uint32_t evidence_bytes, std::vector<RowKey>* rows) {
  const std::vector<NativeValues>& columns = block.columns;
  for (size_t row = 0; row < block.rows; ++row) {
    const uint8_t width = columns[6].At<uint8_t>(row);
    if (width > evidence_bytes) return false;
    RowKey& key = rows->emplace_back();
    key.hi = columns[0].At<uint64_t>(row);
    key.second = uint64_t{columns[1].At<uint16_t>(row)} << 40 |
                 uint64_t{columns[2].At<uint8_t>(row)} << 32 | columns[3].At<uint32_t>(row);
    key.third = uint64_t{columns[4].At<uint32_t>(row)} << 16 |
                uint64_t{columns[5].At<uint8_t>(row)} << 8 | width;
    key.evidence = columns[7].bytes().data() + row * evidence_bytes;
  }
  return true;
}

// Where the rows stop being in order: the ends of the runs.
std::vector<size_t> RunsOf(const std::vector<RowKey>& rows) {
  std::vector<size_t> ends;
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows[i] < rows[i - 1]) ends.push_back(i);
  }
  ends.push_back(rows.size());
  return ends;
}

// Merges neighbouring runs until there is one.
void MergeRuns(std::vector<RowKey>* rows) {
  std::vector<size_t> ends = RunsOf(*rows);
  std::vector<RowKey> merged(ends.size() > 1 ? rows->size() : 0);
  while (ends.size() > 1) {
    std::vector<size_t> after;
    size_t begin = 0;
    for (size_t i = 0; i < ends.size(); i += 2) {
      const size_t middle = ends[i];
      const size_t end = i + 1 < ends.size() ? ends[i + 1] : middle;
      std::merge(rows->data() + begin, rows->data() + middle, rows->data() + middle,
                 rows->data() + end, merged.data() + begin);
      after.push_back(end);
      begin = end;
    }
    std::swap(*rows, merged);
    ends = std::move(after);
  }
}

}  // namespace

std::vector<NativeType> SweptTypes(uint32_t evidence_bytes) {
  return {kUInt64, kUInt16, kUInt8, kUInt32, kUInt32, kUInt8, kUInt8, FixedString(evidence_bytes)};
}

Posting RowKey::AsPosting() const {
  Posting posting;
  StoreBigEndian64(hi, posting.token.bytes.data());
  posting.token.bytes[8] = static_cast<uint8_t>(lo() >> 8);
  posting.token.bytes[9] = static_cast<uint8_t>(lo());
  posting.match_key = static_cast<uint8_t>(second >> 32);
  posting.dataset = dataset();
  posting.record = static_cast<uint32_t>(third >> 16);
  posting.form = static_cast<uint8_t>(third >> 8);
  posting.evidence.size = static_cast<uint8_t>(third);
  std::memcpy(posting.evidence.bytes.data(), evidence, posting.evidence.size);
  return posting;
}

bool SortRows(const NativeRows& answer, uint32_t evidence_bytes, std::vector<RowKey>* rows) {
  rows->clear();
  rows->reserve(answer.rows());
  for (const NativeBlock& block : answer.blocks) {
    if (!AppendBlock(block, evidence_bytes, rows)) return false;
  }
  MergeRuns(rows);
  const auto same = [](const RowKey& a, const RowKey& b) {
    return a == b && std::memcmp(a.evidence, b.evidence, static_cast<uint8_t>(a.third)) == 0;
  };
  rows->erase(std::unique(rows->begin(), rows->end(), same), rows->end());
  return true;
}

void KeepTokensOf(absl::Span<const uint32_t> datasets, std::vector<RowKey>* rows) {
  size_t kept = 0;
  for (size_t begin = 0; begin < rows->size();) {
    size_t end = begin;
    bool wanted = false;
    for (; end < rows->size() && (*rows)[end].SameToken((*rows)[begin]); ++end) {
      wanted = wanted || std::find(datasets.begin(), datasets.end(), (*rows)[end].dataset()) !=
                             datasets.end();
    }
    for (; begin < end; ++begin) {
      if (wanted) (*rows)[kept++] = (*rows)[begin];
    }
  }
  rows->resize(kept);
}

}  // namespace blindlink::resolver
