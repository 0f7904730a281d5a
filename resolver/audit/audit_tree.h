#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "common/audit/merkle_tree.h"
#include "common/crypto/sha256.h"

namespace blindlink::resolver {

// The Merkle tree over the entries of the log, in a quarter of a byte of memory per entry: the
// roots of all complete subtrees of 256 entries and more. What is below is computed from the
// entries, which it asks for, 256 at a time. Thread-safe for one thread that appends and any number
// that ask.
class AuditTree {
 public:
  static constexpr uint64_t kChunk = 256;

  // Gives the leaf hashes of the entries [begin, end), at most kChunk of them.
  using ReadLeaves =
      std::function<absl::StatusOr<std::vector<Sha256Digest>>(uint64_t begin, uint64_t end)>;

  void Append(const Sha256Digest& leaf);
  uint64_t size() const;
  Sha256Digest Root() const;

  // For proofs over at most size() entries; the result must not outlive this tree, and reads a
  // chunk once if asked for it several times in a row.
  CompleteSubtree Subtrees(ReadLeaves read) const;

 private:
  std::optional<Sha256Digest> Known(uint64_t begin, uint64_t size) const;

  mutable std::mutex mutex_;
  MerkleFrontier all_;
  MerkleFrontier chunk_;  // the entries since the last complete chunk
  // levels_[n][i]: the root over the i-th run of kChunk << n entries.
  std::vector<std::vector<Sha256Digest>> levels_;
};

}  // namespace blindlink::resolver
