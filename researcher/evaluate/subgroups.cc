#include "researcher/evaluate/subgroups.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"
#include "common/pairs/required_fields.h"

namespace blindlink::researcher {
namespace {

// Fills one grouping from its column.
class GroupColumn {
 public:
  GroupColumn(std::string name, size_t column) : column_(column) {
    grouping_.name = std::move(name);
    names_.Add("not stated");
  }

  absl::Status Learn(uint32_t record, const CsvReader& reader, const RequiredFields& row) {
    const std::string& value = reader.fields()[column_];
    if (value.empty()) return absl::OkStatus();
    const uint32_t group = names_.Add(value);
    if (names_.size() > kMaxGroups + 1) {
      return absl::InvalidArgumentError(
          absl::StrCat(reader.path(), ": column '", grouping_.name, "' has more than ", kMaxGroups,
                       " different values: group by something coarser"));
    }
    if (record >= grouping_.group_of.size()) grouping_.group_of.resize(record + 1);
    uint32_t& known = grouping_.group_of[record];
    if (known != Grouping::kNotStated && known != group) {
      return row.Error(absl::StrCat("puts a record of an earlier row into another group of '",
                                    grouping_.name, "'"));
    }
    known = group;
    return absl::OkStatus();
  }

  Grouping Take() {
    for (uint32_t i = 0; i < names_.size(); ++i) grouping_.groups.push_back(names_.NameOf(i));
    return std::move(grouping_);
  }

 private:
  const size_t column_;
  Grouping grouping_;
  NameTable names_;
};

std::vector<GroupColumn> ColumnsToRead(const CsvReader& reader,
                                       absl::Span<const std::string> wanted) {
  std::vector<GroupColumn> columns;
  for (size_t i = 0; i < reader.header().size(); ++i) {
    const std::string& name = reader.header()[i];
    const bool is_record = name == "site" || name == "record" || name == "person";
    const bool is_wanted =
        wanted.empty() ? !is_record : std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    if (is_wanted) columns.emplace_back(name, i);
  }
  return columns;
}

}  // namespace

absl::StatusOr<std::vector<Grouping>> ReadGroupings(const std::string& path,
                                                    absl::Span<const std::string> columns,
                                                    RecordTable* records) {
  BL_ASSIGN_OR_RETURN(auto reader, CsvReader::Open(path));
  BL_ASSIGN_OR_RETURN(RequiredFields fields, RequiredFields::Of(*reader, {"site", "record"}));
  std::vector<GroupColumn> to_read = ColumnsToRead(*reader, columns);
  if (to_read.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " has no column to group by besides site and record"));
  }
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, fields.Next());
    if (!more) break;
    const uint32_t record = records->Add(fields[0], fields[1]);
    for (GroupColumn& column : to_read) {
      BL_RETURN_IF_ERROR(column.Learn(record, *reader, fields));
    }
  }
  std::vector<Grouping> groupings;
  groupings.reserve(to_read.size());
  for (GroupColumn& column : to_read) groupings.push_back(column.Take());
  return groupings;
}

}  // namespace blindlink::researcher
