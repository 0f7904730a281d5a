#include "agent/clinical/terms/term_markers.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "agent/standardize/text/string_similarity.h"

namespace blindlink::agent {
namespace {

bool IsWordAt(absl::string_view text, size_t at) {
  return at < text.size() && absl::ascii_isalnum(static_cast<unsigned char>(text[at]));
}

// Removes every occurrence of `phrase` that begins and ends at a word's limits. Whether there was
// one.
bool Remove(absl::string_view phrase, std::string* text) {
  bool found = false;
  const auto next = [&](size_t from) { return absl::string_view(*text).find(phrase, from); };
  for (size_t at = next(0); at != absl::string_view::npos; at = next(at)) {
    const size_t end = at + phrase.size();
    const bool begins = at == 0 || !IsWordAt(*text, at - 1) || !IsWordAt(phrase, 0);
    const bool ends = !IsWordAt(*text, end) || !IsWordAt(phrase, phrase.size() - 1);
    if (!begins || !ends) {
      at = end;
      continue;
    }
    text->replace(at, phrase.size(), " ");
    found = true;
  }
  return found;
}

// A bit for each pair of neighboring characters; pairs share bits.
constexpr uint64_t PairsOf(absl::string_view text) {
  uint64_t pairs = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const unsigned first = static_cast<unsigned char>(text[i]);
    const unsigned second = static_cast<unsigned char>(text[i + 1]);
    pairs |= uint64_t{1} << ((first * 37 + second * 11) % 64);
  }
  return pairs;
}

// Most names hold none of the phrases: those of which a pair of characters is missing are not
// looked for.
template <size_t kCount>
bool RemoveAny(const absl::string_view (&phrases)[kCount], std::string* text) {
  bool found = false;
  uint64_t pairs = PairsOf(*text);
  for (const absl::string_view phrase : phrases) {
    if ((PairsOf(phrase) & ~pairs) != 0 || !Remove(phrase, text)) continue;
    found = true;
    pairs = PairsOf(*text);
  }
  return found;
}

constexpr absl::string_view kSuspected[] = {"SUSPICION OF",
                                            "SUSPICIOUS FOR",
                                            "SUSPICIOUS OF",
                                            "SUSPECTED OF",
                                            "SUSPECTED",
                                            "SUSPECT",
                                            "SUSP.",
                                            "SUSP",
                                            "TO RULE OUT",
                                            "RULE OUT",
                                            "RULE-OUT",
                                            "R/O",
                                            "S/O",
                                            "TO BE EXCLUDED",
                                            "CANNOT BE EXCLUDED",
                                            "CANNOT EXCLUDE",
                                            "CANNOT RULE OUT",
                                            "PROBABLE",
                                            "PROBABLY",
                                            "PROB.",
                                            "POSSIBLE",
                                            "POSSIBLY",
                                            "POSS.",
                                            "LIKELY",
                                            "QUESTIONABLE",
                                            "QUESTION OF",
                                            "PRESUMED",
                                            "PRESUMPTIVE",
                                            "PRESUMABLY",
                                            "QUERY",
                                            "CONCERN FOR",
                                            "CONCERNING FOR",
                                            "EVALUATE FOR",
                                            "COMPATIBLE WITH",
                                            "CONSISTENT WITH",
                                            "SUGGESTIVE OF",
                                            "WORKING DIAGNOSIS",
                                            "TENTATIVE DIAGNOSIS",
                                            "TENTATIVE",
                                            "PROVISIONAL",
                                            "?"};
constexpr absl::string_view kFamily[] = {"FAMILY HISTORY OF",
                                         "FAMILY HISTORY",
                                         "FAMILY HX OF",
                                         "FAMILY HX",
                                         "FAM HX",
                                         "FHX OF",
                                         "FHX",
                                         "FH OF",
                                         "FH:",
                                         "F/H/O",
                                         "F/H",
                                         "FAMILIAL HISTORY OF"};
constexpr absl::string_view kHistory[] = {"PERSONAL HISTORY OF",
                                          "PAST MEDICAL HISTORY OF",
                                          "PAST HISTORY OF",
                                          "MEDICAL HISTORY OF",
                                          "PRIOR HISTORY OF",
                                          "HISTORY OF",
                                          "PERSONAL HISTORY",
                                          "PAST MEDICAL HISTORY",
                                          "PMHX",
                                          "PMH",
                                          "H/O",
                                          "HX OF",
                                          "HX:",
                                          "HX",
                                          "S/P",
                                          "STATUS POST",
                                          "STATUS-POST",
                                          "HISTORY"};
constexpr absl::string_view kDenied[] = {
    "NO EVIDENCE OF", "NO SIGN OF", "NO SIGNS OF", "WITHOUT EVIDENCE OF",
    "NO HISTORY OF",  "DENIES",     "DENIED",      "NEGATIVE FOR",
    "RULED OUT",      "RULED-OUT",  "EXCLUDED",    "NOT PRESENT"};
constexpr absl::string_view kConceptKinds[] = {
    "(DISORDER)", "(FINDING)", "(SITUATION)", "(MORPHOLOGIC ABNORMALITY)", "(PROCEDURE)",
    "(EVENT)",    "(DISEASE)", "(DIAGNOSIS)", "(OBSERVABLE ENTITY)",       "(REGIME/THERAPY)"};
constexpr absl::string_view kRight[] = {"(RIGHT)", "RIGHT SIDED", "RIGHT-SIDED", "RIGHT SIDE",
                                        "RIGHT",   "(R)",         "RT.",         "RT"};
constexpr absl::string_view kLeft[] = {"(LEFT)", "LEFT SIDED", "LEFT-SIDED", "LEFT SIDE",
                                       "LEFT",   "(L)",        "LT.",        "LT"};
constexpr absl::string_view kBoth[] = {"(BILATERAL)", "BILATERALLY", "BILATERAL", "BILAT.",
                                       "BILAT",       "BOTH SIDES",  "BOTH",      "(B/L)",
                                       "B/L",         "(R+L)",       "(R/L)"};

// A misspelled "suspected", "probable" or "possible".
bool RemoveMisspelledDoubt(std::string* text) {
  for (size_t begin = 0; begin < text->size();) {
    if (!IsWordAt(*text, begin)) {
      ++begin;
      continue;
    }
    size_t end = begin;
    while (IsWordAt(*text, end)) ++end;
    const absl::string_view word = absl::string_view(*text).substr(begin, end - begin);
    const bool likely = word.size() >= 7 && word.size() <= 11 && word != "SUSPENDED" &&
                        word != "RESPECTED" && word != "INSPECTED";
    if (likely &&
        (EditDistance(word, "SUSPECTED", 2) <= 2 || EditDistance(word, "PROBABLE", 1) <= 1 ||
         EditDistance(word, "POSSIBLE", 1) <= 1)) {
      text->replace(begin, end - begin, " ");
      return true;
    }
    begin = end;
  }
  return false;
}

bool RemoveMisspelledRuleOut(std::string* text) {
  if (text->size() < 9) return false;
  const size_t second = text->find(' ', text->find(' ') + 1);
  if (second == std::string::npos || second > 9 || second < 7) return false;
  if (EditDistance(absl::string_view(*text).substr(0, second), "RULE OUT", 1) > 1) return false;
  text->erase(0, second);
  return true;
}

bool HasBlockedDigraph(char c) { return c == '(' || c == '['; }

// Takes out codes that stand in brackets, or with a dot at the beginning or end.
void TakeCodes(absl::FunctionRef<bool(absl::string_view)> known, std::string* text,
               std::vector<std::string>* codes) {
  for (size_t begin = 0; begin < text->size();) {
    if (!IsWordAt(*text, begin)) {
      ++begin;
      continue;
    }
    size_t end = begin;
    bool dot = false;
    while (IsWordAt(*text, end) ||
           (end < text->size() && (*text)[end] == '.' && IsWordAt(*text, end + 1))) {
      dot |= (*text)[end] == '.';
      ++end;
    }
    const bool bracketed = begin > 0 && HasBlockedDigraph((*text)[begin - 1]);
    const bool outer = begin == 0 || end == text->size();
    const std::string code =
        (bracketed || (dot && outer)) && end - begin >= 3 && end - begin <= 8
            ? CodeWithoutDot(absl::string_view(*text).substr(begin, end - begin))
            : std::string();
    if (!code.empty() && known(code)) {
      codes->push_back(code);
      text->replace(begin, end - begin, " ");
    }
    begin = end;
  }
}

// A single letter R or L at the end or the beginning, as in "knee pain R".
Side TakeSideLetter(std::string* text) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(*text);
  if (trimmed.size() < 4) return Side::kNone;
  const auto side_of = [](char c) {
    return c == 'R' ? Side::kRight : c == 'L' ? Side::kLeft : Side::kNone;
  };
  Side side = side_of(trimmed.back());
  if (side != Side::kNone && !IsWordAt(trimmed, trimmed.size() - 2) &&
      trimmed[trimmed.size() - 2] != '\'' && trimmed[trimmed.size() - 2] != '-') {
    *text = std::string(trimmed.substr(0, trimmed.size() - 1));
    return side;
  }
  side = side_of(trimmed.front());
  if (side != Side::kNone && (trimmed[1] == ' ' || trimmed[1] == '.')) {
    *text = std::string(trimmed.substr(1));
    return side;
  }
  return Side::kNone;
}

