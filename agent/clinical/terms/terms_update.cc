#include "agent/clinical/terms/terms_update.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/table_reader.h"
#include "common/base/partial_file.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {

TermUpdate::TermUpdate(const TermDictionary& old_dictionary, const TermDictionary& new_dictionary,
                       double min_right)
    : old_(old_dictionary),
      new_(new_dictionary),
      min_right_(min_right),
      csv_("kind,name,old_code,old_name,new_code,new_name,rows\n") {}

void TermUpdate::AddRow(absl::string_view kind, absl::string_view name, const Standard& before,
                        const Standard& after, uint64_t rows) {
  AppendCsvRow({kind, name, before.code, before.name, after.code, after.name,
                rows == 0 ? std::string() : absl::StrCat(rows)},
               &csv_);
}

void TermUpdate::CompareCodes() {
  counts_.old_codes = old_.codes().size();
  counts_.new_codes = new_.codes().size();
  for (uint32_t i = 0; i < old_.codes().size(); ++i) {
    const Standard before{true, std::string(old_.CodeText(i)), std::string(old_.Title(i))};
    const uint32_t now = new_.FindCode(before.code);
    if (now == kNoCode) {
      ++counts_.removed;
      AddRow("code-removed", "", before, {}, 0);
      continue;
    }
    const Standard after{true, before.code, std::string(new_.Title(now))};
    if (((old_.codes()[i].flags ^ new_.codes()[now].flags) & kBillable) != 0) {
      ++counts_.closed;
      AddRow((new_.codes()[now].flags & kBillable) != 0 ? "code-billable" : "code-not-billable", "",
             before, after, 0);
    } else if (before.name != after.name) {
      ++counts_.retitled;
      AddRow("code-retitled", "", before, after, 0);
    } else {
      ++counts_.same;
    }
  }
  for (uint32_t i = 0; i < new_.codes().size(); ++i) {
    if (old_.FindCode(new_.CodeText(i)) != kNoCode) continue;
    ++counts_.added;
    AddRow("code-added", "", {}, {true, std::string(new_.CodeText(i)), std::string(new_.Title(i))},
           0);
  }
}

void TermUpdate::CompareDictionaries(const std::function<void(uint64_t, double)>& progress) {
  CompareCodes();
  const TermMatcher before(old_, min_right_), after(new_, min_right_);
  absl::flat_hash_set<absl::string_view> seen;
  for (const FormRow& form : old_.forms()) {
    const absl::string_view name = old_.Text(form.text);
    if (!seen.insert(name).second) continue;
    const Standard from = StandardOf(before.Match(name, "")),
                   to = StandardOf(after.Match(name, ""));
    const absl::string_view kind = KindOf(from, to);
    ++counts_.names;
    counts_.unchanged += kind.empty();
    counts_.moved += kind == "moved";
    counts_.renamed += kind == "renamed";
    counts_.no_longer += kind == "to-review";
    counts_.now += kind == "now-automatic";
    if (!kind.empty()) AddRow(absl::StrCat("name-", kind), name, from, to, 0);
    if (counts_.names % 4096 == 0) {
      progress(counts_.names, static_cast<double>(&form - old_.forms().begin()) /
                                  static_cast<double>(old_.forms().size()));
    }
  }
  absl::flat_hash_set<absl::string_view> added;
  for (const FormRow& form : new_.forms()) {
    const absl::string_view name = new_.Text(form.text);
    if (seen.contains(name) || !added.insert(name).second) continue;
    ++counts_.new_names;
    const uint32_t code = form.code;
    AddRow("name-added", name, {},
           {true, code == kNoCode ? "" : std::string(new_.CodeText(code)),
            code == kNoCode ? std::string(name) : std::string(new_.Title(code))},
           0);
  }
}

TermUpdate::Standard TermUpdate::StandardOf(const TermMatch& match) {
  if (!match.automatic) return {};
  return {true, match.code, match.standard_name};
}

// What needed a person before and still does has not moved: nothing was coded.
absl::string_view TermUpdate::KindOf(const Standard& before, const Standard& after) {
  if (!before.automatic && !after.automatic) return "";
  if (before.automatic != after.automatic) return after.automatic ? "now-automatic" : "to-review";
  if (before.code != after.code) return "moved";
  return before.name != after.name ? "renamed" : "";
}

void TermUpdate::CountRow(absl::string_view kind) {
  ++counts_.rows;
  counts_.rows_unchanged += kind.empty();
  counts_.rows_moved += kind == "moved";
  counts_.rows_renamed += kind == "renamed";
  counts_.rows_no_longer += kind == "to-review";
  counts_.rows_now += kind == "now-automatic";
}

