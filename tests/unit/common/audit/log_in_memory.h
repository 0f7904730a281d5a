#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/v1/audit_service.pb.h"
#include "common/audit/audit_head.h"
#include "common/audit/merkle_tree.h"
#include "common/crypto/random.h"

namespace blindlink {

// A resolver's audit log in memory, whose entries are all calls of one method by one party. Copies
// have the same key.
class LogInMemory {
 public:
  LogInMemory(const Sha256Digest& fingerprint, std::string method)
      : fingerprint_(fingerprint), method_(std::move(method)) {}

  uint64_t size() const { return entries_.size(); }
  // Adds entries until there are `size`; `word` is in each.
  void GrowTo(uint64_t size, const std::string& word = "flu") {
    while (entries_.size() < size) {
      v1::AuditEntry entry;
      entry.set_index(entries_.size());
      entry.set_method(method_);
      entry.set_fingerprint(std::string(AsView(fingerprint_)));
      entry.add_objects()->set_name(word);
      entries_.push_back(entry.SerializeAsString());
    }
  }
  void ShrinkTo(uint64_t size) { entries_.resize(size); }
  // The answer to GetReceipt.
  v1::AuditReceipts Answer(const std::vector<uint64_t>& indices, uint64_t known) const {
    const CompleteSubtree subtree = [this](uint64_t begin, uint64_t size) {
      return Root(begin, size);
    };
    v1::AuditReceipts answer;
    *answer.mutable_head() =
        SignHead(*signer_, entries_.size(), 1000, MerkleRoot(entries_.size(), subtree).value());
    if (known <= entries_.size()) {
      *answer.mutable_consistency() =
          ProofOf(ConsistencyProof(known, entries_.size(), subtree).value());
    }
    for (const uint64_t index : indices) {
      v1::AuditReceipt& receipt = *answer.add_receipts();
      receipt.set_index(index);
      receipt.set_entry(entries_[index]);
      receipt.set_size(entries_.size());
      *receipt.mutable_proof() = ProofOf(InclusionProof(index, entries_.size(), subtree).value());
    }
    return answer;
  }
  void ChangeKey() { signer_ = std::make_shared<Ed25519Signer>(RandomBytes(32)); }

 private:
  absl::StatusOr<Sha256Digest> Root(uint64_t begin, uint64_t size) const {
    MerkleFrontier frontier;
    for (uint64_t i = begin; i < begin + size; ++i) frontier.Append(LeafHash(entries_[i]));
    return frontier.Root();
  }

  Sha256Digest fingerprint_;
  std::string method_;
  std::vector<std::string> entries_;
  std::shared_ptr<Ed25519Signer> signer_ = std::make_shared<Ed25519Signer>(RandomBytes(32));
};

}  // namespace blindlink
