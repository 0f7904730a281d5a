#include "agent/input/reject_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/files.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

constexpr size_t kWriteSize = size_t{64} << 10;

}  // namespace

absl::StatusOr<std::unique_ptr<RejectLog>> RejectLog::Create(const std::string& path) {
  auto log = absl::WrapUnique(new RejectLog());
  log->path_ = path;
  log->fd_ = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (log->fd_ < 0) return ErrnoStatus(errno, "create", path);
  if (fchmod(log->fd_, 0600) != 0) return ErrnoStatus(errno, "restrict access to", path);
  AppendCsvRow({"row", "column", "reason"}, &log->pending_);
  return log;
}

RejectLog::~RejectLog() {
  if (fd_ < 0) return;
  WriteOut();
  close(fd_);
}

void RejectLog::Add(const Reject& reject, bool whole_row) {
  const std::lock_guard lock(mutex_);
  if (whole_row) ++rejected_rows_;
  ++counts_[{reject.column, reject.reason}];
  first_rows_.try_emplace({reject.column, reject.reason}, reject.row);
  if (fd_ < 0) return;
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
  absl::string_view rest = pending_;
  while (!rest.empty() && fd_ >= 0 && write_status_.ok()) {
    const ssize_t n = write(fd_, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      write_status_ = ErrnoStatus(errno, "write", path_);
      break;
    }
    rest.remove_prefix(static_cast<size_t>(n));
  }
  pending_.clear();
}

}  // namespace blindlink::agent
