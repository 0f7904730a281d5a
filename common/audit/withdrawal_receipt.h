#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/audit_service.pb.h"
#include "blindlink/v1/withdrawal_service.pb.h"
#include "common/base/bytes16.h"

namespace blindlink {

// Of the salt of a withdrawal's digest.
inline constexpr size_t kWithdrawalSaltBytes = 32;

// A site's proof that records have left the resolver (docs/increments.md). Checked without the
// resolver. Thread-safe.

// The receipt of a withdrawal that is done. `pseudonyms` are those that the site named, `answer`
// that of GetReceipt for its entry. DATA_LOSS as CheckWithdrawalReceipt, or if the answer lacks the
// entry.
absl::StatusOr<v1::WithdrawalReceipt> MakeWithdrawalReceipt(const v1::WithdrawalInfo& withdrawal,
                                                            std::vector<RecordPseudonym> pseudonyms,
                                                            const v1::AuditReceipts& answer);

// DATA_LOSS says what is wrong: the head is not signed by its key; the entry is not in its log, is
// not of a withdrawal, or of another site, project or withdrawal; it is not about these pseudonyms;
// or it has other counts.
absl::Status CheckWithdrawalReceipt(const v1::WithdrawalReceipt& receipt);

// What the entry of a withdrawal says beside the records named: when it was asked for, and what it
// has removed.
std::vector<v1::AuditObject> SignedCounts(const v1::WithdrawalInfo& withdrawal);
// Whether the receipt's entry says it: entries of earlier releases do not.
bool HasSignedCounts(const v1::WithdrawalReceipt& receipt);

// The signed head in the receipt. DATA_LOSS if there is none.
absl::StatusOr<v1::AuditHead> HeadOf(const v1::WithdrawalReceipt& receipt);
// Whether the record is among those of the receipt, which must have been checked.
bool IsWithdrawnBy(const v1::WithdrawalReceipt& receipt, const RecordPseudonym& record);

std::string WithdrawalReceiptToJson(const v1::WithdrawalReceipt& receipt);
// DATA_LOSS if it is not a receipt; `name` is for the message.
absl::StatusOr<v1::WithdrawalReceipt> ParseWithdrawalReceipt(absl::string_view json,
                                                             const std::string& name);

}  // namespace blindlink
