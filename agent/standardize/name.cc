#include "agent/standardize/name.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/standardize/code_value.h"
#include "agent/standardize/name_words.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

using Words = absl::InlinedVector<std::string, 6>;

// A name, and separately the names in parentheses, brackets or double quotes.
struct Written {
  std::string name;
  absl::InlinedVector<std::string, 1> asides;
};

Written SplitAsides(absl::string_view folded) {
  Written written;
  std::string* target = &written.name;
  for (const char c : folded) {
    const bool opens = c == '(' || c == '[' || (c == '"' && target == &written.name);
    const bool closes = c == ')' || c == ']' || (c == '"' && !opens);
    if (opens) {
      target = &written.asides.emplace_back();
      written.name.push_back(' ');
    } else if (closes) {
      target = &written.name;
    } else {
      target->push_back(c);
    }
  }
  return written;
}

// Splits a name into words. A word with digits is kept for now, because it may be an ordinal.
Words SplitWords(absl::string_view name) {
  Words words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const char c : name) {
    if (static_cast<unsigned char>(c) >= 0x80 || absl::ascii_isalnum(c)) {
      word.push_back(c);
    } else if (c == '.') {
      if (word.size() > 1) finish();  // "Mr.John", but "J.R." is one word
    } else if (c == ' ' || c == '-' || c == '/' || c == '_' || c == ',' || c == '&' || c == '+' ||
               c == ';') {
      finish();
    }
  }
  finish();
  return words;
}

bool IsOrdinal(absl::string_view word) {
  return absl::ascii_isdigit(word[0]) && !GenerationalSuffix(word).empty();
}

bool IsTrailingWord(v1::Standardizer kind, const Words& words) {
  const std::string& last = words.back();
  if (IsPostNominal(last) || IsOrdinal(last)) return true;
  // A single letter after a given name is an initial. After a surname, V and X are suffixes.
  if (last.size() == 1) {
    if (kind == v1::GIVEN_NAME) return absl::ascii_isalpha(last[0]) && words.front().size() > 1;
    return kind == v1::SURNAME && (last == "V" || last == "X");
  }
  return !GenerationalSuffix(last).empty();
}

// No name begins with the suffix JR.
bool IsLeadingWord(absl::string_view word) { return IsTitle(word) || word == "JR"; }

void RemoveTitlesAndSuffixes(v1::Standardizer kind, Words* words) {
  while (words->size() > 1 && IsLeadingWord(words->front())) words->erase(words->begin());
  if (words->size() > 2 && words->back() == "D" && (*words)[words->size() - 2] == "PH") {
    words->resize(words->size() - 2);  // Ph.D.
  }
  while (words->size() > 1 && IsTrailingWord(kind, *words)) words->pop_back();
}

