#include "agent/synthetic/coded_table.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "agent/input/row_reader.h"
#include "common/base/partial_file.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"
#include "common/csv/csv_row.h"
#include "common/csv/input_buffer.h"

namespace blindlink::agent {
namespace {

// Of the first line of a text file; a comma for JSON Lines.
absl::StatusOr<char> DelimiterOf(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  std::string start;
  char chunk[4096];
  while (start.find('\n') == std::string::npos && start.size() < kMaxRowBytes) {
    BL_ASSIGN_OR_RETURN(const size_t size, bytes->Read(chunk, sizeof chunk));
    if (size == 0) break;
    start.append(chunk, size);
  }
  start.resize(std::min(start.size(), start.find('\n')));
  return start.starts_with("{") ? ',' : SniffDelimiter(start);
}

absl::StatusOr<size_t> ColumnOf(const RowReader& reader, const std::string& name,
                                const std::string& path) {
  const std::vector<std::string>& columns = reader.columns();
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " has no column '", name, "', only: ", absl::StrJoin(columns, ", ")));
  }
  return static_cast<size_t>(found - columns.begin());
}

// Which of the file's columns is which of the table's; -1: none.
absl::StatusOr<std::vector<int>> TargetsOf(const RowReader& reader, const std::string& path,
                                           const std::vector<Domain>& domains) {
  std::vector<int> targets(reader.columns().size(), -1);
  for (size_t c = 0; c < domains.size(); ++c) {
    BL_ASSIGN_OR_RETURN(const size_t at, ColumnOf(reader, domains[c].name(), path));
    targets[at] = static_cast<int>(c);
  }
  return targets;
}

bool NeedsQuotes(absl::string_view text, char delimiter) {
  return text.find_first_of("\"\r\n") != absl::string_view::npos ||
         text.find(delimiter) != absl::string_view::npos;
}

void AppendField(absl::string_view text, char delimiter, std::string* out) {
  if (!NeedsQuotes(text, delimiter)) {
    out->append(text.data(), text.size());
    return;
  }
  out->push_back('"');
  for (const char c : text) out->append(c == '"' ? 2 : 1, c);
  out->push_back('"');
}

}  // namespace

CodedTable CodedTable::For(const std::vector<Domain>& domains) {
  CodedTable table;
  for (const Domain& domain : domains) table.sizes.push_back(domain.size());
  table.columns.resize(domains.size());
  return table;
}

std::string SyntheticId(size_t row) { return absl::StrFormat("S%07d", row + 1); }

absl::StatusOr<ReadTable> ReadCodedTable(const std::string& path,
                                         const std::vector<Domain>& domains,
                                         const std::string& key) {
  ReadTable read;
  read.table = CodedTable::For(domains);
  BL_ASSIGN_OR_RETURN(read.delimiter, DelimiterOf(path));
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  RejectLog rejects;
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<RowReader> reader,
                      OpenRowReader(std::move(bytes), read.delimiter, &rejects));
  Row row;
  std::vector<int> targets;
  int key_column = -1;
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool any, reader->Next(&row));
    if (!any) break;
    if (targets.size() < reader->columns().size()) {
      BL_ASSIGN_OR_RETURN(targets, TargetsOf(*reader, path, domains));
      if (!key.empty()) {
        BL_ASSIGN_OR_RETURN(const size_t at, ColumnOf(*reader, key, path));
        key_column = static_cast<int>(at);
      }
    }
    for (size_t c = 0; c < domains.size(); ++c) {
      read.table.columns[c].push_back(static_cast<uint16_t>(domains[c].missing()));
    }
    if (key_column >= 0) read.keys.emplace_back();
    for (const RowCell& cell : row.cells) {
      if (const int c = targets[cell.column]; c >= 0) {
        read.table.columns[c].back() = static_cast<uint16_t>(domains[c].CodeOf(cell.text));
      }
      if (static_cast<int>(cell.column) == key_column) read.keys.back() = std::string(cell.text);
    }
  }
  read.rejected_rows = rejects.rejected_rows();
  if (read.rejected_rows > 0) read.rejects = rejects.SummaryWithRows();
  return read;
}

absl::Status WriteCodedTable(const std::string& path, const std::vector<Domain>& domains,
                             const CodedTable& table, char delimiter, bool with_ids,
                             RandomSource& random) {
  constexpr size_t kChunk = size_t{1} << 20;
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<PartialFile> file, PartialFile::Create(path));
  std::string out;
  const auto end_field = [&](size_t c) {
    out.push_back(c + 1 < domains.size() ? delimiter : '\n');
  };
  if (with_ids) absl::StrAppend(&out, "local_id", std::string(1, delimiter));
  for (size_t c = 0; c < domains.size(); ++c) {
    AppendField(domains[c].name(), delimiter, &out);
    end_field(c);
  }
  for (size_t row = 0; row < table.rows(); ++row) {
    if (with_ids) absl::StrAppend(&out, SyntheticId(row), std::string(1, delimiter));
    for (size_t c = 0; c < domains.size(); ++c) {
      AppendField(domains[c].TextOf(table.columns[c][row], random), delimiter, &out);
      end_field(c);
    }
    if (out.size() > kChunk) {
      BL_RETURN_IF_ERROR(file->Append(out));
      out.clear();
    }
  }
  BL_RETURN_IF_ERROR(file->Append(out));
  return file->Finish();
}

}  // namespace blindlink::agent
