#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/clinical/terms/dictionary_builder.h"
#include "agent/clinical/terms/source_text.h"
#include "agent/clinical/terms/term_words.h"

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
// each of the two alone is meant, too. Empty unless one word stands on each side.
std::vector<std::string> EachOfTwo(absl::string_view title) {
  const size_t at = title.find(" and ");
  if (at == absl::string_view::npos || title.find(',') != absl::string_view::npos ||
      title.find(" and ", at + 1) != absl::string_view::npos) {
    return {};
  }
  const absl::string_view before = title.substr(0, at), after = title.substr(at + 5);
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
    if (!official || form.code.size() == 7) continue;
    for (std::string& text : EachOfTwo(form.text)) {
      added.push_back({std::move(text), form.code, "", TermSource::kDerived});
    }
  }
  for (TermDraft::Form& form : added) draft->forms.push_back(std::move(form));
}

using CodesByName = absl::flat_hash_map<uint64_t, std::string>;

std::string LookUp(const CodesByName& exact, const CodesByName& concepts, absl::string_view see) {
  for (const absl::string_view end : {", by site", ", by type", " NEC"})
    see = absl::StripSuffix(see, end);
  const TermWordList words = WordsOf(FoldTerm(see));
  const auto found = exact.find(HashOfWords(BagOf(words)));
  if (found != exact.end()) return found->second;
  const auto alike = concepts.find(HashOfWords(ConceptsOf(words)));
  return alike == concepts.end() ? std::string() : alike->second;
}

// References may lead to references; three rounds suffice for the official index.
void ResolveReferences(TermDraft* draft) {
  CodesByName exact, concepts;
  const auto learn = [&](const TermDraft::Form& form) {
    const TermWordList words = WordsOf(FoldTerm(form.text));
    exact.emplace(HashOfWords(BagOf(words)), form.code);
    concepts.emplace(HashOfWords(ConceptsOf(words)), form.code);
  };
  for (const TermDraft::Form& form : draft->forms) {
    if (form.source == TermSource::kIndex || form.source == TermSource::kNeoplasm) learn(form);
  }
  for (int round = 0; round < 3; ++round) {
    std::vector<TermDraft::Reference> open;
    for (TermDraft::Reference& reference : draft->references) {
      const std::string code = LookUp(exact, concepts, reference.see);
      if (code.empty()) {
        open.push_back(std::move(reference));
        continue;
      }
      draft->forms.push_back({reference.text, code, "", TermSource::kIndex});
      learn(draft->forms.back());
    }
    draft->references = std::move(open);
  }
}

}  // namespace

void CompleteDraft(TermDraft* draft) {
  AddSeventhCharacters(draft);
  AddTitles(draft);
  AddTitleForms(draft);
  AddEachOfTwo(draft);
  ResolveReferences(draft);
}

}  // namespace blindlink::agent
