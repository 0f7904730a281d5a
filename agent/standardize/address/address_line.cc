#include "agent/standardize/address/address_line.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

// U+2044. NFKC turns ½ into 1, this slash and 2.
constexpr absl::string_view kFractionSlash = "\xE2\x81\x84";

bool StandsAlone(absl::string_view word) {
  return word.size() == 1 && absl::ascii_isalpha(word[0]);
}

// Whether the letters are a designator that people write together with its number: APT4B.
bool IsFusedDesignator(absl::string_view letters) {
  static constexpr absl::string_view kDesignators[] = {
      "APT",  "UNIT", "STE", "SUITE", "LOT",   "RM",  "BLDG", "BLD",   "FL",   "SPC",
      "TRLR", "HWY",  "US",  "SR",    "CR",    "FM",  "RR",   "HC",    "RT",   "RTE",
      "I",    "BOX",  "PSC", "CMR",   "POBOX", "POB", "PH",   "CALLE", "CARR", "EDIF"};
  return std::find(std::begin(kDesignators), std::end(kDesignators), letters) !=
         std::end(kDesignators);
}

class LineSplitter {
 public:
  // Appends the words of `text`.
  void Add(absl::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (absl::StartsWith(text.substr(i), kFractionSlash)) {
        BeginFraction();
        i += kFractionSlash.size() - 1;
      } else if (static_cast<unsigned char>(c) >= 0x80 || absl::ascii_isalnum(c)) {
        word_.push_back(c);
      } else if (c == '-' || c == '/') {
        AddJoint(c, text.substr(i + 1));
      } else if (c == '.' && !word_.empty() && IsDigits(word_) &&
                 BeginsWithDigit(text.substr(i + 1))) {
        word_.push_back(c);  // KM 4.5
      } else if (c == '#') {
        Finish();
        words_.emplace_back("#");
      } else if (c != '.' && c != '\'') {
        Finish();
      }
    }
    Finish();
  }
  void AddWord(absl::string_view word) { words_.emplace_back(word); }

  AddressWords Take() { return std::move(words_); }

 private:
  // 12½ has become "121/2": the last digit so far is the numerator.
  void BeginFraction() {
    if (word_.empty() || !absl::ascii_isdigit(word_.back())) return Finish();
    const char numerator = word_.back();
    word_.pop_back();
    Finish();
    word_ = {numerator, '/'};
  }

  void AddJoint(char c, absl::string_view rest) {
    if (!word_.empty() && (absl::ascii_isdigit(word_.back()) || (c == '-' && StandsAlone(word_)))) {
      word_.push_back(c);
    } else if (word_.empty() && c == '-' && words_.size() == 1 && IsDigits(words_[0].text) &&
               BeginsWithDigit(absl::StripLeadingAsciiWhitespace(rest))) {
      word_ = words_[0].text + "-";  // 12 - 14 OAK LN
      words_.pop_back();
      joins_ = true;
    } else {
      Finish();
    }
  }

  void Finish() {
    if (joins_ && !word_.empty() && word_.back() == '-') return;
    joins_ = false;
    while (!word_.empty() && (word_.back() == '-' || word_.back() == '/')) word_.pop_back();
    if (absl::EndsWith(word_, ".0")) word_.resize(word_.size() - 2);  // a spreadsheet's 12.0
    if (word_.empty()) return;
    const size_t letters = word_.find_first_of("0123456789");
    const absl::string_view word = word_;
    if (letters != 0 && letters != std::string::npos &&
        IsFusedDesignator(word.substr(0, letters))) {
      words_.emplace_back(word.substr(0, letters));
      words_.emplace_back(word.substr(letters));
    } else {
      words_.emplace_back(word);
    }
    word_.clear();
  }

  AddressWords words_;
  std::string word_;
  bool joins_ = false;
};

bool NamesUnitOrBox(absl::string_view segment) {
  if (absl::StrContains(segment, '#')) return true;
  for (const absl::string_view word : absl::StrSplit(segment, absl::ByAnyChar(" ."))) {
    const WordMeaning& meaning = MeaningOf(word);
    if (meaning.designates_unit && (meaning.suffix.empty() || HasDigit(segment))) return true;
    if (!meaning.unit_alone.empty()) return true;
    if (word == "BOX" || word == "POB" || word == "POBOX" || word == "APARTADO") return true;
    if (word == "URB" || word == "COND" || word == "KM") return true;
    const size_t digits = word.find_first_of("0123456789");
    if (digits != absl::string_view::npos && IsFusedDesignator(word.substr(0, digits))) return true;
  }
  return false;
}

