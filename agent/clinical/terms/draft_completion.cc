#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/dictionary_builder.h"
#include "agent/clinical/terms/index_references.h"
#include "agent/clinical/terms/source_text.h"
#include "agent/clinical/terms/term_words.h"
#include "agent/clinical/terms/word_rules.h"

namespace blindlink::agent {
namespace {

bool HasCodeBelow(const TermDraft& draft, const std::string& code) {
  const auto next = draft.codes.upper_bound(code);
  return next != draft.codes.end() && absl::StartsWith(next->first, code);
}

// The definition of 7th characters that holds for a code: that of its nearest ancestor.
const std::map<char, std::string>* SeventhCharactersOf(const TermDraft& draft, std::string code) {
  for (; code.size() >= 3; code.pop_back()) {
    const auto found = draft.seventh_characters.find(code);
    if (found != draft.seventh_characters.end()) return &found->second;
  }
  return nullptr;
}

// Adds the codes with 7th characters where the lists stop before them.
void AddSeventhCharacters(TermDraft* draft) {
  std::map<std::string, TermDraft::Code> added;
  for (const auto& [code, entry] : draft->codes) {
    if (code.size() == 7 || !entry.official || entry.listed_billable || HasCodeBelow(*draft, code))
      continue;
    const auto* characters = SeventhCharactersOf(*draft, code);
    if (characters == nullptr) continue;
    for (const auto& [character, title] : *characters) {
      TermDraft::Code& child =
          added[absl::StrCat(code, std::string(6 - code.size(), 'X'), std::string(1, character))];
      child.title = absl::StrCat(entry.title, ", ", title);
      child.official = child.listed_billable = true;
    }
  }
  draft->codes.merge(added);
}

// Gives codes of a list without titles the title of what they are a part of.
void AddTitles(TermDraft* draft) {
  for (auto& [code, entry] : draft->codes) {
    if (!entry.title.empty() || code.size() <= 3) continue;
    std::string parent = code.substr(0, code.size() - 1);
    while (parent.size() > 3 && parent.back() == 'X') parent.pop_back();
    const auto found = draft->codes.find(parent);
    if (found == draft->codes.end()) continue;
    entry.title = found->second.title;
    const auto* characters = code.size() == 7 ? SeventhCharactersOf(*draft, parent) : nullptr;
    if (characters == nullptr) continue;
    const auto seventh = characters->find(code[6]);
    if (seventh != characters->end()) absl::StrAppend(&entry.title, ", ", seventh->second);
  }
}

void AddTitleForms(TermDraft* draft) {
  for (const auto& [code, entry] : draft->codes) {
    if (!entry.official || entry.title.empty()) continue;
    draft->forms.push_back({entry.title, code, "", TermSource::kTitle});
    const std::string plain = WithoutBrackets(entry.title);
    if (plain != entry.title && !plain.empty() && code.size() < 7) {
      draft->forms.push_back({plain, code, "", TermSource::kTitle, InBrackets(entry.title)});
    }
  }
}

// "Occlusion and stenosis of vertebral artery": in this classification "and" means "and/or", so
// each of the two that stand around `word` is meant alone, too. Empty unless one word stands on
// each side.
std::vector<std::string> EachOfTwo(absl::string_view title, absl::string_view word) {
  const size_t at = title.find(word);
  if (at == absl::string_view::npos || title.find(word, at + 1) != absl::string_view::npos) {
    return {};
  }
  const absl::string_view before = title.substr(0, at), after = title.substr(at + word.size());
  const size_t left = before.rfind(' '), right = after.find(' ');
  const std::string head(left == absl::string_view::npos ? "" : before.substr(0, left + 1));
  const std::string tail(right == absl::string_view::npos ? "" : after.substr(right));
  const absl::string_view one = before.substr(head.size());
  const absl::string_view two = after.substr(0, after.size() - tail.size());
  // "In diseases and conditions" and the like are no two diseases.
  if (one.size() < 4 || two.size() < 4 || (head.empty() && tail.empty())) return {};
  return {absl::StrCat(head, one, tail), absl::StrCat(head, two, tail)};
}

void AddEachOfTwo(TermDraft* draft) {
  std::vector<TermDraft::Form> added;
  for (const TermDraft::Form& form : draft->forms) {
    const bool official =
        form.source == TermSource::kTitle || form.source == TermSource::kInclusion;
    if (official && form.code.size() < 7 && !absl::StrContains(form.text, ',')) {
      for (std::string& text : EachOfTwo(form.text, " and ")) {
        added.push_back({std::move(text), form.code, "", TermSource::kDerived});
      }
    }
    const bool index = form.source == TermSource::kIndex || form.source == TermSource::kHeading;
    if (!index && form.source != TermSource::kInclusion) continue;
    for (std::string& text : EachOfTwo(form.text, " or ")) {
      added.push_back({std::move(text), form.code, "", form.source});
    }
  }
  for (TermDraft::Form& form : added) draft->forms.push_back(std::move(form));
}

// "Disease, vein" with the code of what is not specified: everything that is known of veins says
// more.
bool IsCollective(const TermDraft& draft, const TermDraft::Form& form) {
  const TermWordList first = WordsOf(FoldTerm(form.text.substr(0, form.text.find(','))));
  if (first.size() != 1 || !IsHeadWord(first[0]) || first[0] == "SYNDROME") return false;
  const auto code = draft.codes.find(form.code);
  return code != draft.codes.end() && (absl::StrContains(code->second.title, "nspecified") ||
                                       absl::StartsWith(code->second.title, "Other "));
}

void MarkCollectives(TermDraft* draft) {
  for (TermDraft::Form& form : draft->forms) {
    if (form.source == TermSource::kIndex && IsCollective(*draft, form))
      form.source = TermSource::kHeading;
  }
}

}  // namespace

void CompleteDraft(TermDraft* draft) {
  AddSeventhCharacters(draft);
  AddTitles(draft);
  AddTitleForms(draft);
  MarkCollectives(draft);
  ResolveReferences(draft);
  AddEachOfTwo(draft);
}

}  // namespace blindlink::agent
