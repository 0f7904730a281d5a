#include "common/pairs/pair_file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"
#include "common/pairs/required_fields.h"

namespace blindlink {
namespace {

// The index of an optional column.
std::vector<size_t> OptionalColumn(const CsvReader& reader, absl::string_view name) {
  return reader.ColumnsOf({name}).value_or(std::vector<size_t>());
}

// Numbers the (rule, level) combinations of a file.
class RuleColumns {
 public:
  explicit RuleColumns(const CsvReader& reader)
      : reader_(reader),
        rule_(OptionalColumn(reader, "rule")),
        level_(OptionalColumn(reader, "level")) {}

  uint32_t OfThisRow() {
    const std::string& rule = rule_.empty() ? none_ : reader_.fields()[rule_[0]];
    const std::string& level = level_.empty() ? none_ : reader_.fields()[level_[0]];
    key_ = rule;
    key_.push_back('\0');
    key_.append(level);
    const uint32_t number = numbers_.Add(key_);
    if (number == rules_.size()) rules_.push_back({rule, level});
    return number;
  }
  std::vector<PairFile::Rule> TakeRules() { return std::move(rules_); }

 private:
  const CsvReader& reader_;
  const std::vector<size_t> rule_;
  const std::vector<size_t> level_;
  const std::string none_;
  NameTable numbers_;
  std::vector<PairFile::Rule> rules_;
  std::string key_;
};

// The score of a row; not-a-number if it has none.
class ScoreColumn {
 public:
  explicit ScoreColumn(const CsvReader& reader)
      : reader_(reader), column_(OptionalColumn(reader, "score")) {}

  double OfThisRow() const {
    double score = 0;
    if (column_.empty() || !absl::SimpleAtod(reader_.fields()[column_[0]], &score)) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    return score;
  }
  bool exists() const { return !column_.empty(); }

 private:
  const CsvReader& reader_;
  const std::vector<size_t> column_;
};

// Sorts the pairs and keeps, of equal ones, the first in the file.
uint64_t DropDuplicates(std::vector<RecordPair>* pairs) {
  std::stable_sort(pairs->begin(), pairs->end(), [](const RecordPair& a, const RecordPair& b) {
    return std::tie(a.left, a.right) < std::tie(b.left, b.right);
  });
  const auto end =
      std::unique(pairs->begin(), pairs->end(),
                  [](const RecordPair& a, const RecordPair& b) { return a.SameRecords(b); });
  const auto dropped = static_cast<uint64_t>(pairs->end() - end);
  pairs->erase(end, pairs->end());
  return dropped;
}

}  // namespace

absl::StatusOr<PairFile> PairFile::Read(const std::string& path, RecordTable* records) {
  BL_ASSIGN_OR_RETURN(auto reader, CsvReader::Open(path));
  BL_ASSIGN_OR_RETURN(
      RequiredFields fields,
      RequiredFields::Of(*reader, {"left_site", "left_record", "right_site", "right_record"}));
  RuleColumns rules(*reader);
  const ScoreColumn scores(*reader);
  PairFile file;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, fields.Next());
    if (!more) break;
    const uint32_t left = records->Add(fields[0], fields[1]);
    const uint32_t right = records->Add(fields[2], fields[3]);
    if (left == right) {
      ++file.self_pairs;
    } else {
      const double score = scores.OfThisRow();
      if (!std::isfinite(score)) ++file.rows_without_score;
      file.pairs.push_back(
          {std::min(left, right), std::max(left, right), rules.OfThisRow(), score});
    }
  }
  file.rows = fields.row();
  file.has_scores = scores.exists() && file.rows_without_score == 0;
  file.rules = rules.TakeRules();
  file.duplicates = DropDuplicates(&file.pairs);
  return file;
}

}  // namespace blindlink
