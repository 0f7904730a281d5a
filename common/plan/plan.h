#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/plan.pb.h"
#include "common/crypto/sha256.h"
#include "common/plan/evidence_layout.h"
#include "common/plan/match_key_choice.h"
#include "common/plan/match_key_layout.h"
#include "common/plan/plan_checker.h"

namespace blindlink {

// A linkage plan that has been read and completely checked. Immutable, so threads may share it.
class Plan {
 public:
  // Reads protobuf text. INVALID_ARGUMENT lists the mistakes (PlanMistakes::kMost at most), one per
  // line, as "<line>:<column>: <path of the field>: <what is wrong and what to write instead>".
  // Takes bounded time and memory, whatever the text.
  static absl::StatusOr<Plan> Parse(absl::string_view text);
  // The same for a plan that an earlier release has accepted: its names may have any characters.
  static absl::StatusOr<Plan> ParseAccepted(absl::string_view text);

  // The plan with every default filled in, without what is off (match_key_choice.h).
  const v1::LinkagePlan& proto() const { return proto_; }
  // The exact text it was read from.
  const std::string& text() const { return text_; }
  // SHA-256 of the exact text: identifies the plan of a linkage run.
  const Sha256Digest& digest() const { return digest_; }
  // plan_digest.h: bound to every upload.
  const Sha256Digest& tokenization_digest() const { return tokenization_digest_; }

  // Those that are on, in the plan's order.
  const std::vector<MatchKeyLayout>& match_keys() const { return match_keys_; }
  // All match keys that the text has, and why each is on or off.
  const std::vector<MatchKeyChoice>& choices() const { return choices_; }
  // Empty if the plan has no evidence.
  const EvidenceLayout& evidence() const { return evidence_; }
  // Nothing if no match key with this id is on.
  const MatchKeyLayout* FindMatchKey(uint32_t id) const;
  // Index into proto().fields().
  std::optional<size_t> FindField(absl::string_view name) const;

 private:
  Plan() = default;
  static absl::StatusOr<Plan> Parse(absl::string_view text, PlanOrigin origin);

  v1::LinkagePlan proto_;
  std::string text_;
  Sha256Digest digest_{};
  Sha256Digest tokenization_digest_{};
  std::vector<MatchKeyLayout> match_keys_;
  std::vector<MatchKeyChoice> choices_;
  EvidenceLayout evidence_;
};

}  // namespace blindlink
