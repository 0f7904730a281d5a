#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/audit_service.pb.h"
#include "common/crypto/ed25519.h"
#include "common/crypto/sha256.h"

namespace blindlink {

// Heads of the resolver's audit log (docs/formats/audit_log.md). Thread-safe.

// A head over `size` entries with that root.
v1::AuditHead SignHead(const Ed25519Signer& signer, uint64_t size, int64_t time_ms,
                       const Sha256Digest& root);
// DATA_LOSS if the head is not signed by the key that it names, or is malformed.
absl::Status CheckHead(const v1::AuditHead& head);

// 32 bytes as they stand in messages; nullopt for any other size.
std::optional<Sha256Digest> DigestFrom(absl::string_view bytes);
// The hashes of a proof; nullopt if one has another size.
std::optional<std::vector<Sha256Digest>> HashesOf(const v1::AuditProof& proof);
v1::AuditProof ProofOf(const std::vector<Sha256Digest>& hashes);

// Whether `receipt` is in the log of `head`, and its entry says that it has that index.
bool IsInLogOf(const v1::AuditHead& head, const v1::AuditReceipt& receipt);

// Whether the log of `newer` is a continuation of that of `older`. DATA_LOSS says how it is not: a
// shorter log, another key, or other entries; `proof` is from the older size to the newer.
absl::Status CheckContinues(const v1::AuditHead& older, const v1::AuditHead& newer,
                            const v1::AuditProof& proof);

}  // namespace blindlink