// Whether a segment is only a directional: NW, N.W., S. W.
bool IsDirectional(absl::string_view segment) {
  const std::string letters = LettersAndDigits(segment);
  return !MeaningOf(letters).directional.empty();
}

// Whether a segment is a street with its number: "12 OAK LN", but not "12" or "4B".
bool IsStreetSegment(absl::string_view segment) {
  return BeginsWithDigit(segment) && segment.find(' ') != absl::string_view::npos &&
         !IsOrdinalNumber(segment.substr(0, segment.find(' ')));
}

// Whether a segment is only a number: 2300, 12C, C-5, 106 D.
bool IsLoneNumber(absl::string_view segment) {
  const size_t n = segment.size();
  if (n > 2 && segment[n - 2] == ' ' && absl::ascii_isalpha(segment[n - 1]))
    segment.remove_suffix(2);
  return HasDigit(segment) && segment.find(' ') == absl::string_view::npos && segment.size() <= 8;
}

void AddSegments(absl::string_view folded, LineSplitter* splitter) {
  std::vector<absl::string_view> segments = absl::StrSplit(folded, ',');
  for (absl::string_view& segment : segments) segment = absl::StripAsciiWhitespace(segment);
  segments.erase(std::remove_if(segments.begin(), segments.end(), IsNothing), segments.end());
  const auto street = std::find_if(segments.begin(), segments.end(), IsStreetSegment);
  bool place_seen = false;
  for (auto segment = segments.begin(); segment != segments.end(); ++segment) {
    if (street == segments.end() || segment == street || NamesUnitOrBox(*segment)) {
      splitter->Add(*segment);
    } else if (segment < street) {
      if (HasDigit(*segment)) splitter->Add(*segment);
    } else if (IsLoneNumber(*segment) && !place_seen) {
      splitter->AddWord("#");
      splitter->Add(*segment);
    } else if (IsDirectional(*segment)) {
      splitter->Add(*segment);
    } else {
      place_seen = true;
    }
  }
}

// NULL at the end: a program wrote what stood in an empty cell.
void DropWordsForNothing(AddressWords* words) {
  while (words->size() > 2 && (words->back() == "NULL" || words->back() == "NAN" ||
                               words->back() == "NONE" || words->back() == "UNDEFINED")) {
    words->pop_back();
  }
}

bool IsBuildingWord(absl::string_view word) {
  static constexpr absl::string_view kWords[] = {
      "HOME",         "HOSPITAL", "CARE",       "NURSING",   "REHAB",     "REHABILITATION",
      "FACILITY",     "SHELTER",  "HOTEL",      "MOTEL",     "LODGE",     "CHURCH",
      "SCHOOL",       "COLLEGE",  "UNIVERSITY", "DORMITORY", "RESIDENCE", "APARTMENTS",
      "TOWERS",       "LIVING",   "HOSPICE",    "CLINIC",    "PRISON",    "JAIL",
      "CORRECTIONAL", "MISSION",  "HEALTHCARE", "MEDICAL"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

// SUNRISE CARE HOME 12 MAIN ST: leaves out the building before a street with its number.
void DropBuilding(AddressWords* words) {
  const auto number = std::find_if(words->begin(), words->end(),
                                   [](const AddressWord& word) { return HasDigit(word.text); });
  if (number - words->begin() < 2 || words->end() - number < 3 || !IsDigits(number->text)) return;
  if (!words->back().meaning->is_common_suffix) return;
  const bool is_building = std::any_of(
      words->begin(), number, [](const AddressWord& word) { return IsBuildingWord(word.text); });
  if (is_building) words->erase(words->begin(), number);
}

}  // namespace

AddressWords SplitAddressLine(absl::string_view folded) {
  LineSplitter splitter;
  if (folded.find(',') == absl::string_view::npos) {
    splitter.Add(folded);
  } else {
    AddSegments(folded, &splitter);
  }
  AddressWords words = splitter.Take();
  // C/O SMITH 12 OAK LN: the host's name ends where a number begins.
  if (absl::StartsWith(folded, "C/O ") || absl::StartsWith(folded, "ATTN")) {
    const auto number = std::find_if(words.begin(), words.end(), [](const AddressWord& word) {
      return BeginsWithDigit(word.text);
    });
    if (number != words.end()) words.erase(words.begin(), number);
  }
  DropWordsForNothing(&words);
  DropBuilding(&words);
  return words;
}

}  // namespace blindlink::agent
