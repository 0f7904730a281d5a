#include "agent/clinical/codes/code_map.h"

#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"
#include "common/csv/csv_reader.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

constexpr std::array<absl::string_view, 5> kColumns = {"code_system", "level", "code", "persons",
                                                       "code_book"};

}  // namespace

absl::StatusOr<CodeMap> CodeMap::Open(const std::string& path) {
  CodeMap map;
  BL_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  map.digest_ = HexEncode(AsView(Sha256Of(bytes)));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<CsvReader> reader, CsvReader::Open(path));
  BL_ASSIGN_OR_RETURN(const std::vector<size_t> columns, reader->ColumnsOf(kColumns));
  for (uint64_t row = 1;; ++row) {
    BL_ASSIGN_OR_RETURN(const bool any, reader->Next());
    if (!any) break;
    const std::vector<std::string>& fields = reader->fields();
    const std::string& book = fields[columns[4]];
    if (map.book_digest_.empty()) map.book_digest_ = book;
    if (book != map.book_digest_ || fields[columns[2]].empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, ", row ", row, ", column '", book != map.book_digest_ ? "code_book" : "code",
          "' is not as codes plan writes it: use the file unchanged"));
    }
    map.released_[fields[columns[0]]].insert(fields[columns[2]]);
  }
  return map;
}

std::string CodeMap::ToText(const std::vector<Row>& rows, absl::string_view book_digest) {
  std::string text;
  AppendCsvRow(kColumns, &text);
  for (const Row& row : rows) {
    AppendCsvRow({row.system, row.level, row.code, absl::StrCat(row.persons), book_digest}, &text);
  }
  return text;
}

const absl::flat_hash_set<std::string>* CodeMap::Released(absl::string_view system) const {
  const auto found = released_.find(system);
  return found == released_.end() ? nullptr : &found->second;
}

}  // namespace blindlink::agent
