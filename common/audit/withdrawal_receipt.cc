#include "common/audit/withdrawal_receipt.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/audit/audit_head.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink {
namespace {

constexpr char kRecordsRemoved[] = "records_removed";

absl::Status Wrong(absl::string_view how) {
  return absl::DataLossError(absl::StrCat("the receipt proves nothing: ", how));
}

bool IsAbout(const v1::AuditEntry& entry, absl::string_view kind, absl::string_view name) {
  return std::any_of(entry.objects().begin(), entry.objects().end(),
                     [&](const v1::AuditObject& object) {
                       return object.kind() == kind && object.name() == name;
                     });
}

bool HasKind(const v1::AuditEntry& entry, absl::string_view kind) {
  return std::any_of(entry.objects().begin(), entry.objects().end(),
                     [&](const v1::AuditObject& object) { return object.kind() == kind; });
}

// An entry of an earlier release has none of them, a later one has all.
bool HasCounts(const v1::AuditEntry& entry) { return HasKind(entry, kRecordsRemoved); }

absl::Status CheckCounts(const v1::AuditEntry& entry, const v1::WithdrawalReceipt& receipt) {
  const v1::WithdrawalInfo& withdrawal = receipt.withdrawal();
  if (withdrawal.records() != entry.count() || withdrawal.audit_entry() != receipt.index()) {
    return Wrong("its entry has another number, or is about another number of records");
  }
  if (!HasCounts(entry)) return absl::OkStatus();
  for (const v1::AuditObject& count : SignedCounts(withdrawal)) {
    if (IsAbout(entry, count.kind(), count.name())) continue;
    return Wrong(absl::StrCat("its entry does not say ", count.kind(), " ", count.name()));
  }
  return absl::OkStatus();
}

absl::Status CheckEntry(const v1::AuditEntry& entry, const v1::WithdrawalReceipt& receipt) {
  const v1::WithdrawalInfo& withdrawal = receipt.withdrawal();
  if (entry.kind() != v1::RECORDS_WITHDRAWN) return Wrong("its entry is not of a withdrawal");
  if (!absl::EndsWith(entry.party(), absl::StrCat("/site/", withdrawal.site())) ||
      !IsAbout(entry, "project", withdrawal.project()) ||
      !IsAbout(entry, "withdrawal", withdrawal.withdrawal())) {
    return Wrong("its entry is of another site, project or withdrawal");
  }
  // Otherwise bytes could pass from one to the other, and make other records of the same digest.
  if (withdrawal.salt().size() != kWithdrawalSaltBytes ||
      receipt.pseudonyms().size() % RecordPseudonym::kSize != 0) {
    return Wrong("its salt or its pseudonyms are of another length");
  }
  Sha256 digest;
  digest.Update(withdrawal.salt());
  digest.Update(receipt.pseudonyms());
  if (AsView(digest.Finish()) != entry.digest() ||
      entry.count() != receipt.pseudonyms().size() / RecordPseudonym::kSize) {
    return Wrong("its entry is about other records");
  }
  return CheckCounts(entry, receipt);
}

}  // namespace

std::vector<v1::AuditObject> SignedCounts(const v1::WithdrawalInfo& withdrawal) {
  const std::pair<const char*, std::string> counts[] = {
      {"asked_unix_seconds", absl::StrCat(withdrawal.asked_unix_seconds())},
      {kRecordsRemoved, absl::StrCat(withdrawal.records_removed())},
      {"tokens_removed", absl::StrCat(withdrawal.tokens_removed())},
      {"results_changed", absl::StrCat(withdrawal.results_changed())}};
  std::vector<v1::AuditObject> objects;
  for (const auto& [kind, number] : counts) {
    v1::AuditObject& object = objects.emplace_back();
    object.set_kind(kind);
    object.set_name(number);
  }
  return objects;
}

bool HasSignedCounts(const v1::WithdrawalReceipt& receipt) {
  v1::AuditEntry entry;
  return entry.ParseFromString(receipt.entry()) && HasCounts(entry);
}

absl::StatusOr<v1::WithdrawalReceipt> MakeWithdrawalReceipt(const v1::WithdrawalInfo& withdrawal,
                                                            std::vector<RecordPseudonym> pseudonyms,
                                                            const v1::AuditReceipts& answer) {
  std::sort(pseudonyms.begin(), pseudonyms.end());
  pseudonyms.erase(std::unique(pseudonyms.begin(), pseudonyms.end()), pseudonyms.end());
  v1::WithdrawalReceipt receipt;
  *receipt.mutable_withdrawal() = withdrawal;
  for (const RecordPseudonym& pseudonym : pseudonyms) {
    absl::StrAppend(receipt.mutable_pseudonyms(), pseudonym.AsView());
  }
  if (answer.receipts_size() != 1) return Wrong("the resolver does not show its entry");
  const v1::AuditReceipt& entry = answer.receipts(0);
  receipt.set_entry(entry.entry());
  receipt.set_index(entry.index());
  *receipt.mutable_proof() = entry.proof().hashes();
  receipt.set_head(answer.head().SerializeAsString());
  BL_RETURN_IF_ERROR(CheckWithdrawalReceipt(receipt));
  return receipt;
}

absl::StatusOr<v1::AuditHead> HeadOf(const v1::WithdrawalReceipt& receipt) {
  v1::AuditHead head;
  if (!head.ParseFromString(receipt.head())) return Wrong("it has no head of an audit log");
  return head;
}

absl::Status CheckWithdrawalReceipt(const v1::WithdrawalReceipt& receipt) {
  BL_ASSIGN_OR_RETURN(const v1::AuditHead head, HeadOf(receipt));
  BL_RETURN_IF_ERROR(CheckHead(head));
  v1::AuditReceipt inclusion;
  inclusion.set_index(receipt.index());
  inclusion.set_entry(receipt.entry());
  inclusion.set_size(head.size());
  *inclusion.mutable_proof()->mutable_hashes() = receipt.proof();
  if (!IsInLogOf(head, inclusion)) return Wrong("its entry is not in the log of its head");
  v1::AuditEntry entry;
  if (!entry.ParseFromString(receipt.entry())) return Wrong("its entry is none");
  return CheckEntry(entry, receipt);
}

bool IsWithdrawnBy(const v1::WithdrawalReceipt& receipt, const RecordPseudonym& record) {
  const std::string& all = receipt.pseudonyms();
  for (size_t at = 0; at + RecordPseudonym::kSize <= all.size(); at += RecordPseudonym::kSize) {
    if (absl::string_view(all).substr(at, RecordPseudonym::kSize) == record.AsView()) return true;
  }
  return false;
}

std::string WithdrawalReceiptToJson(const v1::WithdrawalReceipt& receipt) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(receipt, &json, options).ok()) json.clear();
  return json;
}

absl::StatusOr<v1::WithdrawalReceipt> ParseWithdrawalReceipt(absl::string_view json,
                                                             const std::string& name) {
  v1::WithdrawalReceipt receipt;
  if (!google::protobuf::util::JsonStringToMessage(std::string(json), &receipt).ok() ||
      receipt.entry().empty()) {
    return absl::DataLossError(absl::StrCat(name, " is not the receipt of a withdrawal"));
  }
  return receipt;
}

}  // namespace blindlink
