#include "agent/clinical/terms/name_table.h"

#include <cmath>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/table_reader.h"
#include "common/base/partial_file.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

constexpr size_t kMostRemembered = 200000;
constexpr size_t kPiece = size_t{1} << 18;  // bytes written at once

std::string Rounded(double probability) {
  return absl::StrCat(std::round(probability * 10000) / 10000);
}

// What is written for a name, and what is counted. Names repeat, so it is remembered.
struct Answer {
  TermMatch match;
  std::vector<std::string> fields;
};

Answer AnswerOf(TermMatch match) {
  Answer answer;
  std::string candidates;
  for (const TermCandidate& candidate : match.candidates) {
    absl::StrAppend(&candidates, candidates.empty() ? "" : " ", candidate.code, ":",
                    Rounded(candidate.probability));
  }
  answer.fields = {match.automatic ? match.standard_name : "",
                   match.automatic ? match.code : "",
                   std::string(NameOf(match.certainty)),
                   match.automatic ? "1" : "0",
                   Rounded(match.probability),
                   std::move(candidates),
                   match.candidates.empty() ? "no name of the dictionary is similar"
                                            : match.candidates.front().explanation};
  answer.match = std::move(match);
  return answer;
}

void Count(const TermMatch& match, NameTableCounts* counts) {
  ++counts->rows;
  counts->automatic += match.automatic;
  counts->suspected += match.certainty == Certainty::kSuspected;
  counts->history += match.certainty == Certainty::kHistory;
  counts->family += match.certainty == Certainty::kFamily;
}

struct Columns {
  int name = -1, code = -1;
};

absl::StatusOr<Columns> FindColumns(const TableReader& table, const NameColumns& columns) {
  Columns found;
  if (columns.name.empty()) {
    BL_ASSIGN_OR_RETURN(found.name, table.NeededColumn({"name", "diagnosis", "term", "surface"}));
  } else {
    BL_ASSIGN_OR_RETURN(found.name, table.NeededColumn({columns.name}));
  }
  if (columns.code.empty()) {
    found.code = table.ColumnOf({"code", "diagnosis_code"});
  } else {
    BL_ASSIGN_OR_RETURN(found.code, table.NeededColumn({columns.code}));
  }
  return found;
}

std::string HeaderRow(const TableReader& table) {
  std::vector<absl::string_view> row(table.header().begin(), table.header().end());
  row.insert(row.end(), {"standard_name", "standard_code", "certainty", "automatic", "probability",
                         "candidates", "explanation"});
  std::string text;
  AppendCsvRow(row, &text);
  return text;
}

// Answers by name and code.
class Answers {
 public:
  explicit Answers(const TermMatcher& matcher) : matcher_(matcher) {}

  // Valid until the next call. Counts names that were not asked for before.
  const Answer& Of(absl::string_view name, absl::string_view code, NameTableCounts* counts) {
    if (remembered_.size() > kMostRemembered) remembered_.clear();
    std::unique_ptr<Answer>& answer = remembered_[absl::StrCat(name, "\t", code)];
    if (answer == nullptr) {
      ++counts->distinct;
      answer = std::make_unique<Answer>(AnswerOf(matcher_.Match(name, code)));
    }
    return *answer;
  }

 private:
  const TermMatcher& matcher_;
  absl::flat_hash_map<std::string, std::unique_ptr<Answer>> remembered_;
};

}  // namespace

absl::StatusOr<NameTableCounts> MatchNameTable(
    const std::string& path, const NameColumns& columns, const TermMatcher& matcher,
    const std::string& out_path, ReviewFile* review,
    const std::function<void(uint64_t, double)>& progress) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, TableReader::Open(path));
  BL_ASSIGN_OR_RETURN(const Columns found, FindColumns(*table, columns));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<PartialFile> out, PartialFile::Create(out_path));
  std::string text = HeaderRow(*table);
  NameTableCounts counts;
  Answers answers(matcher);
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool more, table->Next());
    if (!more) break;
    const absl::string_view name = table->Field(found.name);
    const Answer& answer = answers.Of(name, table->Field(found.code), &counts);
    Count(answer.match, &counts);
    if (!answer.match.automatic && !name.empty()) review->Add(name, answer.match);
    std::vector<absl::string_view> row(table->fields().begin(), table->fields().end());
    row.insert(row.end(), answer.fields.begin(), answer.fields.end());
    AppendCsvRow(row, &text);
    if (text.size() < kPiece) continue;
    BL_RETURN_IF_ERROR(out->Append(text));
    text.clear();
    progress(counts.rows, table->ShareRead());
  }
  BL_RETURN_IF_ERROR(out->Append(text));
  BL_RETURN_IF_ERROR(out->Finish());
  return counts;
}

}  // namespace blindlink::agent
