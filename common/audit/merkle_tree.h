#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/crypto/sha256.h"

namespace blindlink {

// The Merkle tree of RFC 6962, section 2.1 (also RFC 9162): the root over a list's entries changes
// with any of them and with their order; short proofs show that an entry is in the list, and that
// one list is the beginning of another. Thread-safe but for MerkleFrontier.

// SHA-256(0x00, entry) and SHA-256(0x01, left, right).
Sha256Digest LeafHash(absl::string_view entry);
Sha256Digest NodeHash(const Sha256Digest& left, const Sha256Digest& right);
// The root over no entries: SHA-256 of nothing.
Sha256Digest EmptyRoot();

// The root of a growing list, from log2(n) hashes.
class MerkleFrontier {
 public:
  void Append(const Sha256Digest& leaf);
  Sha256Digest Root() const;
  uint64_t size() const { return size_; }

 private:
  uint64_t size_ = 0;
  std::vector<Sha256Digest> complete_;  // roots of the complete subtrees, largest first
};

// Gives the root over the entries [begin, begin + size), where size is a power of two and begin a
// multiple of it.
using CompleteSubtree = std::function<absl::StatusOr<Sha256Digest>(uint64_t begin, uint64_t size)>;

// The root over the first `size` entries.
absl::StatusOr<Sha256Digest> MerkleRoot(uint64_t size, const CompleteSubtree& subtree);
// The proof that the entry `index` is among the first `size`, and that the first `from` entries are
// the beginning of the first `to`. INVALID_ARGUMENT unless index < size, from <= to.
absl::StatusOr<std::vector<Sha256Digest>> InclusionProof(uint64_t index, uint64_t size,
                                                         const CompleteSubtree& subtree);
absl::StatusOr<std::vector<Sha256Digest>> ConsistencyProof(uint64_t from, uint64_t to,
                                                           const CompleteSubtree& subtree);

// Whether `proof` shows that the entry hashed to `leaf` has number `index` of the `size` entries
// with that root.
bool IsIncluded(const Sha256Digest& leaf, uint64_t index, uint64_t size, const Sha256Digest& root,
                absl::Span<const Sha256Digest> proof);
// Whether `proof` shows that the list of `from` entries is the beginning of that of `to`.
bool IsConsistent(uint64_t from, const Sha256Digest& from_root, uint64_t to,
                  const Sha256Digest& to_root, absl::Span<const Sha256Digest> proof);

}  // namespace blindlink
