#include "resolver/index/clickhouse/record_rows.h"

#include <cstring>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/index/clickhouse/posting_cipher.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kRowsTogether = 64;

std::string NameOf(uint32_t first) { return absl::StrCat("records ", first); }

std::string AsText(const Sha256Digest& digest) { return std::string(AsView(digest)); }

absl::Status Damaged() {
  return absl::DataLossError("holds damaged records, or not all of them: restore the shard");
}

class RecordCursor : public Cursor<RecordPseudonym> {
 public:
  RecordCursor(const Cluster& cluster, VisibleDataset dataset)
      : cluster_(cluster), dataset_(std::move(dataset)) {}

  absl::StatusOr<absl::Span<const RecordPseudonym>> Next() override {
    batch_.clear();
    if (next_ == dataset_.about.records()) return absl::MakeConstSpan(batch_);
    const NativeType types[] = {kUInt32, kString};
    BL_ASSIGN_OR_RETURN(
        const auto found,
        cluster_.first().Select(
            absl::StrCat("SELECT first, pseudonyms FROM ", cluster_.tables.records(),
                         " WHERE load = ", dataset_.load, " AND first >= ", next_, " AND first < ",
                         next_ + kRowsTogether * kRecordsInRow, " ORDER BY first"),
            types));
    for (const NativeBlock& block : found->blocks) {
      for (size_t row = 0; row < block.rows; ++row) {
        BL_RETURN_IF_ERROR(
            Take(block.columns[0].At<uint32_t>(row), block.columns[1].StringAt(row)));
      }
    }
    if (batch_.empty()) return cluster_.first().Named(Damaged());
    return absl::MakeConstSpan(batch_);
  }

 private:
  absl::Status Take(uint32_t first, absl::string_view row) {
    if (first < next_) return absl::OkStatus();  // sent twice
    const uint64_t records = row.size() / RecordPseudonym::kSize;
    if (first != next_ || row.empty() || row.size() % RecordPseudonym::kSize != 0 ||
        next_ + records > dataset_.about.records()) {
      return cluster_.first().Named(Damaged());
    }
    std::string bytes(row);
    ApplyToText(*cluster_.cipher, dataset_.load, NameOf(first), &bytes);
    for (size_t at = 0; at < bytes.size(); at += RecordPseudonym::kSize) {
      batch_.push_back(RecordPseudonym::FromBytes(bytes.data() + at));
    }
    next_ += records;
    return absl::OkStatus();
  }

  const Cluster& cluster_;
  const VisibleDataset dataset_;
  uint64_t next_ = 0;
  std::vector<RecordPseudonym> batch_;
};

}  // namespace

void EndRecordRow(const BoundCipher& cipher, uint64_t load, uint32_t first, std::string* row,
                  const RecordColumns& columns, Sha256* hash) {
  ApplyToText(cipher, load, NameOf(first), row);
  hash->Update(AsText(Sha256Of(*row)));
  columns.firsts->append(reinterpret_cast<const char*>(&first), sizeof(first));
  AppendNativeString(*row, columns.pseudonyms);
  row->clear();
}

absl::Status SendRecordRows(const Cluster& cluster, uint32_t dataset, uint64_t load,
                            absl::string_view firsts, absl::string_view pseudonyms) {
  const size_t rows = firsts.size() / sizeof(uint32_t);
  std::string datasets;
  std::string loads;
  for (size_t row = 0; row < rows; ++row) {
    datasets.append(reinterpret_cast<const char*>(&dataset), sizeof(dataset));
    loads.append(reinterpret_cast<const char*>(&load), sizeof(load));
  }
  std::string block;
  AppendNativeBlock({{"dataset", kUInt32, datasets},
                     {"load", kUInt64, loads},
                     {"first", kUInt32, firsts},
                     {"pseudonyms", kString, pseudonyms}},
                    rows, &block);
  uint32_t first;
  uint32_t last;
  std::memcpy(&first, firsts.data(), sizeof(first));
  std::memcpy(&last, firsts.data() + firsts.size() - sizeof(last), sizeof(last));
  return InsertOnce(cluster, cluster.first(), cluster.tables.records(),
                    absl::StrCat("load = ", load, " AND first BETWEEN ", first, " AND ", last),
                    rows, {block});
}

absl::Status CheckRecordRows(const Cluster& cluster, uint64_t load, const Sha256Digest& hash) {
  const std::string select =
      absl::StrCat("SELECT hash FROM (SELECT DISTINCT first, SHA256(pseudonyms) AS hash FROM ",
                   cluster.tables.records(), " WHERE load = ", load, ") ORDER BY first");
  return cluster.first().ForEach([&](const Server& server) -> absl::Status {
    const NativeType types[] = {FixedString(std::tuple_size_v<Sha256Digest>)};
    BL_ASSIGN_OR_RETURN(const auto found, server.Select(select, types));
    Sha256 all;
    for (const NativeBlock& block : found->blocks) all.Update(block.columns[0].bytes());
    return all.Finish() == hash ? absl::OkStatus() : server.Named(Damaged());
  });
}

std::unique_ptr<Cursor<RecordPseudonym>> ReadRecords(const Cluster& cluster,
                                                     VisibleDataset dataset) {
  return std::make_unique<RecordCursor>(cluster, std::move(dataset));
}

}  // namespace blindlink::resolver
