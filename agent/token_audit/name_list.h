#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// Values with how common they are, the commonest first: what an attacker knows of a population.
using NameList = std::vector<std::pair<std::string, double>>;

// Reads a list of values and frequencies: a CSV file with a header, whose first column is the value
// and whose second is a count or share, as censuses publish them. Values are standardized like
// those of records. Values that are not usable are skipped. INVALID_ARGUMENT for a file without a
// usable row, or with a frequency that is no number; other errors as CsvReader.
absl::StatusOr<NameList> ReadNameList(const std::string& path, v1::Standardizer standardizer);

}  // namespace blindlink::agent
