#include "resolver/audit/stored_log.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/audit/audit_head.h"
#include "common/audit/audit_proof.h"
#include "common/audit/merkle_tree.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "resolver/audit/audit_log.h"

namespace blindlink::resolver {
namespace {

absl::Status NoSuchEntry(uint64_t index, uint64_t entries) {
  return absl::OutOfRangeError(
      absl::StrCat("there is no entry ", index, ": the log has ", entries, " entries"));
}

}  // namespace

absl::StatusOr<StoredLog> StoredLog::Open(const std::filesystem::path& data_directory) {
  const AuditFolders folders = AuditFolders::In(data_directory);
  // The head first: entries that come meanwhile are behind it.
  BL_ASSIGN_OR_RETURN(HeadFile head, HeadFile::Open(folders.head(), true));
  BL_ASSIGN_OR_RETURN(EntryFile file, EntryFile::Open(folders.entries(), true));
  if (!head.newest()) {
    return absl::DataLossError(
        absl::StrCat(folders.head().string(), ": the newest head of the audit log is damaged"));
  }
  return StoredLog(std::move(file), std::move(head));
}

std::string StoredLog::Key() const {
  return HexEncode({reinterpret_cast<const char*>(file_.key().data()), file_.key().size()});
}

absl::StatusOr<CheckedLog> StoredLog::Check(const std::vector<v1::AuditHead>& witnessed,
                                            const VisitEntry& visit) const {
  BL_ASSIGN_OR_RETURN(const CheckedLog checked, CheckLog(file_, head(), witnessed, visit));
  BL_RETURN_IF_ERROR(head_.CheckPlaces(checked.entries));
  return checked;
}

absl::StatusOr<CheckedLog> StoredLog::Walk(const VisitEntry& visit) const {
  return Check({}, visit);
}

absl::StatusOr<CheckedLog> StoredLog::Verify(const std::vector<v1::AuditWitness>& witnesses) const {
  std::vector<v1::AuditHead> heads;
  std::multimap<uint64_t, std::string> receipts;  // entries by index
  for (const v1::AuditWitness& witness : witnesses) {
    heads.insert(heads.end(), witness.heads().begin(), witness.heads().end());
    for (const v1::AuditReceipt& receipt : witness.receipts()) {
      receipts.emplace(receipt.index(), receipt.entry());
    }
  }
  return Check(heads, [&](uint64_t index, uint64_t, const std::string& entry) -> absl::Status {
    const auto [begin, end] = receipts.equal_range(index);
    for (auto receipt = begin; receipt != end; ++receipt) {
      if (receipt->second == entry) continue;
      return absl::DataLossError(
          absl::StrCat(file_.path().string(), ": entry ", index,
                       " was changed: a witness has a receipt for another entry"));
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<std::string> StoredLog::ProofAsJson(uint64_t index) const {
  std::vector<Sha256Digest> leaves;
  v1::AuditReceipts answer;
  *answer.mutable_head() = head();
  v1::AuditReceipt& receipt = *answer.add_receipts();
  BL_RETURN_IF_ERROR(Walk([&](uint64_t at, uint64_t, const std::string& entry) {
                       leaves.push_back(LeafHash(entry));
                       if (at == index) receipt.set_entry(entry);
                       return absl::OkStatus();
                     }).status());
  if (index >= head().size()) return NoSuchEntry(index, head().size());
  const auto proof = InclusionProof(
      index, head().size(), [&](uint64_t begin, uint64_t size) -> absl::StatusOr<Sha256Digest> {
        MerkleFrontier frontier;
        for (uint64_t i = begin; i < begin + size; ++i) frontier.Append(leaves[i]);
        return frontier.Root();
      });
  BL_RETURN_IF_ERROR(proof.status());
  receipt.set_index(index);
  receipt.set_size(head().size());
  *receipt.mutable_proof() = ProofOf(*proof);
  return AuditProofToJson(answer);
}

}  // namespace blindlink::resolver
