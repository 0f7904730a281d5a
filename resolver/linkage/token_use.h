#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/run_file.h"
#include "resolver/results/row_file.h"
#include "resolver/results/token_use_row.h"

namespace blindlink::resolver {

// Notes the uses of one range of tokens and compares them with those of an earlier run. Not
// thread-safe.
class TokenUseLog {
 public:
  // `earlier` may be null. Both must outlive the log.
  TokenUseLog(RunFile* out, const RowFileReader<TokenUseRow>* earlier)
      : out_(*out), earlier_(earlier) {}

  // Notes the use of a token, unless it is 0, and returns the use that it had in the earlier run.
  // Tokens must come in order.
  absl::StatusOr<uint8_t> Note(const TokenUseRow& row);
  absl::Status Finish();

 private:
  // Moves to the first row of the earlier run that is not before `row`.
  absl::Status Seek(const TokenUseRow& row);

  RunFile& out_;
  const RowFileReader<TokenUseRow>* const earlier_;
  bool sought_ = false;
  uint64_t next_ = 0;  // of the earlier rows, that comes after batch_
  std::vector<TokenUseRow> batch_;
  size_t at_ = 0;
  std::vector<uint8_t> buffer_;
};

// The uses that the ranges of a sweep note, each in a nameless file.
class TokenUses {
 public:
  static absl::StatusOr<TokenUses> Create(const std::filesystem::path& folder, size_t ranges);
  RunFile* Of(size_t range) { return files_[range].get(); }
  // Appends all of them.
  absl::Status WriteTo(RowFileWriter<TokenUseRow>* writer) const;

 private:
  std::vector<std::unique_ptr<RunFile>> files_;
};

}  // namespace blindlink::resolver
