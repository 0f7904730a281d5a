#include "common/audit/audit_proof.h"

#include <google/protobuf/util/json_util.h>

#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/audit/audit_head.h"
#include "common/audit/merkle_tree.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

absl::Status Wrong(absl::string_view how) {
  return absl::DataLossError(absl::StrCat("the proof proves nothing: ", how));
}

absl::StatusOr<v1::AuditEntry> CheckReceipt(const v1::AuditHead& head,
                                            const v1::AuditReceipt& receipt) {
  const std::string entry_name = absl::StrCat("entry ", receipt.index());
  v1::AuditEntry entry;
  if (!entry.ParseFromString(receipt.entry())) {
    return Wrong(absl::StrCat(entry_name, " is damaged"));
  }
  if (entry.index() != receipt.index()) {
    return Wrong(absl::StrCat("what it says is ", entry_name, " is entry ", entry.index()));
  }
  if (receipt.size() != head.size() || receipt.index() >= head.size()) {
    return Wrong(absl::StrCat("the path of ", entry_name, " is for a log of ", receipt.size(),
                              " entries, and the head has ", head.size()));
  }
  const std::optional<Sha256Digest> root = DigestFrom(head.root());
  const auto hashes = HashesOf(receipt.proof());
  if (!root || !hashes ||
      !IsIncluded(LeafHash(receipt.entry()), receipt.index(), head.size(), *root, *hashes)) {
    return Wrong(absl::StrCat(entry_name,
                              " is not in the log of the head: the entry or its path was changed"));
  }
  return entry;
}

}  // namespace

std::string AuditProofToJson(const v1::AuditReceipts& proof) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string json;
  // Bytes and numbers only: every such message can be written.
  (void)google::protobuf::util::MessageToJsonString(proof, &json, options);
  return json;
}

absl::StatusOr<v1::AuditReceipts> ParseAuditProof(absl::string_view json, const std::string& name) {
  v1::AuditReceipts proof;
  if (google::protobuf::util::JsonStringToMessage(std::string(json), &proof).ok()) return proof;
  return absl::DataLossError(absl::StrCat(name, " is not a proof as `audit proof` writes it"));
}

absl::StatusOr<std::vector<v1::AuditEntry>> CheckAuditProof(const v1::AuditReceipts& proof,
                                                            absl::string_view key) {
  BL_RETURN_IF_ERROR(CheckHead(proof.head()));
  const std::string signer = HexEncode(proof.head().public_key());
  if (!key.empty() && signer != key) {
    return Wrong(absl::StrCat("its head is signed by key ", signer, ", not by ", key));
  }
  if (proof.receipts().empty()) return Wrong("it has no entry");
  std::vector<v1::AuditEntry> entries;
  for (const v1::AuditReceipt& receipt : proof.receipts()) {
    BL_ASSIGN_OR_RETURN(v1::AuditEntry entry, CheckReceipt(proof.head(), receipt));
    entries.push_back(std::move(entry));
  }
  return entries;
}

absl::StatusOr<bool> AgreesWithWitness(const v1::AuditReceipts& proof,
                                       const v1::AuditWitness& witness) {
  bool agrees = false;
  for (const v1::AuditHead& head : witness.heads()) {
    if (head.public_key() != proof.head().public_key()) {
      return absl::DataLossError(
          absl::StrCat("the proof is of a log with key ", HexEncode(proof.head().public_key()),
                       ", and the witness saw one with key ", HexEncode(head.public_key())));
    }
    if (head.size() != proof.head().size()) continue;
    if (head.root() != proof.head().root()) {
      return absl::DataLossError(
          absl::StrCat("the audit log was forked: the proof and the witness have two heads over ",
                       head.size(), " entries, both signed, that differ"));
    }
    agrees = true;
  }
  for (const v1::AuditReceipt& of_proof : proof.receipts()) {
    for (const v1::AuditReceipt& seen : witness.receipts()) {
      if (seen.index() != of_proof.index()) continue;
      if (seen.entry() != of_proof.entry()) {
        return absl::DataLossError(absl::StrCat(
            "entry ", seen.index(), " was changed: the witness has a receipt for another entry"));
      }
      agrees = true;
    }
  }
  return agrees;
}

}  // namespace blindlink
