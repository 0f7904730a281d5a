#include "common/audit/audit_head.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/audit/merkle_tree.h"
#include "common/base/byte_order.h"
#include "common/base/hex.h"

namespace blindlink {
namespace {

// With its final zero byte, so that no other signed text can begin like a head.
constexpr char kDomain[] = "blindlink/v1 audit head";

std::string SignedText(uint64_t size, int64_t time_ms, absl::string_view root) {
  uint8_t numbers[16];
  StoreBigEndian64(size, numbers);
  StoreBigEndian64(static_cast<uint64_t>(time_ms), numbers + 8);
  return absl::StrCat(absl::string_view(kDomain, sizeof(kDomain)),
                      absl::string_view(reinterpret_cast<const char*>(numbers), sizeof(numbers)),
                      root);
}

template <size_t n>
std::string TextOf(const std::array<uint8_t, n>& bytes) {
  return std::string(bytes.begin(), bytes.end());
}

std::string TimeOf(const v1::AuditHead& head) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromUnixMillis(head.time_ms()),
                          absl::UTCTimeZone());
}

}  // namespace

v1::AuditHead SignHead(const Ed25519Signer& signer, uint64_t size, int64_t time_ms,
                       const Sha256Digest& root) {
  v1::AuditHead head;
  head.set_size(size);
  head.set_time_ms(time_ms);
  head.set_root(TextOf(root));
  head.set_public_key(TextOf(signer.public_key()));
  head.set_signature(TextOf(signer.Sign(SignedText(size, time_ms, head.root()))));
  return head;
}

absl::Status CheckHead(const v1::AuditHead& head) {
  const std::optional<Sha256Digest> key = DigestFrom(head.public_key());
  if (key && DigestFrom(head.root()) &&
      IsSignedBy(*key, SignedText(head.size(), head.time_ms(), head.root()), head.signature())) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat("the head of the audit log over ", head.size(),
                                          " entries is not signed by the key that it names"));
}

std::optional<Sha256Digest> DigestFrom(absl::string_view bytes) {
  Sha256Digest digest;
  if (bytes.size() != digest.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::optional<std::vector<Sha256Digest>> HashesOf(const v1::AuditProof& proof) {
  std::vector<Sha256Digest> hashes;
  for (const std::string& bytes : proof.hashes()) {
    const std::optional<Sha256Digest> hash = DigestFrom(bytes);
    if (!hash) return std::nullopt;
    hashes.push_back(*hash);
  }
  return hashes;
}

v1::AuditProof ProofOf(const std::vector<Sha256Digest>& hashes) {
  v1::AuditProof proof;
  for (const Sha256Digest& hash : hashes) proof.add_hashes(TextOf(hash));
  return proof;
}

bool IsInLogOf(const v1::AuditHead& head, const v1::AuditReceipt& receipt) {
  v1::AuditEntry entry;
  const std::optional<Sha256Digest> root = DigestFrom(head.root());
  const auto hashes = HashesOf(receipt.proof());
  return root && hashes && receipt.size() == head.size() &&
         entry.ParseFromString(receipt.entry()) && entry.index() == receipt.index() &&
         IsIncluded(LeafHash(receipt.entry()), receipt.index(), head.size(), *root, *hashes);
}

absl::Status CheckContinues(const v1::AuditHead& older, const v1::AuditHead& newer,
                            const v1::AuditProof& proof) {
  if (older.public_key() != newer.public_key()) {
    return absl::DataLossError(
        absl::StrCat("the resolver's audit log has another key: it was ",
                     HexEncode(older.public_key()), " and is now ", HexEncode(newer.public_key()),
                     ". Either the log was replaced by a new one, or another machine answers"));
  }
  if (newer.size() < older.size()) {
    return absl::DataLossError(
        absl::StrCat("the resolver's audit log was rolled back: it has ", newer.size(),
                     " entries, but had ", older.size(), " at ", TimeOf(older),
                     ". Entries were removed, or the resolver runs on an older copy of its data"));
  }
  const std::optional<Sha256Digest> from = DigestFrom(older.root());
  const std::optional<Sha256Digest> to = DigestFrom(newer.root());
  const auto hashes = HashesOf(proof);
  if (from && to && hashes && IsConsistent(older.size(), *from, newer.size(), *to, *hashes)) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat("the resolver's audit log was forked: the first ", older.size(), " of its ",
                   newer.size(), " entries are not those that it had at ", TimeOf(older),
                   ". Entries were changed, or other parties are shown another log"));
}

}  // namespace blindlink
