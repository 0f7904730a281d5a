#include "common/pairs/required_fields.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink {

absl::StatusOr<RequiredFields> RequiredFields::Of(CsvReader& reader,
                                                  absl::Span<const absl::string_view> names) {
  BL_ASSIGN_OR_RETURN(std::vector<size_t> columns, reader.ColumnsOf(names));
  return RequiredFields(&reader, std::move(columns));
}

absl::StatusOr<bool> RequiredFields::Next() {
  BL_ASSIGN_OR_RETURN(const bool more, reader_->Next());
  if (!more) return false;
  ++row_;
  for (const size_t column : columns_) {
    if (reader_->fields()[column].empty()) {
      return Error(absl::StrCat("has an empty column '", reader_->header()[column], "'"));
    }
  }
  return true;
}

absl::Status RequiredFields::Error(absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(reader_->path(), ", row ", row_, " ", what));
}

}  // namespace blindlink
