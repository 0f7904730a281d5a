#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/term_matcher.h"

namespace blindlink::agent {
namespace {

// A site's code says the wrong category about once in ten (published audits of diagnosis coding
// range from 5 to 20 %), and a wrong code is among the ten most similar names' about once in
// twenty. So one that is among them is right with 1 - .1 * .05 / .9.
constexpr double kCodeAmongSimilar = 0.994;
// An exact name and a code that agree are both wrong far less often than the name alone.
constexpr double kDoubtLeftIfAgreed = 0.2;
// The name and the code say different things; a person must look.
constexpr double kNameAgainstCode = 0.6;

}  // namespace

void TermMatcher::WeighCode(absl::string_view site_code, bool exact, const MarkedName& marks,
                            TermMatch* match) const {
  std::string text = CodeWithoutDot(site_code);
  uint32_t code = text.empty() ? kNoCode : dictionary_.FindCode(text);
  if (code == kNoCode && !marks.codes.empty()) code = dictionary_.FindCode(marks.codes.front());
  if (code == kNoCode) return;
  const absl::string_view category = dictionary_.CodeText(code).substr(0, 3);
  auto& candidates = match->candidates;
  const auto agreed = std::find_if(
      candidates.begin(), candidates.end(),
      [&](const auto& candidate) { return absl::StartsWith(candidate.code, category); });
  if (agreed != candidates.end()) {
    AgreeWithCode(code, static_cast<size_t>(agreed - candidates.begin()), exact, match);
    return;
  }
  if (exact && !candidates.empty()) {
    candidates.front().probability = std::min(candidates.front().probability, kNameAgainstCode);
    absl::StrAppend(&candidates.front().explanation, "; the site's code says otherwise");
  }
  TermCandidate other;
  other.code = std::string(dictionary_.CodeText(code));
  other.standard_name = std::string(dictionary_.Title(code));
  other.probability = 1 - kNameAgainstCode;
  other.explanation = "the site's code; nothing in the name supports it";
  if (candidates.size() == 10) candidates.pop_back();
  if (exact && !candidates.empty()) {
    candidates.insert(candidates.begin() + 1, std::move(other));
  } else {
    other.probability =
        std::max(other.probability, candidates.empty() ? 0.0 : candidates[0].probability);
    candidates.insert(candidates.begin(), std::move(other));
  }
}

// The code takes the place of the name's where it says more and nothing else.
void TermMatcher::AgreeWithCode(uint32_t code, size_t place, bool exact, TermMatch* match) const {
  auto& candidates = match->candidates;
  std::rotate(candidates.begin(), candidates.begin() + static_cast<ptrdiff_t>(place),
              candidates.begin() + static_cast<ptrdiff_t>(place) + 1);
  TermCandidate& best = candidates.front();
  best.probability = exact && place == 0 ? 1 - (1 - best.probability) * kDoubtLeftIfAgreed
                                         : std::max(best.probability, kCodeAmongSimilar);
  absl::StrAppend(&best.explanation, kCodeAgrees);
  const absl::string_view text = dictionary_.CodeText(code);
  const uint32_t mine = dictionary_.FindCode(best.code);
  const bool billable = (dictionary_.codes()[code].flags & kBillable) != 0;
  const bool vague = mine == kNoCode || !exact ||
                     absl::StrContains(dictionary_.Title(mine), "nspecified") ||
                     absl::StrContains(dictionary_.Title(mine), "without complication");
  if (billable && text != best.code && vague) {
    const bool title = mine != kNoCode && best.standard_name == dictionary_.Title(mine);
    best.code = std::string(text);
    if (title || !exact) best.standard_name = std::string(dictionary_.Title(code));
  }
}

}  // namespace blindlink::agent
