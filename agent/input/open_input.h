#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/input/column_mapping.h"
#include "agent/input/input_record.h"
#include "agent/input/reject_log.h"
#include "agent/standardize/date_order.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

struct InputOptions {
  std::string path;                     // "-": standard input
  std::string columns;                  // column_mapping.h: "role=header,..."
  std::optional<char> delimiter;        // sniffed if absent
  std::optional<DateOrder> date_order;  // inferred if absent
};

struct OpenedInput {
  std::unique_ptr<RecordSource> source;
  ColumnMapping mapping;
  // For StandardizeOptions: as stated, or as the first rows tell.
  DateOrder date_order = DateOrder::kMonthDayYear;
  // Each column of dates, by header.
  std::vector<std::pair<std::string, DateOrderEvidence>> date_evidence;
  // For the user, a sentence each: what was recognized, assumed or left open. No values.
  std::vector<std::string> notes;
};

// Opens a file of records: compressed or not, CSV, TSV or JSON Lines; maps its columns; looks at
// its first rows for the order of dates. Works on pipes as well: what was looked at is read again
// from memory. `plan` and `rejects` must outlive the source.
//
// Rows with the same record id next to one another are one record. Besides the readers' own reasons
// (csv_row_reader.h, json_lines_reader.h) a row is rejected as "no-record-id"; a value beyond the
// 32nd of a field as "too-many-values".
//
// The source's Next() gives INVALID_ARGUMENT when the plan's reject limits are passed, and at the
// end if not one row was usable. Errors here: files.h's; INVALID_ARGUMENT for what is no table, and
// for columns that cannot be mapped (column_mapping.h).
absl::StatusOr<OpenedInput> OpenInput(const InputOptions& options, const Plan& plan,
                                      RejectLog& rejects);

}  // namespace blindlink::agent