void RemoveDigits(Words* words) {
  for (size_t i = 0; i < words->size();) {
    std::string& word = (*words)[i];
    word.erase(std::remove_if(word.begin(), word.end(),
                              [](char c) { return absl::ascii_isdigit(c) != 0; }),
               word.end());
    if (word.empty()) {
      words->erase(words->begin() + static_cast<ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
}

void AddPart(std::string part, std::vector<std::string>* parts) {
  if (std::find(parts->begin(), parts->end(), part) == parts->end()) {
    parts->push_back(std::move(part));
  }
}

// Whether words[i] belongs to the part that follows it.
bool IsParticle(v1::Standardizer kind, const Words& words, size_t i) {
  if (i + 1 >= words.size()) return false;
  if (kind != v1::SURNAME) return IsGivenNameParticle(words[i]);
  return IsSurnameParticle(words[i]) || IsInseparablePrefix(words[i]) ||
         (IsParticleBeforeParticle(words[i]) && IsSurnameParticle(words[i + 1]));
}

// GARCIA DE LA CRUZ -> GARCIA, DELACRUZ, CRUZ: a particle belongs to its part, and people often
// leave it out.
std::vector<std::string> PartsOf(v1::Standardizer kind, const Words& words) {
  const bool surname = kind == v1::SURNAME;
  std::vector<std::string> parts;
  std::string prefix;
  bool separable = surname;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (IsParticle(kind, words, i)) {
      prefix += word;
      separable = separable && !IsInseparablePrefix(word);
      continue;
    }
    if (surname && word == "Y" && i > 0 && i + 1 < words.size()) continue;  // Ortega y Gasset
    AddPart(prefix + word, &parts);
    if (!prefix.empty() && separable) AddPart(word, &parts);
    prefix.clear();
    separable = surname;
  }
  return parts;
}

// Saint John = St. John. The last word is left alone: there, ST may be the end of something else.
void SpellOutSaint(Words* words) {
  for (std::string& word : *words) {
    if (IsSaintInOneWord(word)) word.replace(0, 2, "SAINT");
  }
  for (size_t i = 0; i + 1 < words->size(); ++i) {
    if ((*words)[i] == "ST") (*words)[i] = "SAINT";
    if ((*words)[i] == "STE") (*words)[i] = "SAINTE";
  }
}

// Removes a Japanese honorific written together with the name: 様 (sama), 殿 (dono).
void RemoveHonorific(std::string* name) {
  for (const absl::string_view honorific : {"様", "殿"}) {
    if (name->size() > honorific.size() && absl::EndsWith(*name, honorific)) {
      name->resize(name->size() - honorific.size());
    }
  }
}

bool IsPlaceholderWords(v1::Standardizer kind, const Words& words) {
  if (words.size() == 1) return IsPlaceholderName(words.front());
  if (IsPlaceholderName(absl::StrJoin(words, ""))) return true;
  const bool given = kind != v1::SURNAME;
  if (given && IsNewbornOfSomebody(absl::StrJoin(words, " "))) return true;
  // Every word is a placeholder: UNKNOWN BABY, TEST TEST.
  return std::all_of(words.begin(), words.end(), [given](const std::string& word) {
    return IsPlaceholderName(word) || IsNothing(word) || (given && IsPlaceholderGivenName(word));
  });
}

StandardizeResult StandardizeOneName(v1::Standardizer kind, absl::string_view name) {
  Words words = SplitWords(name);
  if (words.empty()) return Missing();
  if (IsPlaceholderWords(kind, words)) return Placeholder("placeholder-name");
  const size_t written = words.size();
  RemoveTitlesAndSuffixes(kind, &words);
  const bool left_out = words.size() < written;
  RemoveDigits(&words);
  if (words.empty()) return Invalid("no-letters");
  if (kind == v1::SURNAME) SpellOutSaint(&words);
  std::string text = absl::StrJoin(words, "");
  if (IsPlaceholderName(text) || (left_out && IsNothing(text)) ||
      (kind != v1::SURNAME && IsPlaceholderGivenName(text))) {
    return Placeholder("placeholder-name");
  }
  const bool japanese = HasJapanese(text);
  if (japanese) RemoveHonorific(&text);
  StandardizeResult result = Usable(std::move(text));
  if (left_out) result.changes.Add(ValueChange::kTitleOrDegree);
  if (!japanese && words.size() > 1) {
    StandardValue& value = result.values.front();
    value.parts = PartsOf(kind, words);
    if (value.parts.size() == 1 && value.parts.front() == value.text) value.parts.clear();
  }
  return result;
}

// The position of NEE in "SMITH NEE JONES"; npos if there is no such word, or it begins or ends the
// text.
size_t FindOtherName(absl::string_view folded) {
  for (size_t space = folded.find(' '); space != absl::string_view::npos;) {
    const size_t next = folded.find(' ', space + 1);
    if (next == absl::string_view::npos) break;
    if (IsOtherNameWord(folded.substr(space + 1, next - space - 1))) return space + 1;
    space = next;
  }
  return absl::string_view::npos;
}

}  // namespace

StandardizeResult StandardizeName(v1::Standardizer kind, absl::string_view folded) {
  if (folded.find_first_of("([\"") == absl::string_view::npos) {
    const size_t other = FindOtherName(folded);
    if (other == absl::string_view::npos) return StandardizeOneName(kind, folded);
    return StandardizeName(kind,
                           absl::StrCat(folded.substr(0, other), "(", folded.substr(other), ")"));
  }
  const Written written = SplitAsides(folded);
  StandardizeResult result = StandardizeOneName(kind, written.name);
  for (absl::string_view aside : written.asides) {
    for (size_t end = aside.find(' ');
         end != absl::string_view::npos && IsOtherNameWord(aside.substr(0, end));
         end = aside.find(' ')) {
      aside.remove_prefix(end + 1);
    }
    if (IsAsideNote(LettersAndDigits(aside))) continue;
    StandardizeResult other = StandardizeOneName(kind, aside);
    if (other.state != ValueState::kUsable) continue;
    if (result.state != ValueState::kUsable) {
      result = std::move(other);
    } else if (other.values.front().text != result.values.front().text) {
      result.values.push_back(std::move(other.values.front()));
    }
  }
  return result;
}

}  // namespace blindlink::agent