absl::StatusOr<TermUpdate::Columns> TermUpdate::FindColumns(const TableReader& table) {
  Columns columns;
  BL_ASSIGN_OR_RETURN(columns.name, table.NeededColumn({"name", "diagnosis", "term", "surface"}));
  columns.code = table.ColumnOf({"code", "diagnosis_code"});
  columns.old_code = table.ColumnOf({"standard_code"});
  columns.old_name = table.ColumnOf({"standard_name"});
  return columns;
}

void TermUpdate::UpdateRow(const TableReader& table, const Columns& columns,
                           const TermMatcher& before, const TermMatcher& after, Changes* changes,
                           std::string* out) {
  const absl::string_view name = table.Field(columns.name), code = table.Field(columns.code);
  const TermMatch match = after.Match(name, code);
  const Standard to = StandardOf(match);
  const std::string old_name(table.Field(columns.old_name));
  const Standard from =
      columns.old_code >= 0 && columns.old_name >= 0
          ? Standard{!old_name.empty(), std::string(table.Field(columns.old_code)), old_name}
          : StandardOf(before.Match(name, code));
  const absl::string_view kind = KindOf(from, to);
  CountRow(kind);
  if (!kind.empty()) {
    auto& [change, rows] =
        (*changes)[absl::StrCat(name, "\t", from.code, "\t", to.code, "\t", kind)];
    change = {kind, from, to};
    ++rows;
  }
  std::vector<absl::string_view> row(table.fields().begin(), table.fields().end());
  row.insert(row.end(), {to.automatic ? absl::string_view(to.name) : "",
                         to.automatic ? absl::string_view(to.code) : "", NameOf(match.certainty),
                         to.automatic ? "1" : "0", kind});
  AppendCsvRow(row, out);
}

void TermUpdate::AddChanges(const Changes& changes) {
  for (const auto& [key, entry] : changes) {
    AddRow(absl::StrCat("data-", entry.first.kind), key.substr(0, key.find('\t')),
           entry.first.before, entry.first.after, entry.second);
  }
}

absl::Status TermUpdate::UpdateTable(const std::string& path, const std::string& out_path,
                                     const std::function<void(uint64_t, double)>& progress) {
  constexpr size_t kPiece = size_t{1} << 18;  // bytes written at once
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, TableReader::Open(path));
  BL_ASSIGN_OR_RETURN(const Columns columns, FindColumns(*table));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<PartialFile> out, PartialFile::Create(out_path));
  const TermMatcher before(old_, min_right_), after(new_, min_right_);
  std::vector<absl::string_view> header(table->header().begin(), table->header().end());
  header.insert(header.end(), {"new_standard_name", "new_standard_code", "new_certainty",
                               "new_automatic", "moved"});
  std::string text;
  AppendCsvRow(header, &text);
  Changes changes;
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool more, table->Next());
    if (!more) break;
    UpdateRow(*table, columns, before, after, &changes, &text);
    if (text.size() < kPiece) continue;
    BL_RETURN_IF_ERROR(out->Append(text));
    text.clear();
    progress(counts_.rows, table->ShareRead());
  }
  AddChanges(changes);
  BL_RETURN_IF_ERROR(out->Append(text));
  return out->Finish();
}

std::string TermUpdate::ToCsv() const { return csv_; }

std::string UpdateToText(const UpdateCounts& c) {
  std::string text =
      absl::StrCat("codes   ", c.old_codes, " = ", c.same, " same + ", c.retitled, " retitled + ",
                   c.closed, " changed in being billable + ", c.removed, " removed\n        ",
                   c.new_codes, " = ", c.same, " same + ", c.retitled, " retitled + ", c.closed,
                   " changed in being billable + ", c.added, " added\nnames   ", c.names, " = ",
                   c.unchanged, " unchanged + ", c.moved, " with another code + ", c.renamed,
                   " with another standard name + ", c.no_longer, " to review + ", c.now,
                   " now automatic\n        ", c.new_names, " more in the new dictionary\n");
  if (c.rows > 0) {
    absl::StrAppend(&text, "rows    ", c.rows, " = ", c.rows_unchanged, " unchanged + ",
                    c.rows_moved, " with another code + ", c.rows_renamed,
                    " with another standard name + ", c.rows_no_longer, " to review + ", c.rows_now,
                    " now automatic\n");
  }
  return text;
}

}  // namespace blindlink::agent
