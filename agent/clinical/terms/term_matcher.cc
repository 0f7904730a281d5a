#include "agent/clinical/terms/term_matcher.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/japanese_term.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

// A code that stands for work, schooling or circumstances (ICD-10-CM Z55-Z65) or of which only
// similar names are known is never given to a name with such words.
bool SpeaksOfCircumstances(absl::string_view folded) {
  const TermWordList words = WordsOf(folded);
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return IsSocialWord(word); });
}

absl::string_view HowFound(MatchLevel level) {
  switch (level) {
    case MatchLevel::kSame:
      return "the same words as";
    case MatchLevel::kBag:
      return "the same words in another order as";
    case MatchLevel::kConcepts:
      return "words that mean the same as";
    case MatchLevel::kAbbreviation:
      return "with its abbreviation written out,";
    case MatchLevel::kSpelled1:
    case MatchLevel::kSpelled2:
      return "with its spelling corrected,";
    case MatchLevel::kFiner:
    case MatchLevel::kHeadless:
      return "says more than";
    default:
      return "similar to";
  }
}

}  // namespace

TermMatcher::TermMatcher(const TermDictionary& dictionary, double min_right)
    : dictionary_(dictionary),
      lookup_(dictionary_),
      calibration_(Calibration::FromNumbers(dictionary_.calibration())),
      threshold_(calibration_.Threshold(min_right)) {}

TermMatch TermMatcher::Match(absl::string_view name, absl::string_view code) const {
  Finding finding;
  return MatchWithout(name, code, kNoCode, &finding);
}

TermMatch TermMatcher::MatchWithout(absl::string_view name, absl::string_view code,
                                    uint32_t left_out, Finding* finding) const {
  TermMatch match;
  const std::string folded = FoldTerm(name);
  MarkedName marks = ReadMarkers(
      folded, [this](absl::string_view text) { return dictionary_.FindCode(text) != kNoCode; });
  if (HasJapanese(folded)) {
    const JapaneseName japanese = ReadJapaneseMarkers(folded);
    marks.certainty = japanese.certainty;
    marks.side = japanese.side;
    *finding = lookup_.FindJapanese(folded, left_out);
  } else {
    *finding = lookup_.Find(marks, left_out);
    if (finding->level == MatchLevel::kRanked && dictionary_.has_own_names()) {
      // A Latin abbreviation of a Japanese master: NIDDM.
      Finding other = lookup_.FindJapanese(folded, left_out);
      if (!other.forms.empty()) *finding = std::move(other);
    }
  }
  match.certainty = marks.certainty;
  const bool exact = finding->level != MatchLevel::kRanked;
  if (exact) {
    AddExact(*finding, marks, &match);
    // What is surely the same needs no alternatives.
    const bool sure = finding->level == MatchLevel::kSame && !finding->undecided &&
                      finding->source < TermSource::kIndex;
    if (!sure && left_out == kNoCode && !HasJapanese(folded)) AddSimilar(marks, &match);
  } else {
    AddRanked(*finding, marks, &match);
  }
  WeighCode(code, exact, marks, &match);
  if (match.candidates.empty()) return match;
  const bool social = finding->level >= MatchLevel::kConcepts && SpeaksOfCircumstances(folded);
  const TermCandidate& best = match.candidates.front();
  match.standard_name = best.standard_name;
  match.code = best.code;
  match.probability = best.probability;
  // Similarity alone suggests; it takes the site's code to decide.
  const bool supported = exact || absl::StrContains(best.explanation, kCodeAgrees);
  match.automatic = best.probability >= threshold_ && supported && !marks.denied && !social &&
                    !finding->forbidden;
  Explain(&match);
  return match;
}

void TermMatcher::Explain(TermMatch* match) const {
  for (TermCandidate& candidate : match->candidates) {
    if (candidate.form == kNoCode) continue;
    const FormRow& row = dictionary_.forms()[candidate.form];
    candidate.explanation =
        absl::StrCat(candidate.how, " the ", NameOf(static_cast<TermSource>(row.source)),
                     " name \"", dictionary_.Text(row.text), "\"", candidate.explanation);
    if (match->automatic) return;
  }
}

