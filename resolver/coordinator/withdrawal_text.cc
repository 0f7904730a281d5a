#include "resolver/coordinator/withdrawal_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/access/grant_text.h"

namespace blindlink::resolver {
namespace {

const char* StateOf(const v1::WithdrawalInfo& info) {
  if (info.done()) return "done";
  return info.failure().empty() ? "in progress" : "failed";
}

}  // namespace

std::string WithdrawalTable(const v1::ListWithdrawalsResponse& list) {
  constexpr char kRow[] = "%-18s %-16s %-20s %-11s %10s %10s %12s %8s %12s\n";
  std::string text = absl::StrFormat(kRow, "withdrawal", "site", "asked", "state", "named",
                                     "removed", "tokens", "results", "audit entry");
  for (const v1::WithdrawalInfo& info : list.withdrawals()) {
    absl::StrAppendFormat(&text, kRow, info.withdrawal(), info.site(),
                          TimeText(info.asked_unix_seconds()), StateOf(info),
                          absl::StrCat(info.records()), absl::StrCat(info.records_removed()),
                          absl::StrCat(info.tokens_removed()), absl::StrCat(info.results_changed()),
                          info.done() ? absl::StrCat(info.audit_entry()) : "-");
  }
  for (const v1::WithdrawalInfo& info : list.withdrawals()) {
    if (info.failure().empty()) continue;
    absl::StrAppend(&text, info.withdrawal(), " is tried again every minute: ", info.failure(),
                    "\n");
  }
  return text;
}

}  // namespace blindlink::resolver
