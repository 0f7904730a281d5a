#include "common/csv/parquet_source.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"
#include "common/parquet/parquet_table.h"

namespace blindlink {
namespace {

constexpr size_t kChunk = size_t{64} << 10;

class ParquetSource : public ByteSource {
 public:
  explicit ParquetSource(std::unique_ptr<ParquetTable> table) : table_(std::move(table)) {
    const std::vector<std::string> names = table_->columns();
    text_ = absl::StrCat(
        absl::StrJoin(
            names, ",",
            [](std::string* out, absl::string_view name) {
              absl::StrAppend(out, "\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
            }),
        "\n");
  }

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    if (used_ == text_.size()) BL_RETURN_IF_ERROR(Fill());
    const size_t n = std::min(size, text_.size() - used_);
    std::memcpy(out, text_.data() + used_, n);
    used_ += n;
    return n;
  }

  double ShareRead() const override {
    if (table_->rows() == 0) return 1;
    return static_cast<double>(table_->rows_read()) / static_cast<double>(table_->rows());
  }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes = {absl::StrCat("read as Parquet: ", table_->rows(), " rows")};
    if (!table_->not_read().empty()) {
      notes.push_back(absl::StrCat("columns of Parquet that are not read: ",
                                   absl::StrJoin(table_->not_read(), ", ")));
    }
    if (const std::vector<std::string> names = table_->instants(); !names.empty()) {
      notes.push_back(absl::StrCat(
          "columns of points in time, read in UTC: ", absl::StrJoin(names, ", "),
          "; their days may be a day off from those of the place: store dates of birth as DATE"));
    }
    return notes;
  }

 private:
  // Replaces text_ with the next rows; with nothing at the end.
  absl::Status Fill() {
    text_.clear();
    used_ = 0;
    while (text_.size() < kChunk) {
      BL_ASSIGN_OR_RETURN(const bool more, table_->Next(&cells_));
      if (!more) break;
      fields_.assign(cells_.begin(), cells_.end());
      AppendCsvRow(fields_, &text_);
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<ParquetTable> table_;
  std::string text_;
  size_t used_ = 0;
  std::vector<std::string> cells_;
  std::vector<absl::string_view> fields_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> MakeParquetSource(UniqueFd fd,
                                                              const std::string& path) {
  struct stat info = {};
  if (fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is Parquet, which is read from its end: name the file, not a pipe"));
  }
  auto file = RandomAccessOfFile(std::move(fd), static_cast<uint64_t>(info.st_size), path);
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ParquetTable> table,
                      ParquetTable::Open(std::move(file), path));
  return std::make_unique<ParquetSource>(std::move(table));
}

}  // namespace blindlink
