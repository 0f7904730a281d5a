#include "agent/clinical/dates/shift_seeds.h"

#include <algorithm>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr absl::string_view kHead = "blindlink-shift-seeds-v1";
constexpr char kFetchAgain[] = "fetch the file again with `blindlink-agent seeds`";

bool ByRecord(const ShiftSeeds::Row& a, const ShiftSeeds::Row& b) { return a.record < b.record; }

bool EndsWithNewline(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || file.tellg() <= 0) return false;
  file.seekg(-1, std::ios::end);
  return file.get() == '\n';
}

}  // namespace

std::string ShiftSeeds::Header(absl::string_view project, absl::string_view run, uint64_t records) {
  return absl::StrCat(kHead, " ", project, " ", run, " ", records, "\n");
}

void ShiftSeeds::AppendRow(const Row& row, std::string* out) {
  absl::StrAppend(out, HexEncode(row.record.AsView()), ",", row.seed, "\n");
}

absl::Status ShiftSeeds::TakeHeader(absl::string_view line) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  if (words.size() != 4 || words[0] != kHead || !absl::SimpleAtoi(words[3], &promised_)) {
    return absl::InvalidArgumentError(absl::StrCat("is no file of shift seeds; ", kFetchAgain));
  }
  project_ = std::string(words[1]);
  run_ = std::string(words[2]);
  return absl::OkStatus();
}

bool ShiftSeeds::TakeRow(absl::string_view line) {
  const std::vector<absl::string_view> cells = absl::StrSplit(line, ',');
  if (cells.size() != 2) return false;
  const std::optional<std::string> record = HexDecode(cells[0]);
  Row row{};
  if (!record.has_value() || record->size() != RecordPseudonym::kSize ||
      !absl::SimpleAtoi(cells[1], &row.seed)) {
    return false;
  }
  row.record = RecordPseudonym::FromBytes(reinterpret_cast<const uint8_t*>(record->data()));
  rows_.push_back(row);
  return true;
}

absl::StatusOr<ShiftSeeds> ShiftSeeds::Read(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot open ", path));
  ShiftSeeds seeds;
  std::string line;
  std::getline(file, line);
  if (const absl::Status header = seeds.TakeHeader(line); !header.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " ", header.message()));
  }
  while (std::getline(file, line)) {
    if (!seeds.TakeRow(line)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ", line ", seeds.size() + 2,
                       ": must be a record of 32 hexadecimal digits and a number; ", kFetchAgain));
    }
  }
  if (seeds.rows_.size() != seeds.promised_ || !EndsWithNewline(path)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is cut off: ", kFetchAgain));
  }
  std::sort(seeds.rows_.begin(), seeds.rows_.end(), ByRecord);
  const auto twice = std::adjacent_find(
      seeds.rows_.begin(), seeds.rows_.end(),
      [](const Row& a, const Row& b) { return a.record == b.record && a.seed != b.seed; });
  if (twice != seeds.rows_.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": a record has two seeds; ", kFetchAgain));
  }
  return seeds;
}

std::optional<uint32_t> ShiftSeeds::Of(const RecordPseudonym& record) const {
  const auto found = std::lower_bound(rows_.begin(), rows_.end(), Row{record, 0}, ByRecord);
  if (found == rows_.end() || found->record != record) return std::nullopt;
  return found->seed;
}

}  // namespace blindlink::agent
