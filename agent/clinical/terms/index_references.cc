#include "agent/clinical/terms/index_references.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "agent/clinical/terms/source_text.h"
#include "agent/clinical/terms/term_words.h"

namespace blindlink::agent {
namespace {

struct Target {
  std::string code;
  bool heading = false;
};

// The entries of the index by what a reference may call them.
class Targets {
 public:
  void Learn(const TermDraft::Form& form) {
    const Target target{form.code, form.source == TermSource::kHeading};
    const Keys keys = KeysOf(form.text);
    for (size_t i = 0; i < keys.size(); ++i) by_key_[i].emplace(keys[i], target);
  }

  // An empty code: none.
  Target Find(absl::string_view see) const {
    const bool choice = absl::StrContains(see, ", by ");
    for (const absl::string_view end : {", by site", ", by type", " NEC"})
      see = absl::StripSuffix(see, end);
    const Keys keys = KeysOf(see);
    for (size_t i = 0; i < keys.size(); ++i) {
      const auto found = by_key_[i].find(keys[i]);
      if (found == by_key_[i].end()) continue;
      return {found->second.code, found->second.heading || choice || i == kSimilar};
    }
    return {};
  }

 private:
  // The words in the order of the index ("Malaria, malariae" is not "Malaria"), in any order, and
  // words that mean the same.
  static constexpr size_t kSimilar = 2;
  using Keys = std::array<uint64_t, kSimilar + 1>;

  static Keys KeysOf(absl::string_view text) {
    const TermWordList words = WordsOf(FoldTerm(WithoutBrackets(text)));
    return {HashOfWords(words), HashOfWords(BagOf(words)), HashOfWords(ConceptsOf(words))};
  }

  std::array<absl::flat_hash_map<uint64_t, Target>, kSimilar + 1> by_key_;
};

}  // namespace

void ResolveReferences(TermDraft* draft) {
  Targets targets;
  for (const TermDraft::Form& form : draft->forms) {
    if (form.source >= TermSource::kIndex && form.source <= TermSource::kNeoplasm)
      targets.Learn(form);
  }
  // References may lead to references; three rounds suffice for the official index.
  for (int round = 0; round < 3; ++round) {
    std::vector<TermDraft::Reference> open;
    for (TermDraft::Reference& reference : draft->references) {
      Target target = targets.Find(reference.see);
      if (target.code.empty()) {
        open.push_back(std::move(reference));
        continue;
      }
      draft->forms.push_back({reference.text, std::move(target.code), "",
                              target.heading ? TermSource::kHeading : TermSource::kIndex});
      targets.Learn(draft->forms.back());
    }
    draft->references = std::move(open);
  }
}

}  // namespace blindlink::agent
