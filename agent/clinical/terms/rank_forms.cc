#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/terms/name_lookup.h"
#include "agent/clinical/terms/spelling.h"

namespace blindlink::agent {
namespace {

// Postings read for one name; words that more forms have count only when forms are compared in
// full.
constexpr size_t kMostPostings = 4000;
constexpr size_t kMostCompared = 48;
constexpr size_t kMostCandidates = 10;
constexpr size_t kFewForms = 48;  // with fewer, a frequent word is read all the same

struct QueryWord {
  uint32_t word;
  double share;  // 1, less for a corrected spelling
};

struct RankQuery {
  std::vector<QueryWord> words;  // ascending
  double weight = 0;
  double unknown = 0;    // weight of words nobody knows
  double corrected = 0;  // weight of words whose spelling was corrected
};

// The longest end of a compound that is a word itself: "leukodystrophy" in "ovarioleukodystrophy".
absl::string_view KnownEnd(const TermDictionary& dictionary, absl::string_view word) {
  constexpr size_t kFirstPart = 3, kLastPart = 6;
  for (size_t at = kFirstPart; at + kLastPart <= word.size(); ++at) {
    if (dictionary.FindWord(word.substr(at)) != kNoCode) return word.substr(at);
  }
  return {};
}

// The words of the dictionary that stand for the query's.
RankQuery QueryOf(const TermDictionary& dictionary, const TermWordList& words) {
  TermWordList known;
  RankQuery query;
  double heaviest = 10;
  TermWordList corrected;
  for (const std::string& word : words) {
    if (dictionary.FindWord(word) != kNoCode) {
      known.push_back(word);
      continue;
    }
    const std::vector<Correction> corrections = CorrectionsOf(dictionary, word, 1);
    if (corrections.empty()) {
      known.push_back(word);  // a phrase may still know it
      const absl::string_view end = KnownEnd(dictionary, word);
      if (end.empty()) continue;
      known.emplace_back(end);
      corrected.emplace_back(end);
    } else {
      known.emplace_back(dictionary.Text(dictionary.words()[corrections[0].word].text));
      corrected.push_back(known.back());
    }
  }
  const TermWordList doubtful = corrected.empty() ? corrected : ConceptsOf(corrected);
  for (const std::string& word : ConceptsOf(known)) {
    const uint32_t number = dictionary.FindWord(word);
    if (number == kNoCode || dictionary.words()[number].in_ranked == 0) {
      query.unknown += heaviest;
      query.weight += heaviest;
      continue;
    }
    const double weight = static_cast<double>(dictionary.words()[number].weight);
    const bool doubt = std::find(doubtful.begin(), doubtful.end(), word) != doubtful.end();
    query.words.push_back({number, doubt ? 0.8 : 1});
    query.weight += weight;
    if (doubt) query.corrected += weight;
  }
  std::sort(query.words.begin(), query.words.end(),
            [](const QueryWord& a, const QueryWord& b) { return a.word < b.word; });
  return query;
}

struct Scored {
  double similarity = 0, common = 0;
  uint32_t form = 0;
};

// Where a thread adds up; kept between names since it is as long as the dictionary. Everything is 0
// between names.
struct Scratch {
  std::vector<float> by_form;     // weight in common
  std::vector<uint32_t> touched;  // forms with weight in common
  std::vector<Scored> best;       // by category
  std::vector<uint32_t> reached;  // categories with a form
  std::vector<double> scores;     // of those categories
  std::vector<Scored> found;
};
Scratch& ThreadScratch(const TermDictionary& dictionary) {
  thread_local Scratch scratch;
  if (scratch.by_form.size() < dictionary.forms().size()) {
    scratch.by_form.resize(dictionary.forms().size(), 0);
  }
  if (scratch.best.size() < dictionary.categories()) scratch.best.resize(dictionary.categories());
  return scratch;
}

// Adds up the weights of the query's rare words by form. Whether frequent words were not read.
bool AddUp(const TermDictionary& dictionary, const RankQuery& query, Scratch* scratch) {
  std::vector<QueryWord> rarest = query.words;
  std::sort(rarest.begin(), rarest.end(), [&](const QueryWord& a, const QueryWord& b) {
    return dictionary.words()[a.word].postings < dictionary.words()[b.word].postings;
  });
  size_t read = 0;
  for (const QueryWord& one : rarest) {
    const WordRow& word = dictionary.words()[one.word];
    if (scratch->touched.size() >= kFewForms && read + word.postings > kMostPostings) return true;
    read += word.postings;
    const float weight = word.weight * static_cast<float>(one.share);
    for (const uint32_t form : dictionary.FormsWithWord(word)) {
      if (scratch->by_form[form] == 0) scratch->touched.push_back(form);
      scratch->by_form[form] += weight;
    }
  }
  return false;
}

bool IsBetter(const TermDictionary& dictionary, const Scored& a, const Scored& b) {
  if (a.similarity != b.similarity) return a.similarity > b.similarity;
  const uint8_t left = dictionary.forms()[a.form].source, right = dictionary.forms()[b.form].source;
  return left != right ? left < right : a.form < b.form;
}

// The similarity of the category in place `most` so far; 0 if fewer have a form.
double ScoreInPlace(size_t most, Scratch* scratch) {
  if (scratch->reached.size() < most) return 0;
  scratch->scores.clear();
  for (const uint32_t category : scratch->reached)
    scratch->scores.push_back(scratch->best[category].similarity);
  const auto place = scratch->scores.begin() + static_cast<ptrdiff_t>(most) - 1;
  std::nth_element(scratch->scores.begin(), place, scratch->scores.end(), std::greater<>());
  return *place;
}

// The most similar form of each category that shares a word with the query, into scratch->found;
// categories that cannot be among the first `most` may be missing. Clears the sums.
void BestOfCategories(const TermDictionary& dictionary, const RankQuery& query, uint32_t left_out,
                      size_t most, Scratch* scratch) {
  // Forms with the rarest words come first, so the best are known soon. A form weighs at least
  // what it has in common, a little less for rounding.
  constexpr size_t kPiece = 256;
  constexpr double kRounding = 0.999;
  double least = 0;
  for (size_t i = 0; i < scratch->touched.size(); ++i) {
    if (i % kPiece == kPiece - 1 && (i & (i + 1)) == 0) least = ScoreInPlace(most, scratch);
    const uint32_t form = scratch->touched[i];
    const double common = static_cast<double>(scratch->by_form[form]);
    scratch->by_form[form] = 0;
    if (2 * common < least * (query.weight + common) * kRounding) continue;
    const RankRow& row = dictionary.rank_rows()[form];
    if (form == left_out || row.category == kNoCode) continue;
    const Scored scored{2 * common / (query.weight + static_cast<double>(row.weight)), common,
                        form};
    Scored& best = scratch->best[row.category];
    if (best.similarity == 0) scratch->reached.push_back(row.category);
    if (scored.similarity >= best.similarity && IsBetter(dictionary, scored, best)) best = scored;
  }
  scratch->touched.clear();
  scratch->found.clear();
  for (const uint32_t category : scratch->reached) {
    scratch->found.push_back(scratch->best[category]);
    scratch->best[category] = Scored();
  }
  scratch->reached.clear();
}

double WeightInCommon(const TermDictionary& dictionary, const RankQuery& query,
                      const FormRow& form) {
  const absl::Span<const uint32_t> words = dictionary.WordsOfForm(form);
  double common = 0;
  auto at = words.begin();
  for (const QueryWord& word : query.words) {
    while (at != words.end() && *at < word.word) ++at;
    if (at == words.end()) break;
    if (*at == word.word)
      common += word.share * static_cast<double>(dictionary.words()[word.word].weight);
  }
  return common;
}

// The most similar forms, one a category, best first. Valid until the thread's next call.
const std::vector<Scored>& MostSimilar(const TermDictionary& dictionary, const RankQuery& query,
                                       uint32_t left_out) {
  Scratch& scratch = ThreadScratch(dictionary);
  const bool partly = AddUp(dictionary, query, &scratch);
  BestOfCategories(dictionary, query, left_out, partly ? kMostCompared : kMostCandidates, &scratch);
  std::vector<Scored>& found = scratch.found;
  const auto better = [&](const Scored& a, const Scored& b) { return IsBetter(dictionary, a, b); };
  const auto keep = [&](size_t most) {
    const auto end = found.begin() + static_cast<ptrdiff_t>(std::min(most, found.size()));
    std::partial_sort(found.begin(), end, found.end(), better);
    found.erase(end, found.end());
  };
  if (partly) {
    keep(kMostCompared);
    for (Scored& one : found) {
      const FormRow& form = dictionary.forms()[one.form];
      one.common = WeightInCommon(dictionary, query, form);
      one.similarity = 2 * one.common / (query.weight + static_cast<double>(form.weight));
    }
  }
  keep(kMostCandidates);
  return found;
}

// Where a classification puts what it does not name: the categories of malformation syndromes and
// of metabolic disorders are the last candidates of a syndrome or an enzyme deficiency that
// resembles nothing.
std::vector<absl::string_view> ResidualCategories(const TermWordList& words) {
  const auto any = [&words](auto test) { return std::any_of(words.begin(), words.end(), test); };
  if (any([](const std::string& word) {
        return word == "DEFICIENCY" ||
               (word.size() > 5 && absl::EndsWith(word, "ASE") && word != "DISEASE");
      })) {
    return {"E72", "E75", "E88", "E74"};
  }
  if (any([](const std::string& word) {
        return word == "SYNDROME" || word == "SYNDROMIC" || word == "ANOMALY" || word == "SPECTRUM";
      })) {
    return {"Q87"};
  }
  return {};
}

void AddResidual(const TermDictionary& dictionary, const TermWordList& words, Finding* finding) {
  constexpr double kResembles = 0.75;
  if (finding->forms.empty() || finding->features.similarity > kResembles) return;
  std::vector<FoundForm> residual;
  for (const absl::string_view text : ResidualCategories(words)) {
    const uint32_t code = dictionary.FindCode(text);
    const bool known = std::any_of(
        finding->forms.begin(), finding->forms.end(),
        [&](const FoundForm& found) { return dictionary.codes()[found.code].category == code; });
    if (code == kNoCode || known) continue;
    for (const uint32_t form : dictionary.FindForms(
             KeyKind::kWords, HashOfWords(WordsOf(FoldTerm(dictionary.Title(code)))))) {
      if (dictionary.forms()[form].code != code) continue;
      residual.push_back({form, code, 0});
      break;
    }
  }
  const size_t kept = std::min(finding->forms.size(), kMostCandidates - residual.size());
  finding->forms.resize(kept);
  finding->forms.insert(finding->forms.end(), residual.begin(), residual.end());
}

}  // namespace

void RankForms(const TermDictionary& dictionary, const TermWordList& words, uint32_t left_out,
               Finding* finding) {
  finding->level = MatchLevel::kRanked;
  finding->forms.clear();
  const RankQuery query = QueryOf(dictionary, words);
  if (query.words.empty()) return;
  const std::vector<Scored>& found = MostSimilar(dictionary, query, left_out);
  for (const Scored& one : found) {
    finding->forms.push_back({one.form, dictionary.forms()[one.form].code, one.similarity});
  }
  if (found.empty()) return;
  const FormRow& best = dictionary.forms()[found[0].form];
  finding->source = static_cast<TermSource>(best.source);
  finding->features = {found[0].similarity,
                       found[0].common / query.weight,
                       found[0].common / std::max(1e-9, static_cast<double>(best.weight)),
                       found[0].similarity - (found.size() > 1 ? found[1].similarity : 0),
                       query.unknown / query.weight,
                       query.corrected / query.weight};
  AddResidual(dictionary, words, finding);
}

}  // namespace blindlink::agent
