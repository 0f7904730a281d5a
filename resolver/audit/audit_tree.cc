#include "resolver/audit/audit_tree.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// The leaves of one chunk, as far as they have been read.
struct ReadChunk {
  uint64_t begin = 0;
  std::vector<Sha256Digest> leaves;
};

}  // namespace

void AuditTree::Append(const Sha256Digest& leaf) {
  const std::lock_guard lock(mutex_);
  all_.Append(leaf);
  chunk_.Append(leaf);
  if (chunk_.size() < kChunk) return;
  Sha256Digest root = chunk_.Root();
  chunk_ = {};
  for (size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    std::vector<Sha256Digest>& roots = levels_[level];
    roots.push_back(root);
    if (roots.size() % 2 != 0) return;
    root = NodeHash(roots[roots.size() - 2], roots.back());
  }
}

uint64_t AuditTree::size() const {
  const std::lock_guard lock(mutex_);
  return all_.size();
}

Sha256Digest AuditTree::Root() const {
  const std::lock_guard lock(mutex_);
  return all_.Root();
}

std::optional<Sha256Digest> AuditTree::Known(uint64_t begin, uint64_t size) const {
  if (size < kChunk) return std::nullopt;
  const auto level = static_cast<size_t>(std::countr_zero(size / kChunk));
  const std::lock_guard lock(mutex_);
  return levels_.at(level).at(begin / size);
}

CompleteSubtree AuditTree::Subtrees(ReadLeaves read) const {
  auto chunk = std::make_shared<ReadChunk>();
  return [this, read = std::move(read), chunk](uint64_t begin,
                                               uint64_t size) -> absl::StatusOr<Sha256Digest> {
    if (const auto known = Known(begin, size)) return *known;
    const uint64_t first = begin / kChunk * kChunk;
    if (chunk->begin != first || chunk->leaves.size() < begin + size - first) {
      const uint64_t end = std::min(first + kChunk, this->size());
      BL_ASSIGN_OR_RETURN(chunk->leaves, read(first, end));
      chunk->begin = first;
    }
    MerkleFrontier frontier;
    for (uint64_t i = begin - first; i < begin - first + size; ++i) {
      frontier.Append(chunk->leaves.at(i));
    }
    return frontier.Root();
  };
}

}  // namespace blindlink::resolver
