#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/audit_service.pb.h"
#include "resolver/audit/entry_file.h"

namespace blindlink::resolver {

// Called for each whole entry, in order: its serialized form and where it stands in the file.
using VisitEntry =
    std::function<absl::Status(uint64_t index, uint64_t offset, const std::string& entry)>;

struct CheckedLog {
  uint64_t entries = 0;
  uint64_t end = 0;         // where the whole entries end
  uint64_t torn_bytes = 0;  // behind them: what was being written when the process was killed
};

// Reads the whole log and compares it with heads, each of which was signed at some time: the
// newest of the log itself (`own`), and those of witnesses. DATA_LOSS names what differs: an entry
// that is damaged, entries that were removed, repeated or put in another order, a log that was cut
// off, entries that were changed, another key, a fork: two heads over as many entries with two
// roots. What follows the entries of `own` was never acknowledged, so a torn end there is no
// damage.
absl::StatusOr<CheckedLog> CheckLog(const EntryFile& file, const v1::AuditHead& own,
                                    const std::vector<v1::AuditHead>& witnessed,
                                    const VisitEntry& visit);

}  // namespace blindlink::resolver