TermCandidate TermMatcher::CandidateOf(uint32_t form, uint32_t code, absl::string_view how) const {
  const FormRow& row = dictionary_.forms()[form];
  TermCandidate candidate;
  if (code != kNoCode) candidate.code = std::string(dictionary_.CodeText(code));
  const absl::string_view given = dictionary_.Text(row.standard);
  const bool finer =
      (row.flags & kFiner) != 0 && row.source >= static_cast<uint8_t>(TermSource::kInclusion);
  candidate.standard_name = std::string(!given.empty()    ? given
                                        : code == kNoCode ? dictionary_.Text(row.text)
                                        : finer           ? dictionary_.Text(row.text)
                                                          : dictionary_.Title(code));
  candidate.form = form;
  candidate.how = how;
  return candidate;
}

void TermMatcher::AddExact(const Finding& finding, const MarkedName& marks,
                           TermMatch* match) const {
  double probability = calibration_.OfExact(finding.level, finding.source, finding.disputed);
  if (finding.undecided) {
    probability =
        std::min(probability, 1.0 / static_cast<double>(std::max<size_t>(2, finding.forms.size())));
  }
  for (const FoundForm& found : finding.forms) {
    if (match->candidates.size() == 10) break;
    uint32_t code = found.code;
    if (code != kNoCode) {
      code = dictionary_.BillableBelow(code, marks.side, marks.encounter);
      code = dictionary_.OnSide(code, marks.side);
    }
    const MatchLevel shown = finding.abbreviated ? MatchLevel::kAbbreviation : finding.level;
    TermCandidate candidate = CandidateOf(found.form, code, HowFound(shown));
    candidate.score = 1;
    const bool first = match->candidates.empty();
    candidate.probability = first || finding.undecided
                                ? probability
                                : (1 - probability) / static_cast<double>(finding.forms.size() - 1);
    // A disease that the patient or a relative had has codes of its own; that of the disease is not
    // given for it unless it is one of those.
    if (finding.stripped && !absl::StartsWith(candidate.code, "Z")) {
      candidate.probability = std::min(candidate.probability, 0.5);
    }
    match->candidates.push_back(std::move(candidate));
  }
}

// Categories of similar names after those that were found, for a person who decides.
void TermMatcher::AddSimilar(const MarkedName& marks, TermMatch* match) const {
  auto& candidates = match->candidates;
  if (candidates.empty()) return;
  double left = 1;
  for (const TermCandidate& candidate : candidates) left -= candidate.probability;
  for (const FoundForm& found : lookup_.Similar(marks)) {
    if (candidates.size() >= 10) break;
    const absl::string_view category = dictionary_.CodeText(found.code).substr(0, 3);
    const bool known = std::any_of(
        candidates.begin(), candidates.end(),
        [&](const auto& candidate) { return absl::StartsWith(candidate.code, category); });
    if (known) continue;
    TermCandidate candidate =
        CandidateOf(found.form, dictionary_.BillableBelow(found.code, marks.side, marks.encounter),
                    HowFound(MatchLevel::kRanked));
    candidate.score = found.similarity;
    candidate.probability = std::max(0.0, left) * found.similarity / 10;
    candidates.push_back(std::move(candidate));
  }
}

void TermMatcher::AddRanked(const Finding& finding, const MarkedName& marks,
                            TermMatch* match) const {
  if (finding.forms.empty()) return;
  const double best = calibration_.OfRanked(finding.features);
  double others = 0;
  for (size_t i = 1; i < finding.forms.size(); ++i) others += finding.forms[i].similarity;
  for (const FoundForm& found : finding.forms) {
    const uint32_t code = dictionary_.BillableBelow(found.code, marks.side, marks.encounter);
    TermCandidate candidate = CandidateOf(found.form, code, HowFound(MatchLevel::kRanked));
    candidate.score = found.similarity;
    candidate.probability =
        match->candidates.empty()
            ? best
            : std::min(best, (1 - best) * found.similarity / std::max(others, 1e-9));
    match->candidates.push_back(std::move(candidate));
  }
}

}  // namespace blindlink::agent