Side TakeSide(std::string* text) {
  if (RemoveAny(kBoth, text)) return Side::kBoth;
  const bool right = RemoveAny(kRight, text);
  const bool left = RemoveAny(kLeft, text);
  if (right || left) return right && left ? Side::kBoth : right ? Side::kRight : Side::kLeft;
  return TakeSideLetter(text);
}

char TakeEncounter(std::string* text) {
  if (Remove("INITIAL ENCOUNTER", text)) return 'A';
  if (Remove("SUBSEQUENT ENCOUNTER", text)) return 'D';
  if (Remove("SEQUELA", text) || Remove("SEQUELAE OF", text)) return 'S';
  return 0;
}

}  // namespace

MarkedName ReadMarkers(absl::string_view folded,
                       absl::FunctionRef<bool(absl::string_view)> known_code) {
  MarkedName name;
  name.text = std::string(folded);
  TakeCodes(known_code, &name.text, &name.codes);
  if (name.text.find('(') != std::string::npos) RemoveAny(kConceptKinds, &name.text);
  name.core = name.text;
  name.denied = RemoveAny(kDenied, &name.core);
  if (RemoveAny(kFamily, &name.core)) {
    name.certainty = Certainty::kFamily;
  } else if (RemoveAny(kHistory, &name.core)) {
    name.certainty = Certainty::kHistory;
  }
  const bool suspected = RemoveAny(kSuspected, &name.core) || RemoveMisspelledDoubt(&name.core) ||
                         RemoveMisspelledRuleOut(&name.core);
  if (suspected && name.certainty == Certainty::kDefinite) name.certainty = Certainty::kSuspected;
  name.no_side = name.core;
  name.encounter = TakeEncounter(&name.no_side);
  name.side = TakeSide(&name.no_side);
  return name;
}

