#include "agent/clinical/terms/spelling.h"

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_map.h"
#include "agent/clinical/terms/term_words.h"
#include "agent/standardize/text/string_similarity.h"

namespace blindlink::agent {
namespace {

constexpr size_t kPrefix = 8;

uint32_t DeleteHash(absl::string_view text) {
  return static_cast<uint32_t>(HashOfText(text) >> 32);
}

// `text` without the character at `at`, in `buffer`.
absl::string_view Without(absl::string_view text, size_t at, char* buffer) {
  std::copy_n(text.begin(), at, buffer);
  std::copy(text.begin() + static_cast<ptrdiff_t>(at) + 1, text.end(), buffer + at);
  return {buffer, text.size() - 1};
}

}  // namespace

size_t EditsAllowed(size_t letters) { return letters < 4 ? 0 : letters < 8 ? 1 : 2; }

void ForEachDeletion(absl::string_view word, absl::FunctionRef<void(uint32_t)> use) {
  const size_t edits = EditsAllowed(word.size() + 1);  // of a word that lost a letter
  const absl::string_view prefix = word.substr(0, kPrefix);
  use(DeleteHash(prefix));
  if (edits == 0) return;
  std::array<char, kPrefix> first{}, second{};
  for (size_t i = 0; i < prefix.size(); ++i) {
    const absl::string_view once = Without(prefix, i, first.data());
    use(DeleteHash(once));
    if (edits < 2) continue;
    for (size_t j = i; j < once.size(); ++j) use(DeleteHash(Without(once, j, second.data())));
  }
}

namespace {

std::vector<Correction> MakeCorrections(const TermDictionary& dictionary, absl::string_view word) {
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
  return found;
}

// What a thread remembers of one dictionary.
struct Remembered {
  std::string digest;
  absl::flat_hash_map<std::string, std::vector<Correction>> corrections;
};

}  // namespace

std::vector<Correction> CorrectionsOf(const TermDictionary& dictionary, absl::string_view word,
                                      size_t most) {
  constexpr size_t kMostRemembered = size_t{1} << 14;
  thread_local Remembered remembered;
  if (remembered.digest != dictionary.digest() ||
      remembered.corrections.size() >= kMostRemembered) {
    remembered.corrections.clear();
    remembered.digest = dictionary.digest();
  }
  auto known = remembered.corrections.find(word);
  if (known == remembered.corrections.end()) {
    known = remembered.corrections.emplace(word, MakeCorrections(dictionary, word)).first;
  }
  const std::vector<Correction>& all = known->second;
  return {all.begin(), all.begin() + static_cast<ptrdiff_t>(std::min(most, all.size()))};
}

}  // namespace blindlink::agent
