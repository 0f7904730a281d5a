#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/input/column_mapping.h"
#include "agent/input/input_options.h"
#include "agent/input/input_record.h"
#include "agent/input/reject_log.h"
#include "agent/standardize/date_order.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

struct OpenedInput {
  std::unique_ptr<RecordSource> source;
  ColumnMapping mapping;
  // As stated by the user, or inferred from the file.
  StandardizeOptions standardize;
  // The evidence of each date column, with its header.
  std::vector<std::pair<std::string, DateOrderEvidence>> date_evidence;
  // One sentence each for the user: what was recognized, assumed or left open. No values.
  std::vector<std::string> notes;
};

// Opens a file of records in any format of open_rows.h, compressed or not, or a folder of tables,
// maps its columns, and infers the order of dates of each column from its first rows, or from all
// rows if the first may mislead. Also works on pipes, which can be read only once: the first rows
// are kept in memory. `plan` and `rejects` must outlive the source.
//
// Each row is a record of its own; agent/pipeline/pseudonym_order.h brings together those with the
// same record id. Besides the readers' own reasons (csv_row_reader.h and the others), a row may be
// rejected as "no-record-id".
//
// The source's Next() returns INVALID_ARGUMENT when the plan's reject limits are exceeded, and at
// the end if no row was usable. Errors of OpenInput: those of common/base/files.h; INVALID_ARGUMENT
// if the file is not a table or its columns cannot be mapped (column_mapping.h).
absl::StatusOr<OpenedInput> OpenInput(const InputOptions& options, const Plan& plan,
                                      RejectLog& rejects);

}  // namespace blindlink::agent
