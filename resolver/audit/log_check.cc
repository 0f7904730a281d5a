#include "resolver/audit/log_check.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/audit/audit_head.h"
#include "common/audit/merkle_tree.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

std::string TimeOf(int64_t time_ms) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromUnixMillis(time_ms),
                          absl::UTCTimeZone());
}

class LogWalk {
 public:
  LogWalk(const EntryFile& file, const v1::AuditHead& own,
          const std::vector<v1::AuditHead>& witnessed, const VisitEntry& visit)
      : file_(file), own_(own), visit_(visit), heads_(witnessed) {
    heads_.push_back(own);
    std::sort(heads_.begin(), heads_.end(),
              [](const auto& a, const auto& b) { return a.size() < b.size(); });
  }

  absl::StatusOr<CheckedLog> Run() {
    for (const v1::AuditHead& head : heads_) BL_RETURN_IF_ERROR(CheckSigner(head));
    BL_RETURN_IF_ERROR(CheckNoFork());
    BL_ASSIGN_OR_RETURN(size_, file_.Size());
    BL_RETURN_IF_ERROR(CompareHeads());
    while (log_.end < size_) {
      BL_ASSIGN_OR_RETURN(const bool whole, Step());
      if (!whole) break;
    }
    log_.torn_bytes = size_ - log_.end;
    if (next_head_ < heads_.size()) return CutOff(heads_.back());
    return log_;
  }

 private:
  absl::Status Damage(absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(file_.path().string(), ": ", what));
  }

  absl::Status CheckSigner(const v1::AuditHead& head) const {
    BL_RETURN_IF_ERROR(CheckHead(head));
    const std::string key(file_.key().begin(), file_.key().end());
    if (head.public_key() == key) return absl::OkStatus();
    return Damage(absl::StrCat("the log is of key ", HexEncode(key), ", but the head of ",
                               TimeOf(head.time_ms()), " is of key ", HexEncode(head.public_key()),
                               ": the log was replaced by another one"));
  }

  // Two heads over as many entries, both signed, with two roots: whatever the file has, one of them
  // was signed for another log.
  absl::Status CheckNoFork() const {
    const auto fork = std::adjacent_find(heads_.begin(), heads_.end(),
                                         [](const v1::AuditHead& a, const v1::AuditHead& b) {
                                           return a.size() == b.size() && a.root() != b.root();
                                         });
    if (fork == heads_.end()) return absl::OkStatus();
    return Damage(absl::StrCat("the log was forked: its key has signed two heads over ",
                               fork->size(), " entries, of ", TimeOf(fork->time_ms()), " and of ",
                               TimeOf(std::next(fork)->time_ms()),
                               ", with different roots: parties were shown different logs"));
  }

  absl::Status CutOff(const v1::AuditHead& head) const {
    return Damage(absl::StrCat(
        "the log was cut off, or an older copy was put in its place: it ends after ", log_.entries,
        " entries, but had ", head.size(), " at ", TimeOf(head.time_ms()),
        size_ > log_.end ? "; or the size of the next entry is damaged" : ""));
  }

  // Takes the next entry. False where no whole one follows that must be there.
  absl::StatusOr<bool> Step() {
    bool is_cut = false;
    BL_ASSIGN_OR_RETURN(const std::optional<std::string> entry,
                        file_.ReadAt(log_.end, size_, &is_cut));
    if (!entry) {
      if (log_.entries >= own_.size() || is_cut) return false;
      return Damage(absl::StrCat("entry ", log_.entries, ", at byte ", log_.end,
                                 ", is damaged: its checksum is wrong"));
    }
    v1::AuditEntry parsed;
    if (!parsed.ParseFromString(*entry)) {
      return Damage(absl::StrCat("entry ", log_.entries, ", at byte ", log_.end, ", is no entry"));
    }
    if (parsed.index() != log_.entries) return Misplaced(parsed.index());
    BL_RETURN_IF_ERROR(visit_(log_.entries, log_.end, *entry));
    frontier_.Append(LeafHash(*entry));
    ++log_.entries;
    log_.end = EntryFile::After(log_.end, entry->size());
    BL_RETURN_IF_ERROR(CompareHeads());
    return true;
  }

  // The entry at the place of log_.entries says that it has another index.
  absl::Status Misplaced(uint64_t says) const {
    const std::string found =
        absl::StrCat("in the place of entry ", log_.entries, " stands entry ", says, ": ");
    if (says < log_.entries) return Damage(absl::StrCat(found, "it was repeated or put elsewhere"));
    if (FollowsLater(log_.entries)) {
      return Damage(absl::StrCat(found, "entries were put in another order"));
    }
    return Damage(absl::StrCat(found, says - log_.entries, " entries were removed"));
  }

  bool FollowsLater(uint64_t index) const {
    bool is_cut = false;
    for (uint64_t at = log_.end; at < size_;) {
      const auto entry = file_.ReadAt(at, size_, &is_cut);
      v1::AuditEntry parsed;
      if (!entry.ok() || !*entry || !parsed.ParseFromString(**entry)) return false;
      if (parsed.index() == index) return true;
      at = EntryFile::After(at, (*entry)->size());
    }
    return false;
  }

  // Compares the root so far with the heads of this size.
  absl::Status CompareHeads() {
    for (; next_head_ < heads_.size() && heads_[next_head_].size() == log_.entries; ++next_head_) {
      const v1::AuditHead& head = heads_[next_head_];
      if (head.root() == AsView(frontier_.Root())) {
        compared_ = log_.entries;
        continue;
      }
      return Damage(absl::StrCat("entries were changed: entries ", compared_, " to ",
                                 head.size() - (head.size() > 0 ? 1 : 0),
                                 " are not those that the log had at ", TimeOf(head.time_ms()),
                                 "; the entries before them are"));
    }
    return absl::OkStatus();
  }

  const EntryFile& file_;
  const v1::AuditHead& own_;
  const VisitEntry& visit_;
  std::vector<v1::AuditHead> heads_;  // shortest first
  size_t next_head_ = 0;
  uint64_t compared_ = 0;  // entries that a head was found to agree with
  uint64_t size_ = 0;
  MerkleFrontier frontier_;
  CheckedLog log_{.end = EntryFile::kHeadBytes};
};

}  // namespace

absl::StatusOr<CheckedLog> CheckLog(const EntryFile& file, const v1::AuditHead& own,
                                    const std::vector<v1::AuditHead>& witnessed,
                                    const VisitEntry& visit) {
  return LogWalk(file, own, witnessed, visit).Run();
}

}  // namespace blindlink::resolver
