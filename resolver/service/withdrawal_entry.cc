#include "resolver/service/withdrawal_entry.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/audit/withdrawal_receipt.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/authz/spiffe.h"

namespace blindlink::resolver {

v1::AuditEntry WithdrawalEntry(const std::string& project,
                               const storage::v1::StoredWithdrawal& withdrawal) {
  v1::AuditEntry entry;
  entry.set_kind(v1::RECORDS_WITHDRAWN);
  entry.set_party(SpiffeUriOf({Role::kSite, withdrawal.site()}));
  entry.set_fingerprint(withdrawal.fingerprint());
  const std::pair<const char*, std::string> objects[] = {{"project", project},
                                                         {"withdrawal", withdrawal.withdrawal()}};
  for (const auto& [kind, name] : objects) {
    v1::AuditObject& object = *entry.add_objects();
    object.set_kind(kind);
    object.set_name(name);
  }
  entry.set_count(withdrawal.records());
  entry.set_digest(withdrawal.digest());
  v1::WithdrawalInfo shown;
  shown.set_asked_unix_seconds(withdrawal.asked_unix_seconds());
  shown.set_records_removed(withdrawal.records_removed());
  shown.set_tokens_removed(withdrawal.postings_removed());
  shown.set_results_changed(withdrawal.results_changed());
  for (v1::AuditObject& count : SignedCounts(shown)) *entry.add_objects() = std::move(count);
  return entry;
}

absl::StatusOr<std::optional<uint64_t>> FindWithdrawalEntry(
    const AuditLog& log, const storage::v1::StoredWithdrawal& withdrawal) {
  constexpr int64_t kMilliseconds = 1000;
  for (uint64_t end = log.Head().size(); end > 0;) {
    const uint64_t begin = end - std::min(end, AuditTree::kChunk);
    BL_ASSIGN_OR_RETURN(const std::vector<std::string> entries, log.Entries(begin, end));
    for (auto at = entries.rbegin(); at != entries.rend(); ++at) {
      v1::AuditEntry entry;
      if (!entry.ParseFromString(*at)) continue;
      if (entry.time_ms() < withdrawal.asked_unix_seconds() * kMilliseconds) return std::nullopt;
      const bool same = entry.kind() == v1::RECORDS_WITHDRAWN;
      if (same && entry.digest() == withdrawal.digest()) return entry.index();
    }
    end = begin;
  }
  return std::nullopt;
}

absl::StatusOr<storage::v1::StoredWithdrawal> EnterWithdrawal(Project& project, AuditLog& log,
                                                              absl::string_view withdrawal) {
  return project.changes().Record(
      withdrawal, [&](const storage::v1::StoredWithdrawal& done) -> absl::StatusOr<uint64_t> {
        BL_ASSIGN_OR_RETURN(const std::optional<uint64_t> entered, FindWithdrawalEntry(log, done));
        if (entered.has_value()) return *entered;
        return log.Append(WithdrawalEntry(project.name(), done));
      });
}

void EnterWithdrawals(Project& project, AuditLog& log) {
  for (const std::string& withdrawal : project.changes().Unrecorded()) {
    if (!log.writable()) return;
    const absl::Status entered = EnterWithdrawal(project, log, withdrawal).status();
    if (entered.ok()) continue;
    spdlog::error("event=withdrawal-not-entered project={} withdrawal={} why={}", project.name(),
                  withdrawal, LogQuote(entered.message()));
  }
}

}  // namespace blindlink::resolver
