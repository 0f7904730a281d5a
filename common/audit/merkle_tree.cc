#include "common/audit/merkle_tree.h"

#include <bit>

#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr char kLeaf = 0;
constexpr char kNode = 1;

using Proof = std::vector<Sha256Digest>;

// The root over [begin, end), which the recursion of RFC 6962 meets, so that every complete part of
// it begins at a multiple of its size.
absl::StatusOr<Sha256Digest> RootOf(uint64_t begin, uint64_t end, const CompleteSubtree& subtree) {
  const uint64_t size = end - begin;
  if (std::has_single_bit(size)) return subtree(begin, size);
  const uint64_t left = std::bit_floor(size);
  BL_ASSIGN_OR_RETURN(const Sha256Digest first, subtree(begin, left));
  BL_ASSIGN_OR_RETURN(const Sha256Digest second, RootOf(begin + left, end, subtree));
  return NodeHash(first, second);
}

// How many entries the left subtree of `size` > 1 entries has.
uint64_t LeftSize(uint64_t size) { return std::bit_floor(size - 1); }

// PATH(m, D[n]) of RFC 6962 for the entries [begin, end).
absl::Status AppendPath(uint64_t index, uint64_t begin, uint64_t end,
                        const CompleteSubtree& subtree, Proof* proof) {
  if (end - begin == 1) return absl::OkStatus();
  const uint64_t middle = begin + LeftSize(end - begin);
  const bool in_left = index < middle;
  BL_RETURN_IF_ERROR(in_left ? AppendPath(index, begin, middle, subtree, proof)
                             : AppendPath(index, middle, end, subtree, proof));
  BL_ASSIGN_OR_RETURN(const Sha256Digest other,
                      in_left ? RootOf(middle, end, subtree) : RootOf(begin, middle, subtree));
  proof->push_back(other);
  return absl::OkStatus();
}

// SUBPROOF(m, D[n], b) of RFC 6962: `known` says whether the verifier has the root over
// [begin, from).
absl::Status AppendSubproof(uint64_t from, uint64_t begin, uint64_t end, bool known,
                            const CompleteSubtree& subtree, Proof* proof) {
  if (from == end) {
    if (known) return absl::OkStatus();
    BL_ASSIGN_OR_RETURN(const Sha256Digest root, RootOf(begin, end, subtree));
    proof->push_back(root);
    return absl::OkStatus();
  }
  const uint64_t middle = begin + LeftSize(end - begin);
  const bool in_left = from <= middle;
  BL_RETURN_IF_ERROR(in_left ? AppendSubproof(from, begin, middle, known, subtree, proof)
                             : AppendSubproof(from, middle, end, false, subtree, proof));
  BL_ASSIGN_OR_RETURN(const Sha256Digest other,
                      in_left ? RootOf(middle, end, subtree) : RootOf(begin, middle, subtree));
  proof->push_back(other);
  return absl::OkStatus();
}

// Goes up a path of RFC 9162, section 2.1.3.2: `node` is the number of the node at this level,
// `last` that of the level's last one. Returns whether the path is `proof`, neither longer nor
// shorter. `from_left(sibling)` and `from_right(sibling)` fold a sibling in.
template <typename FromLeft, typename FromRight>
bool GoUp(uint64_t node, uint64_t last, absl::Span<const Sha256Digest> proof, FromLeft from_left,
          FromRight from_right) {
  for (const Sha256Digest& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      from_left(sibling);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      from_right(sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0;
}

}  // namespace

Sha256Digest LeafHash(absl::string_view entry) {
  Sha256 hash;
  hash.Update({&kLeaf, 1});
  hash.Update(entry);
  return hash.Finish();
}

Sha256Digest NodeHash(const Sha256Digest& left, const Sha256Digest& right) {
  Sha256 hash;
  hash.Update({&kNode, 1});
  hash.Update(AsView(left));
  hash.Update(AsView(right));
  return hash.Finish();
}

Sha256Digest EmptyRoot() { return Sha256Of(""); }

void MerkleFrontier::Append(const Sha256Digest& leaf) {
  Sha256Digest root = leaf;
  // As in binary addition: each 1 at the end of the size is a subtree that this leaf completes.
  for (uint64_t ones = size_; (ones & 1) != 0; ones >>= 1) {
    root = NodeHash(complete_.back(), root);
    complete_.pop_back();
  }
  complete_.push_back(root);
  ++size_;
}

Sha256Digest MerkleFrontier::Root() const {
  if (complete_.empty()) return EmptyRoot();
  Sha256Digest root = complete_.back();
  for (auto next = complete_.rbegin() + 1; next != complete_.rend(); ++next) {
    root = NodeHash(*next, root);
  }
  return root;
}

absl::StatusOr<Sha256Digest> MerkleRoot(uint64_t size, const CompleteSubtree& subtree) {
  if (size == 0) return EmptyRoot();
  return RootOf(0, size, subtree);
}

absl::StatusOr<Proof> InclusionProof(uint64_t index, uint64_t size,
                                     const CompleteSubtree& subtree) {
  if (index >= size) return absl::InvalidArgumentError("there is no such entry");
  Proof proof;
  BL_RETURN_IF_ERROR(AppendPath(index, 0, size, subtree, &proof));
  return proof;
}

absl::StatusOr<Proof> ConsistencyProof(uint64_t from, uint64_t to, const CompleteSubtree& subtree) {
  if (from > to) return absl::InvalidArgumentError("the first list is the longer one");
  Proof proof;
  if (from == 0) return proof;
  BL_RETURN_IF_ERROR(AppendSubproof(from, 0, to, true, subtree, &proof));
  return proof;
}

bool IsIncluded(const Sha256Digest& leaf, uint64_t index, uint64_t size, const Sha256Digest& root,
                absl::Span<const Sha256Digest> proof) {
  if (index >= size) return false;
  Sha256Digest computed = leaf;
  const bool fits = GoUp(
      index, size - 1, proof,
      [&](const Sha256Digest& sibling) { computed = NodeHash(sibling, computed); },
      [&](const Sha256Digest& sibling) { computed = NodeHash(computed, sibling); });
  return fits && computed == root;
}

bool IsConsistent(uint64_t from, const Sha256Digest& from_root, uint64_t to,
                  const Sha256Digest& to_root, absl::Span<const Sha256Digest> proof) {
  if (from > to) return false;
  if (from == to) return proof.empty() && from_root == to_root;
  if (from == 0) return proof.empty() && from_root == EmptyRoot();
  // The largest complete subtree that ends the first list; it is that list if its size is a power
  // of two, and then left out of the proof (RFC 9162, section 2.1.4.2).
  const int level = std::countr_zero(from);
  Sha256Digest start = from_root;
  if (!std::has_single_bit(from)) {
    if (proof.empty()) return false;
    start = proof[0];
    proof.remove_prefix(1);
  }
  Sha256Digest first = start;
  Sha256Digest second = start;
  const bool fits = GoUp((from - 1) >> level, (to - 1) >> level, proof,
                         [&](const Sha256Digest& sibling) {
                           first = NodeHash(sibling, first);
                           second = NodeHash(sibling, second);
                         },
                         [&](const Sha256Digest& sibling) { second = NodeHash(second, sibling); });
  return fits && first == from_root && second == to_root;
}

}  // namespace blindlink
