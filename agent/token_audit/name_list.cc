#include "agent/token_audit/name_list.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/standardize/standardize_values.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"

namespace blindlink::agent {

absl::StatusOr<NameList> ReadNameList(const std::string& path, v1::Standardizer standardizer) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<CsvReader> file, CsvReader::Open(path));
  if (file->header().size() < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": needs two columns, a value and how common it is"));
  }
  NameList list;
  std::vector<StandardValue> values;
  for (uint64_t row = 1;; ++row) {
    BL_ASSIGN_OR_RETURN(const bool more, file->Next());
    if (!more) break;
    double frequency = 0;
    if (!absl::SimpleAtod(file->fields()[1], &frequency) || !std::isfinite(frequency)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": row ", row, ": the second column is not a number"));
    }
    TextOutcomes outcomes;
    StandardizeValues(standardizer, {file->fields()[0]}, {}, &values, &outcomes);
    if (!values.empty() && !values[0].damaged) list.emplace_back(values[0].text, frequency);
  }
  if (list.empty()) return absl::InvalidArgumentError(absl::StrCat(path, ": has no usable value"));
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return list;
}

}  // namespace blindlink::agent
