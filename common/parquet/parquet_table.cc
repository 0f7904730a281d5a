#include "common/parquet/parquet_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr absl::string_view kMagic = "PAR1";
constexpr absl::string_view kEncryptedMagic = "PARE";
constexpr size_t kEndBytes = 8;  // the length of the footer, and the magic
constexpr uint64_t kMaxFooterBytes = uint64_t{64} << 20;

absl::StatusOr<std::string> ReadFooter(RandomAccess* file) {
  const uint64_t size = file->size();
  const absl::Status cut = absl::InvalidArgumentError(
      "the Parquet file is damaged or cut off: it does not end as Parquet does");
  char end[kEndBytes];
  if (size < kMagic.size() + kEndBytes) return cut;
  BL_RETURN_IF_ERROR(file->ReadAt(size - kEndBytes, end, kEndBytes));
  const absl::string_view magic(end + sizeof(uint32_t), kMagic.size());
  if (magic == kEncryptedMagic) {
    return absl::InvalidArgumentError(
        "the Parquet file is encrypted; write it again without Parquet's encryption");
  }
  uint32_t length = 0;
  std::memcpy(&length, end, sizeof(length));  // little-endian, as this machine is
  if (magic != kMagic || length > size - kMagic.size() - kEndBytes) return cut;
  if (length > kMaxFooterBytes) {
    return absl::InvalidArgumentError(
        "the Parquet file's footer is larger than 64 MiB; write it again with larger row groups");
  }
  std::string footer(length, '\0');
  BL_RETURN_IF_ERROR(file->ReadAt(size - kEndBytes - length, footer.data(), length));
  return footer;
}

absl::Status Named(absl::string_view name, const absl::Status& status) {
  if (status.ok() || absl::StrContains(status.message(), name)) return status;
  return absl::Status(status.code(), absl::StrCat(name, ": ", status.message()));
}

}  // namespace

bool IsParquet(absl::string_view head) {
  if (!absl::StartsWith(head, kMagic) && !absl::StartsWith(head, kEncryptedMagic)) return false;
  // Then comes Thrift or a length, and not the rest of a header like PARENT_ID.
  const absl::string_view next = head.substr(kMagic.size(), sizeof(uint32_t));
  return std::any_of(next.begin(), next.end(), [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c)) &&
           !absl::ascii_isspace(static_cast<unsigned char>(c));
  });
}

ParquetTable::ParquetTable(std::unique_ptr<RandomAccess> file, std::string name,
                           FileMetadata metadata)
    : file_(std::move(file)), name_(std::move(name)), metadata_(std::move(metadata)) {}

absl::StatusOr<std::unique_ptr<ParquetTable>> ParquetTable::Open(std::unique_ptr<RandomAccess> file,
                                                                 std::string name) {
  const absl::StatusOr<std::string> footer = ReadFooter(file.get());
  if (!footer.ok()) return Named(name, footer.status());
  absl::StatusOr<FileMetadata> metadata = ParseFileMetadata(*footer, file->size());
  if (!metadata.ok()) return Named(name, metadata.status());
  return absl::WrapUnique(new ParquetTable(std::move(file), std::move(name), *std::move(metadata)));
}

std::vector<std::string> ParquetTable::columns() const {
  std::vector<std::string> names;
  for (const ParquetColumn& column : metadata_.columns) names.push_back(column.name);
  return names;
}

std::vector<std::string> ParquetTable::instants() const {
  std::vector<std::string> names;
  for (const ParquetColumn& column : metadata_.columns) {
    if (column.type.is_instant) names.push_back(column.name);
  }
  return names;
}

absl::StatusOr<bool> ParquetTable::Next(std::vector<std::string>* texts) {
  while (left_in_group_ == 0) {
    if (next_group_ == metadata_.row_groups.size()) return false;
    const RowGroup& group = metadata_.row_groups[next_group_++];
    left_in_group_ = group.rows;
    readers_.clear();
    for (const ParquetColumn& column : metadata_.columns) {
      readers_.emplace_back(file_.get(), column, group.chunks[column.leaf]);
    }
  }
  texts->resize(readers_.size());
  for (size_t i = 0; i < readers_.size(); ++i) {
    const absl::Status status = readers_[i].Next(&(*texts)[i]);
    if (status.ok()) continue;
    if (!absl::IsInvalidArgument(status)) return Named(name_, status);
    return absl::InvalidArgumentError(
        absl::StrCat(name_, ": column '", metadata_.columns[i].name, "' in row group ", next_group_,
                     " cannot be read from row ", rows_read_ + 1, " on: ", status.message()));
  }
  --left_in_group_;
  ++rows_read_;
  return true;
}

}  // namespace blindlink
