#include "agent/clinical/dates/shift_seeds.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"

namespace blindlink::agent {
namespace {

bool ByRecord(const ShiftSeeds::Row& a, const ShiftSeeds::Row& b) { return a.record < b.record; }

}  // namespace

void ShiftSeeds::AppendRow(const Row& row, std::string* out) {
  absl::StrAppend(out, HexEncode(row.record.AsView()), ",", row.seed, "\n");
}

absl::StatusOr<ShiftSeeds> ShiftSeeds::Read(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const auto reader, CsvReader::Open(path));
  BL_ASSIGN_OR_RETURN(const auto columns, reader->ColumnsOf({"record", "seed"}));
  ShiftSeeds seeds;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next());
    if (!more) break;
    const std::optional<std::string> record = HexDecode(reader->fields()[columns[0]]);
    Row row{};
    if (!record.has_value() || record->size() != RecordPseudonym::kSize ||
        !absl::SimpleAtoi(reader->fields()[columns[1]], &row.seed)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ", row ", seeds.size() + 1,
                       ": must be a record of 32 hexadecimal digits and a number; fetch the file "
                       "again with `blindlink-agent seeds`"));
    }
    row.record = RecordPseudonym::FromBytes(reinterpret_cast<const uint8_t*>(record->data()));
    seeds.rows_.push_back(row);
  }
  std::sort(seeds.rows_.begin(), seeds.rows_.end(), ByRecord);
  const auto twice = std::adjacent_find(
      seeds.rows_.begin(), seeds.rows_.end(),
      [](const Row& a, const Row& b) { return a.record == b.record && a.seed != b.seed; });
  if (twice != seeds.rows_.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": a record has two seeds; fetch the file again"));
  }
  return seeds;
}

std::optional<uint32_t> ShiftSeeds::Of(const RecordPseudonym& record) const {
  const auto found = std::lower_bound(rows_.begin(), rows_.end(), Row{record, 0}, ByRecord);
  if (found == rows_.end() || found->record != record) return std::nullopt;
  return found->seed;
}

}  // namespace blindlink::agent
