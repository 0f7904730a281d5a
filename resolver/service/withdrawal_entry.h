#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "blindlink/storage/v1/increment_storage.pb.h"
#include "blindlink/v1/audit_service.pb.h"
#include "resolver/audit/audit_log.h"

namespace blindlink::resolver {

// The audit log's entry that the project's withdrawal is done.
v1::AuditEntry WithdrawalEntry(const std::string& project,
                               const storage::v1::StoredWithdrawal& withdrawal);

// The index of that entry, if the log has it already: a resolver that was killed before it had
// noted it would enter it twice. Looks from the log's end back to when the withdrawal was asked
// for.
absl::StatusOr<std::optional<uint64_t>> FindWithdrawalEntry(
    const AuditLog& log, const storage::v1::StoredWithdrawal& withdrawal);

}  // namespace blindlink::resolver
