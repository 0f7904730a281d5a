// Any bytes as a linkage plan: either it is refused with a message, or the plan keeps its promises.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/plan/plan.h"

namespace blindlink {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// Every form code of an accepted plan survives decoding and encoding.
void CheckFormCodes(const MatchKeyLayout& key) {
  const size_t codes = key.FormCodeCount();
  Require(codes >= 1 && codes <= 256);
  for (size_t code = 0; code < codes; ++code) {
    const DecodedFormCode decoded = key.DecodeForms(static_cast<uint8_t>(code));
    Require(decoded.form_indices.size() == key.components.size());
    Require(key.EncodeForms(decoded.form_indices, decoded.exchanged) == code);
  }
}

void TryPlan(absl::string_view text) {
  const absl::StatusOr<Plan> plan = Plan::Parse(text);
  if (!plan.ok()) {
    Require(plan.status().code() == absl::StatusCode::kInvalidArgument);
    Require(!plan.status().message().empty());
    return;
  }
  Require(plan->text() == text);
  for (const MatchKeyLayout& key : plan->match_keys()) {
    Require(key.components.size() >= 2);
    for (const ComponentLayout& component : key.components) {
      Require(component.field < static_cast<size_t>(plan->proto().fields_size()));
    }
    CheckFormCodes(key);
  }
  // The digests depend on the text alone.
  const absl::StatusOr<Plan> again = Plan::Parse(text);
  Require(again.ok() && again->digest() == plan->digest() &&
          again->tokenization_digest() == plan->tokenization_digest());
}

}  // namespace
}  // namespace blindlink

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  blindlink::TryPlan({reinterpret_cast<const char*>(data), size});
  return 0;
}
