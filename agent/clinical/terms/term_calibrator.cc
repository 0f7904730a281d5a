#include "agent/clinical/terms/term_calibrator.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/terms/term_matcher.h"
#include "agent/clinical/terms/term_words.h"
#include "agent/clinical/terms/word_rules.h"

namespace blindlink::agent {
namespace {

// A small generator with a fixed seed (splitmix64, Steele 2014), so that a dictionary's bytes do
// not depend on anything but its inputs.
class Dice {
 public:
  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  size_t Below(size_t limit) { return limit == 0 ? 0 : static_cast<size_t>(Next() % limit); }

 private:
  uint64_t state_ = 20261129;
};

// One typing error: a letter left out, added, changed or exchanged with its neighbor.
std::string Misspelled(std::string name, Dice* dice) {
  if (name.size() < 5) return name;
  const size_t at = 1 + dice->Below(name.size() - 2);
  const char letter = static_cast<char>('a' + dice->Below(26));
  switch (dice->Below(4)) {
    case 0:
      name.erase(at, 1);
      break;
    case 1:
      name.insert(at, 1, letter);
      break;
    case 2:
      name[at] = letter;
      break;
    default:
      std::swap(name[at], name[at - 1]);
  }
  return name;
}

// The name as somebody writes it who leaves out what the index gives as a part of its own:
// "Disease, kidney" for "Disease, kidney, polycystic". Empty if the name has one part.
std::string WithoutAPart(absl::string_view name, Dice* dice) {
  std::vector<absl::string_view> parts = absl::StrSplit(name, ", ");
  if (parts.size() < 2) return {};
  parts.erase(parts.begin() + 1 + static_cast<ptrdiff_t>(dice->Below(parts.size() - 1)));
  const std::string rest = absl::StrJoin(parts, ", ");
  const TermWordList words = WordsOf(FoldTerm(rest));
  const bool says_nothing = std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return IsHeadWord(word) || IsEmptyWord(word);
  });
  return says_nothing ? std::string() : rest;
}

// Names like those that people write: not the endless combinations of injuries, causes and
// encounters.
bool IsUsual(const TermDictionary& dictionary, const FormRow& form, Dice* dice) {
  if (form.words == 0 || form.words > 7 || form.code == kNoCode) return false;
  const auto source = static_cast<TermSource>(form.source);
  if (source == TermSource::kDecision || source == TermSource::kMaster) return false;
  const char chapter = dictionary.CodeText(form.code)[0];
  if (chapter >= 'S' && chapter <= 'Y') return dice->Below(10) == 0;
  return source != TermSource::kNeoplasm || dice->Below(4) == 0;
}

std::vector<uint32_t> Sample(const TermDictionary& dictionary, uint32_t samples, Dice* dice) {
  std::vector<uint32_t> usual;
  for (uint32_t i = 0; i < dictionary.forms().size(); ++i) {
    if (IsUsual(dictionary, dictionary.forms()[i], dice)) usual.push_back(i);
  }
  for (size_t i = 0; i < usual.size(); ++i)
    std::swap(usual[i], usual[i + dice->Below(usual.size() - i)]);
  if (usual.size() > samples) usual.resize(samples);
  return usual;
}

}  // namespace

Calibration TermCalibrator::Measure(const TermDictionary& dictionary, uint32_t samples) {
  // One name in so many is also looked up with a part left out.
  constexpr size_t kShortened = 4;
  Dice dice;
  const TermMatcher matcher(dictionary, 1);
  std::vector<Calibration::ExactSample> exact;
  std::vector<Calibration::RankedSample> ranked;
  const auto look_up = [&](const std::string& name, uint32_t form, uint32_t left_out,
                           MatchLevel weakest) {
    Finding finding;
    matcher.MatchWithout(name, "", left_out, &finding);
    if (finding.forms.empty() || finding.forms[0].code == kNoCode || finding.undecided) return;
    if (finding.level > weakest) return;
    const bool right = dictionary.codes()[finding.forms[0].code].category ==
                       dictionary.codes()[dictionary.forms()[form].code].category;
    if (finding.level == MatchLevel::kRanked) {
      ranked.push_back({finding.features, right});
    } else {
      exact.push_back({finding.level, finding.source, finding.disputed, right});
    }
  };
  for (const uint32_t form : Sample(dictionary, samples, &dice)) {
    const std::string name(dictionary.Text(dictionary.forms()[form].text));
    look_up(name, form, form, MatchLevel::kRanked);
    look_up(name, form, kNoCode, MatchLevel::kRanked);
    // What is left is a name only if the dictionary has it.
    if (dice.Below(kShortened) == 0)
      look_up(WithoutAPart(name, &dice), form, kNoCode, MatchLevel::kBag);
    look_up(Misspelled(name, &dice), form, dice.Below(2) == 0 ? form : kNoCode,
            MatchLevel::kRanked);
  }
  return Calibration::Learn(exact, ranked);
}

}  // namespace blindlink::agent
