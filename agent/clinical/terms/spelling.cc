#include "agent/clinical/terms/spelling.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/term_words.h"
#include "agent/standardize/text/string_similarity.h"

namespace blindlink::agent {
namespace {

constexpr size_t kPrefix = 8;

uint32_t DeleteHash(absl::string_view text) {
  return static_cast<uint32_t>(HashOfText(text) >> 32);
}

}  // namespace

size_t EditsAllowed(size_t letters) { return letters < 4 ? 0 : letters < 8 ? 1 : 2; }

void ForEachDeletion(absl::string_view word, absl::FunctionRef<void(uint32_t)> use) {
  const size_t edits = EditsAllowed(word.size() + 1);  // of a word that lost a letter
  const absl::string_view prefix = word.substr(0, kPrefix);
  use(DeleteHash(prefix));
  if (edits == 0) return;
  for (size_t i = 0; i < prefix.size(); ++i) {
    const std::string once = absl::StrCat(prefix.substr(0, i), prefix.substr(i + 1));
    use(DeleteHash(once));
    if (edits < 2) continue;
    for (size_t j = i; j < once.size(); ++j) {
      use(DeleteHash(absl::StrCat(once.substr(0, j), once.substr(j + 1))));
    }
  }
}

std::vector<Correction> CorrectionsOf(const TermDictionary& dictionary, absl::string_view word,
                                      size_t most) {
  std::vector<uint32_t> near;
  const size_t allowed = EditsAllowed(word.size());
  if (allowed == 0) return {};
  ForEachDeletion(word, [&](uint32_t hash) {
    dictionary.ForEachDelete(hash, [&](uint32_t other) { near.push_back(other); });
  });
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  std::vector<Correction> found;
  for (const uint32_t other : near) {
    const absl::string_view text = dictionary.Text(dictionary.words()[other].text);
    const size_t difference =
        text.size() > word.size() ? text.size() - word.size() : word.size() - text.size();
    if (difference > allowed) continue;
    const size_t edits = EditDistance(text, word, allowed);
    if (edits <= allowed) found.push_back({other, static_cast<uint32_t>(edits)});
  }
  std::sort(found.begin(), found.end(), [&](const Correction& a, const Correction& b) {
    if (a.edits != b.edits) return a.edits < b.edits;
    const uint32_t more_a = dictionary.words()[a.word].postings,
                   more_b = dictionary.words()[b.word].postings;
    return more_a != more_b ? more_a > more_b : a.word < b.word;
  });
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace blindlink::agent
