#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes16.h"
#include "common/base/partial_file.h"

namespace blindlink::agent {

// The site's own file, never sent, which maps a pseudonym back to its record: CSV
// "record_id,pseudonym", with the pseudonym as 32 hexadecimal digits, mode 0600. The file gets its
// name only when it is complete. Errors as in common/base/partial_file.h. Not thread-safe.
class RecordMap {
 public:
  static absl::StatusOr<RecordMap> Create(const std::string& path);

  // Complete rows, as AppendRow makes them.
  absl::Status Append(absl::string_view rows) { return file_->Append(rows); }
  absl::Status Finish() { return file_->Finish(); }

  static void AppendRow(absl::string_view record_id, const RecordPseudonym& pseudonym,
                        std::string* out);

 private:
  explicit RecordMap(std::unique_ptr<PartialFile> file) : file_(std::move(file)) {}
  std::unique_ptr<PartialFile> file_;
};

}  // namespace blindlink::agent
