#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/audit_service.pb.h"

namespace blindlink {

// A signed head of the audit log and entries with the proofs that they are in it, as `audit proof`
// writes it (docs/formats/audit_log.md). Checked without the log and without the resolver.
// Thread-safe.

std::string AuditProofToJson(const v1::AuditReceipts& proof);
// DATA_LOSS if it is none; `name` is for the message.
absl::StatusOr<v1::AuditReceipts> ParseAuditProof(absl::string_view json, const std::string& name);

// The entries that it proves. DATA_LOSS says what is wrong: it has no entry; the head is not signed
// by its key, or by another than `key` (hexadecimal; empty: any); an entry is not in the head's
// log, or is in another place.
absl::StatusOr<std::vector<v1::AuditEntry>> CheckAuditProof(const v1::AuditReceipts& proof,
                                                            absl::string_view key);

// Compares a proof that was checked with what a party has seen of the log. DATA_LOSS names what
// contradicts: another key, another head over as many entries (a fork), another entry in the same
// place. Otherwise whether the party has seen this very head, or one of the entries: true says that
// both know one log, false that they have nothing in common to compare.
absl::StatusOr<bool> AgreesWithWitness(const v1::AuditReceipts& proof,
                                       const v1::AuditWitness& witness);

}  // namespace blindlink
