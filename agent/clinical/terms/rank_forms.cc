#include <algorithm>
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
constexpr size_t kMostCompared = 128;
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

// Sums by form, cleared after use; one for each thread, since it is as long as the dictionary.
struct Sums {
  std::vector<float> by_form;
  std::vector<uint32_t> touched;
};
Sums& ThreadSums(size_t forms) {
  thread_local Sums sums;
  if (sums.by_form.size() < forms) sums.by_form.resize(forms, 0);
  return sums;
}

// The forms that share the query's rare words, best first.
std::vector<uint32_t> FormsInCommon(const TermDictionary& dictionary, const RankQuery& query,
                                    uint32_t left_out) {
  std::vector<uint32_t> rarest;
  for (const QueryWord& word : query.words) rarest.push_back(word.word);
  std::sort(rarest.begin(), rarest.end(), [&](uint32_t a, uint32_t b) {
    return dictionary.words()[a].postings < dictionary.words()[b].postings;
  });
  Sums& sums = ThreadSums(dictionary.forms().size());
  size_t read = 0;
  for (const uint32_t number : rarest) {
    const WordRow& word = dictionary.words()[number];
    if (sums.touched.size() >= kFewForms && read + word.postings > kMostPostings) break;
    read += word.postings;
    for (const uint32_t form : dictionary.FormsWithWord(word)) {
      if (sums.by_form[form] == 0) sums.touched.push_back(form);
      sums.by_form[form] += word.weight;
    }
  }
  std::vector<std::pair<float, uint32_t>> order;
  for (const uint32_t form : sums.touched) {
    const float weight = dictionary.forms()[form].weight;
    if (form != left_out) {
      order.emplace_back(2 * sums.by_form[form] / (weight + static_cast<float>(query.weight)),
                         form);
    }
    sums.by_form[form] = 0;
  }
  sums.touched.clear();
  const size_t kept = std::min(order.size(), kMostCompared);
  const auto better = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  };
  std::nth_element(order.begin(), order.begin() + static_cast<ptrdiff_t>(kept), order.end(),
                   better);
  std::vector<uint32_t> forms;
  for (size_t i = 0; i < kept; ++i) forms.push_back(order[i].second);
  return forms;
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
  struct Scored {
    double similarity, common;
    uint32_t form;
  };
  std::vector<Scored> scored;
  for (const uint32_t number : FormsInCommon(dictionary, query, left_out)) {
    const FormRow& form = dictionary.forms()[number];
    if (form.code == kNoCode) continue;
    const double common = WeightInCommon(dictionary, query, form);
    scored.push_back(
        {2 * common / (query.weight + static_cast<double>(form.weight)), common, number});
  }
  std::sort(scored.begin(), scored.end(), [&](const Scored& a, const Scored& b) {
    if (a.similarity != b.similarity) return a.similarity > b.similarity;
    const FormRow &left = dictionary.forms()[a.form], &right = dictionary.forms()[b.form];
    return left.source != right.source ? left.source < right.source : a.form < b.form;
  });
  std::vector<uint32_t> categories;
  for (const Scored& one : scored) {
    const uint32_t code = dictionary.forms()[one.form].code;
    const uint32_t category = dictionary.codes()[code].category;
    if (std::find(categories.begin(), categories.end(), category) != categories.end()) continue;
    categories.push_back(category);
    finding->forms.push_back({one.form, code, one.similarity});
    if (categories.size() == 1) {
      finding->source = static_cast<TermSource>(dictionary.forms()[one.form].source);
      finding->features = {
          one.similarity,
          one.common / query.weight,
          one.common / std::max(1e-9, static_cast<double>(dictionary.forms()[one.form].weight)),
          one.similarity,
          query.unknown / query.weight,
          query.corrected / query.weight};
    } else if (categories.size() == 2) {
      finding->features.margin = finding->features.similarity - one.similarity;
    }
    if (categories.size() == kMostCandidates) break;
  }
  AddResidual(dictionary, words, finding);
}

}  // namespace blindlink::agent
