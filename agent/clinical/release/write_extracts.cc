#include "agent/clinical/release/write_extracts.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/clinical/release/masked_person.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

using Writers = std::vector<std::unique_ptr<ExtractWriter>>;

// Adds rows to a column, whose values are numbered in the order in which they first occur.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(const std::string& name) { column_.name = name; }

  const std::string& name() const { return column_.name; }
  void Add(const std::string& value) {
    const auto [number, added] = numbers_.emplace(value, static_cast<uint32_t>(numbers_.size()));
    if (added) {
      column_.values.push_back(value);
      column_.first_line.push_back(column_.rows.size() + 1);
    }
    column_.rows.push_back(number->second);
  }
  TableColumn Finish() { return std::move(column_); }

 private:
  TableColumn column_;
  std::map<std::string, uint32_t> numbers_;
};

std::vector<ColumnBuilder> WantedColumns(const v1::ReleasePlan& plan) {
  std::vector<ColumnBuilder> columns;
  for (const auto& one : plan.quasi_identifiers()) columns.emplace_back(one.column());
  for (const auto& one : plan.targets().sensitive()) columns.emplace_back(one.column());
  return columns;
}

absl::Status WritePerson(const NumberedPerson& person, const PersonTable& recoded, size_t row,
                         const Writers& writers) {
  std::vector<absl::string_view> values;
  for (const TableColumn& column : recoded.columns) {
    values.push_back(column.values[column.rows[row]]);
  }
  for (const auto& writer : writers) {
    BL_RETURN_IF_ERROR(writer->AddPerson(person.record, values, person.masked.death));
    for (const ReleaseRow& each : person.masked.rows) {
      BL_RETURN_IF_ERROR(writer->AddRow(person.record, each));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Writers> OpenWriters(const v1::ReleasePlan& plan,
                                    const std::filesystem::path& folder,
                                    const PersonTable& recoded) {
  std::vector<std::string> columns;
  for (const TableColumn& column : recoded.columns) columns.push_back(column.name);
  Writers writers;
  for (const v1::DataProduct& product : plan.products()) {
    BL_ASSIGN_OR_RETURN(writers.emplace_back(), ExtractWriter::Create(folder, product, columns));
  }
  return writers;
}

absl::Status PublishAll(const Writers& writers) {
  for (const auto& writer : writers) {
    absl::Status published = writer->Publish();
    if (published.ok()) continue;
    for (const auto& one : writers) one->Withdraw();
    return published;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PersonTable> PersonsToRecode(const v1::ReleasePlan& plan, StageReader* persons,
                                            const OnPersons& progress) {
  std::vector<ColumnBuilder> columns = WantedColumns(plan);
  std::set<std::string> known;
  PersonTable table;
  table.path = "the table of persons";
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::optional<absl::string_view> entry, persons->Next());
    if (!entry.has_value()) break;
    std::map<std::string, std::string> values = DecodePerson(*entry).masked.values;
    for (const auto& [name, value] : values) known.insert(name);
    for (ColumnBuilder& column : columns) column.Add(values[column.name()]);
    BL_RETURN_IF_ERROR(progress(++table.row_count, persons->ShareRead()));
  }
  for (ColumnBuilder& column : columns) {
    if (known.count(column.name()) == 0) {
      return absl::InvalidArgumentError(absl::StrCat("no person has the column ", column.name(),
                                                     " of the release plan; there are ",
                                                     absl::StrJoin(known, ", ")));
    }
    table.columns.push_back(column.Finish());
  }
  return table;
}

absl::StatusOr<std::vector<WrittenTable>> WriteExtracts(
    const ReleaseParts& parts, const std::filesystem::path& folder, StageReader* persons,
    const PersonTable& recoded, const ReleaseAccount& account, const ReleaseManifest& manifest,
    const OnPersons& progress) {
  BL_ASSIGN_OR_RETURN(const Writers writers, OpenWriters(parts.plan, folder, recoded));
  for (size_t row = 0;; ++row) {
    BL_ASSIGN_OR_RETURN(const std::optional<absl::string_view> entry, persons->Next());
    if (!entry.has_value()) break;
    BL_RETURN_IF_ERROR(WritePerson(DecodePerson(*entry), recoded, row, writers));
    BL_RETURN_IF_ERROR(progress(row + 1, persons->ShareRead()));
  }
  ReleaseManifest whole = manifest;
  whole.steps = account.Steps();
  whole.codes = account.codes;
  whole.care = account.care;
  std::vector<WrittenTable> all;
  for (size_t i = 0; i < writers.size(); ++i) {
    const v1::DataProduct& product = parts.plan.products(static_cast<int>(i));
    BL_ASSIGN_OR_RETURN(const std::vector<WrittenTable> tables, writers[i]->Finish());
    BL_RETURN_IF_ERROR(writers[i]->WriteManifest(
        ManifestJson(whole, product, tables, parts.plan.targets().min_cell())));
    for (WrittenTable table : tables) {
      table.file = absl::StrCat(product.name(), "/", table.file);
      all.push_back(std::move(table));
    }
  }
  BL_RETURN_IF_ERROR(PublishAll(writers));
  return all;
}

}  // namespace blindlink::agent