bool IsSocialWord(absl::string_view word) {
  static const auto* const kWords = new absl::flat_hash_set<absl::string_view>{
      "EMPLOYMENT", "EMPLOYED",   "EMPLOYEE",  "EMPLOYER",    "UNEMPLOYED",  "UNEMPLOYMENT",
      "JOB",        "OCCUPATION", "WORK",      "WORKER",      "WORKFORCE",   "RETIRED",
      "RETIREMENT", "SCHOOL",     "EDUCATION", "COLLEGE",     "UNIVERSITY",  "STUDENT",
      "GRADUATE",   "GRADUATED",  "DIPLOMA",   "CERTIFICATE", "EQUIVALENCY", "HOUSING",
      "RENT",       "INCOME",     "MARRIED",   "DIVORCED",    "WIDOWED",     "MILITARY",
      "FORCE",      "LITERACY",   "SALARY",    "TENANT",      "PENSIONER",   "HOMEMAKER",
      "APPRENTICE", "TRAINEE"};
  return kWords->contains(word);
}

std::string CodeWithoutDot(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  while (!text.empty() && (text.back() == '-' || text.back() == '.')) text.remove_suffix(1);
  std::string code;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = absl::ascii_toupper(static_cast<unsigned char>(text[i]));
    if (c == '.' && i == 3) continue;
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) return {};
    code.push_back(c);
  }
  const bool shaped = code.size() >= 3 && code.size() <= 7 &&
                      absl::ascii_isalpha(static_cast<unsigned char>(code[0])) &&
                      absl::ascii_isdigit(static_cast<unsigned char>(code[1]));
  return shaped ? code : std::string();
}

}  // namespace blindlink::agent
