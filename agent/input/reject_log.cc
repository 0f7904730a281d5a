#include "agent/input/reject_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

constexpr size_t kWriteSize = size_t{64} << 10;

// Opens a regular file, new or not, that nobody else can read, and empties it. A symbolic link,
// which somebody else may have put there, is not followed.
absl::StatusOr<UniqueFd> OpenToReplace(const std::string& path) {
  struct stat info;
  if (lstat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, S_ISLNK(info.st_mode) ? " is a symbolic link: name the file itself"
                                                 : " is not a regular file"));
  }
  BL_ASSIGN_OR_RETURN(UniqueFd fd, OpenFd(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_TRUNC, 0600));
  if (fchmod(fd.get(), 0600) != 0) return ErrnoStatus(errno, "close to others", path);
  return fd;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RejectLog>> RejectLog::Create(const std::string& path) {
  auto log = absl::WrapUnique(new RejectLog());
  log->path_ = path;
  BL_ASSIGN_OR_RETURN(log->fd_, OpenToReplace(path));
  AppendCsvRow({"row", "column", "reason"}, &log->pending_);
  return log;
}

RejectLog::~RejectLog() { WriteOut(); }

void RejectLog::Add(const Reject& reject, bool whole_row) {
  const std::lock_guard lock(mutex_);
  if (whole_row) ++rejected_rows_;
  ++counts_[{reject.column, reject.reason}];
  uint64_t& first =
      first_rows_.try_emplace({reject.column, reject.reason}, reject.row).first->second;
  first = std::min(first, reject.row);
  if (!fd_.is_open()) return;
  const std::string row = absl::StrCat(reject.row);
  AppendCsvRow({row, reject.column, reject.reason}, &pending_);
  if (pending_.size() >= kWriteSize) WriteOut();
}

uint64_t RejectLog::rejected_rows() const {
  const std::lock_guard lock(mutex_);
  return rejected_rows_;
}

RejectLog::Counts RejectLog::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

absl::Status RejectLog::CheckShare(uint64_t rows_read, const v1::Limits& limits) const {
  const uint64_t rejected = rejected_rows();
  if (rows_read < limits.min_rows_before_reject_share()) return absl::OkStatus();
  if (static_cast<double>(rejected) <= limits.max_reject_share() * static_cast<double>(rows_read)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "%d of %d rows are rejected, more than the plan's max_reject_share of %g allows: %s",
      rejected, rows_read, limits.max_reject_share(), Summary()));
}

absl::Status RejectLog::Finish() {
  const std::lock_guard lock(mutex_);
  WriteOut();
  return write_status_;
}

std::string RejectLog::Summary() const { return Describe(/*with_rows=*/false); }

std::string RejectLog::SummaryWithRows() const { return Describe(/*with_rows=*/true); }

std::string RejectLog::Describe(bool with_rows) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<uint64_t, std::string>> by_count;
  for (const auto& [what, count] : counts_) {
    std::string text =
        what.first.empty() ? what.second : absl::StrCat(what.second, " in ", what.first);
    if (with_rows) absl::StrAppend(&text, " (first in row ", first_rows_.at(what), ")");
    by_count.emplace_back(count, std::move(text));
  }
  std::sort(by_count.begin(), by_count.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  return absl::StrJoin(by_count, ", ", [](std::string* out, const auto& entry) {
    absl::StrAppend(out, entry.first, " x ", entry.second);
  });
}

void RejectLog::WriteOut() {
  if (write_status_.ok()) write_status_ = WriteAll(fd_.get(), pending_, path_);
  pending_.clear();
}

}  // namespace blindlink::agent
