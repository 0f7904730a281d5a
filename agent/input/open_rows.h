#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/input/input_options.h"
#include "agent/input/reject_log.h"
#include "agent/input/row_reader.h"

namespace blindlink::agent {

struct OpenedRows {
  std::unique_ptr<RowReader> reader;
  // One sentence each for the user: what the file was taken for. No values.
  std::vector<std::string> notes;
};

// The door through which every command reads identities: opens a file, or a folder of tables, in
// the format that is stated or recognized by its first bytes. A new format is a RowReader of its
// own, and a line here. `rejects` must outlive the reader. INVALID_ARGUMENT, with what to do, if
// the format cannot be read or does not fit the options; other errors are those of
// common/base/files.h.
absl::StatusOr<OpenedRows> OpenRows(const InputOptions& options, RejectLog* rejects);

}  // namespace blindlink::agent
