#include "agent/clinical/source/clinical_rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

constexpr size_t kWriteSize = size_t{64} << 10;

}  // namespace

absl::StatusOr<std::unique_ptr<ClinicalRejects>> ClinicalRejects::Create(const std::string& path) {
  auto rejects = std::make_unique<ClinicalRejects>();
  rejects->path_ = path;
  BL_ASSIGN_OR_RETURN(rejects->fd_, OpenFd(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_TRUNC, 0600));
  if (fchmod(rejects->fd_.get(), 0600) != 0) return ErrnoStatus(errno, "close to others", path);
  AppendCsvRow({"file", "row", "column", "reason"}, &rejects->pending_);
  return rejects;
}

ClinicalRejects::~ClinicalRejects() { WriteOut(); }

void ClinicalRejects::Add(const std::string& file, const Reject& reject, bool whole_row) {
  if (whole_row) ++rejected_rows_;
  Count& count = counts_[{file, reject.column, reject.reason}];
  if (count.rows++ == 0) count.first_row = reject.row;
  count.whole_row = whole_row;
  if (!fd_.is_open()) return;
  AppendCsvRow({file, absl::StrCat(reject.row), reject.column, reject.reason}, &pending_);
  if (pending_.size() >= kWriteSize) WriteOut();
}

absl::Status ClinicalRejects::Finish() {
  WriteOut();
  return write_status_;
}

void ClinicalRejects::WriteOut() {
  if (fd_.is_open() && write_status_.ok()) write_status_ = WriteAll(fd_.get(), pending_, path_);
  pending_.clear();
}

}  // namespace blindlink::agent
