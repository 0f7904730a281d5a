#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "absl/types/span.h"
#include "blindlink/v1/resolver_audit.pb.h"
#include "common/plan/plan.h"
#include "common/token_audit/audited_token.h"
#include "common/token_audit/chain_layout.h"
#include "common/token_audit/group_audit.h"

namespace blindlink::resolver {

// Where a group of equal tokens ends in a list of tokens, and what of it is not in the list.
struct GroupEnd {
  size_t end;
  uint64_t more_records;
  uint64_t more_tokens;
};

// The resolver's own audit of a dataset: what its tokens show to the resolver, found as they pass
// by in order on their way to the index. A stored token is equal to another one if the tokens are.
// The result depends neither on threads nor on how the postings are cut into slices. Thread-safe.
class IngestAudit {
 public:
  // Of a token that more postings have, only the first so many are kept in memory and join records;
  // the rest are counted.
  static constexpr size_t kMostOfOneToken = size_t{1} << 18;

  // `plan` must outlive the audit. Uses up to `memory` bytes for what it keeps by record, and
  // follows as many ways of joining as that allows, the fields themselves before coarser forms.
  IngestAudit(const Plan& plan, uint64_t records, uint64_t memory);

  // Call once, after the last group.
  v1::ResolverAudit Finish();

  // Finds the tokens that are equal among the postings of one slice, or of several that follow each
  // other. Each thread has its own. `Sorted` is a SortedPosting.
  template <typename Sorted>
  class Groups {
   public:
    explicit Groups(IngestAudit* audit) : audit_(*audit) {}

    void Add(const Sorted& next) {
      if (held_ == 0 || !(first_.token == next.token && first_.match_key == next.match_key)) {
        EndGroup();
        first_ = next;
      } else if (held_ == 1) {
        audit_.SetCodes(first_.evidence.data(), &tokens_.back());
      }
      if (held_ >= kMostOfOneToken) {
        left_out_records_ += next.record != last_record_ ? 1 : 0;
        ++left_out_tokens_;
      } else {
        tokens_.push_back(
            audit_.TokenOf(next.token.High(), next.match_key, next.form, next.record));
        // A token that nobody else has joins nobody, so most codes need not be unpacked.
        if (++held_ > 1) audit_.SetCodes(next.evidence.data(), &tokens_.back());
      }
      last_record_ = next.record;
    }

    // No more postings of the last token will follow.
    void End() {
      EndGroup();
      Pass();
    }

   private:
    // So many tokens are handed over under one lock.
    static constexpr size_t kTokensAtATime = 4096;

    void EndGroup() {
      if (held_ > 0) ends_.push_back({tokens_.size(), left_out_records_, left_out_tokens_});
      held_ = left_out_records_ = left_out_tokens_ = 0;
      if (tokens_.size() >= kTokensAtATime) Pass();
    }
    void Pass() {
      audit_.AddGroups(tokens_, ends_);
      tokens_.clear();
      ends_.clear();
    }

    IngestAudit& audit_;
    Sorted first_{};  // of the last token
    size_t held_ = 0;
    uint64_t left_out_records_ = 0;
    uint64_t left_out_tokens_ = 0;
    uint32_t last_record_ = 0;
    std::vector<AuditedToken> tokens_;
    std::vector<GroupEnd> ends_;
  };

 private:
  AuditedToken TokenOf(uint64_t token, uint8_t match_key, uint8_t form, uint32_t record) const {
    return {token, record, index_of_key_[match_key], form == 0, {}};
  }
  void SetCodes(const uint8_t* evidence, AuditedToken* token) const {
    if (token->base && has_codes_[token->match_key]) {
      token->codes = layout_.CodesIn(token->match_key, evidence);
    }
  }
  void AddGroups(absl::Span<const AuditedToken> tokens, absl::Span<const GroupEnd> ends);

  const Plan& plan_;
  const ChainLayout layout_;
  const GroupAuditOptions options_;
  std::array<uint8_t, 256> index_of_key_{};  // by MatchKey.id
  std::vector<bool> has_codes_;              // by index: some way joins by codes of the key
  std::mutex mutex_;
  GroupAudit audit_;
};

}  // namespace blindlink::resolver
