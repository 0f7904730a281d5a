#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/increment_storage.pb.h"
#include "blindlink/v1/audit_service.pb.h"
#include "resolver/audit/audit_log.h"
#include "resolver/project/project.h"

namespace blindlink::resolver {

// The audit log's entry that the project's withdrawal is done.
v1::AuditEntry WithdrawalEntry(const std::string& project,
                               const storage::v1::StoredWithdrawal& withdrawal);

// The index of that entry, if the log has it already: a resolver that was killed before it had
// noted it would enter it twice. Looks from the log's end back to when the withdrawal was asked
// for.
absl::StatusOr<std::optional<uint64_t>> FindWithdrawalEntry(
    const AuditLog& log, const storage::v1::StoredWithdrawal& withdrawal);

// Has the log enter that the project's withdrawal is done, if it is and the log does not have it
// yet. Returns how the withdrawal then is. Thread-safe.
absl::StatusOr<storage::v1::StoredWithdrawal> EnterWithdrawal(Project& project, AuditLog& log,
                                                              absl::string_view withdrawal);
// The same of all withdrawals of the project; what cannot be entered is logged, and stays for the
// next call. Does nothing while the log cannot be written.
void EnterWithdrawals(Project& project, AuditLog& log);

}  // namespace blindlink::resolver
