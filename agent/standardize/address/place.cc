#include "agent/standardize/address/place.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "agent/standardize/address/state_codes.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"
#include "agent/standardize/text/written_text.h"

namespace blindlink::agent {
namespace {

using WordMap = absl::flat_hash_map<absl::string_view, absl::string_view>;

// The full form of an abbreviation in a city's name; some are known only as the first word.
absl::string_view SpellOut(absl::string_view word, bool first, bool last) {
  static const WordMap* const kLeading = new WordMap{
      {"ST", "SAINT"}, {"STE", "SAINTE"}, {"FT", "FORT"},  {"MT", "MOUNT"},  {"N", "NORTH"},
      {"S", "SOUTH"},  {"E", "EAST"},     {"W", "WEST"},   {"NO", "NORTH"},  {"SO", "SOUTH"},
      {"PT", "POINT"}, {"LK", "LAKE"},    {"PRT", "PORT"}, {"LWR", "LOWER"}, {"UPR", "UPPER"}};
  static const WordMap* const kAnywhere = new WordMap{
      {"TWP", "TOWNSHIP"},  {"HTS", "HEIGHTS"},   {"SPGS", "SPRINGS"}, {"SPG", "SPRING"},
      {"BCH", "BEACH"},     {"JCT", "JUNCTION"},  {"VLG", "VILLAGE"},  {"CTR", "CENTER"},
      {"CENTRE", "CENTER"}, {"GRV", "GROVE"},     {"HLS", "HILLS"},    {"VLY", "VALLEY"},
      {"LKS", "LAKES"},     {"LK", "LAKE"},       {"PK", "PARK"},      {"FLS", "FALLS"},
      {"RVR", "RIVER"},     {"CRK", "CREEK"},     {"IS", "ISLAND"},    {"BLF", "BLUFF"},
      {"CTY", "CITY"},      {"CY", "CITY"},       {"PLNS", "PLAINS"},  {"GDNS", "GARDENS"},
      {"HBR", "HARBOR"},    {"HARBOUR", "HARBOR"}};
  if (first && !last) {
    if (const auto found = kLeading->find(word); found != kLeading->end()) return found->second;
  }
  if (!first) {
    if (const auto found = kAnywhere->find(word); found != kAnywhere->end()) return found->second;
  }
  return word;
}

// Replaces punctuation with spaces, and drops periods and apostrophes.
std::string KeepNameCharacters(absl::string_view folded) {
  std::string out;
  for (const char c : folded) {
    if (c == '.' || c == '\'') continue;
    const bool kept = static_cast<unsigned char>(c) >= 0x80 || absl::ascii_isalnum(c);
    out.push_back(kept ? c : ' ');
  }
  return out;
}

// The letters of what follows a city, which may be a state and a ZIP: "IL 60606".
std::string LettersOf(absl::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (absl::ascii_isalpha(c)) letters.push_back(c);
  }
  return letters;
}

// Leaves out the state and the ZIP (BOSTON MA 02139) and the kind of place (CITY OF BOSTON).
void LeaveOutStateAndKind(std::vector<absl::string_view>* words) {
  if (words->size() > 2 && IsDigits(words->back())) words->pop_back();
  if (words->size() > 1 && words->back().size() == 2 && IsStateCode(words->back())) {
    words->pop_back();
  }
  if (words->size() < 3 || (*words)[1] != "OF") return;
  const absl::string_view kind = (*words)[0];
  if (kind == "CITY" || kind == "TOWN" || kind == "VILLAGE" || kind == "BOROUGH") {
    words->erase(words->begin(), words->begin() + 2);
  }
}

// The usual name of a city that is also known by a shorter one (NYC, PHILLY); other names as they
// are.
absl::string_view UsualName(absl::string_view city) {
  static const WordMap* const kNames = new WordMap{{"NYC", "NEWYORK"},
                                                   {"NEWYORKCITY", "NEWYORK"},
                                                   {"NY", "NEWYORK"},
                                                   {"WASHINGTONDC", "WASHINGTON"},
                                                   {"WASHDC", "WASHINGTON"},
                                                   {"DC", "WASHINGTON"},
                                                   {"DISTRICTOFCOLUMBIA", "WASHINGTON"},
                                                   {"LA", "LOSANGELES"},
                                                   {"SF", "SANFRANCISCO"},
                                                   {"SANFRAN", "SANFRANCISCO"},
                                                   {"PHILA", "PHILADELPHIA"},
                                                   {"PHILLY", "PHILADELPHIA"},
                                                   {"PGH", "PITTSBURGH"},
                                                   {"PITTSBURG", "PITTSBURGH"},
                                                   {"CHGO", "CHICAGO"},
                                                   {"MPLS", "MINNEAPOLIS"},
                                                   {"INDPLS", "INDIANAPOLIS"},
                                                   {"CINTI", "CINCINNATI"},
                                                   {"BALTO", "BALTIMORE"},
                                                   {"JAX", "JACKSONVILLE"},
                                                   {"OKC", "OKLAHOMACITY"},
                                                   {"KC", "KANSASCITY"},
                                                   {"KCMO", "KANSASCITY"},
                                                   {"STL", "SAINTLOUIS"},
                                                   {"ABQ", "ALBUQUERQUE"},
                                                   {"SLC", "SALTLAKECITY"},
                                                   {"TWENTYNINEPALMS", "29PALMS"}};
  const auto found = kNames->find(city);
  return found == kNames->end() ? city : found->second;
}

}  // namespace

StandardizeResult StandardizeCity(absl::string_view folded) {
  if (IsNoValueWord(folded)) return Placeholder("placeholder-city");
  // "Chicago, IL"
  if (const size_t comma = folded.rfind(','); comma != absl::string_view::npos && comma > 0) {
    const absl::string_view state = absl::StripAsciiWhitespace(folded.substr(comma + 1));
    const std::string letters = LettersOf(state);
    if (letters.empty() || !StateCode(letters).empty()) folded = folded.substr(0, comma);
  }
  const std::string spaced = KeepNameCharacters(folded);
  std::vector<absl::string_view> words = absl::StrSplit(spaced, ' ', absl::SkipEmpty());
  LeaveOutStateAndKind(&words);
  std::string city;
  for (size_t i = 0; i < words.size(); ++i) {
    const absl::string_view word = SpellOut(words[i], i == 0, i + 1 == words.size());
    city.append(word.data(), word.size());
  }
  if (city.empty()) return Missing();
  if (IsOneCharacterRepeated(city, 2)) return Placeholder("placeholder-city");
  if (IsDigits(city)) return Invalid("no-letters");
  return Usable(std::string(UsualName(city)));
}

StandardizeResult StandardizeState(absl::string_view folded) {
  std::string state = LettersAndDigits(folded);
  if (state.empty()) return Missing();
  if (IsNoValueWord(state) || (state != "AA" && IsOneCharacterRepeated(state, 2))) {
    return Placeholder("placeholder-state");
  }
  if (const absl::string_view code = StateCode(state); !code.empty()) {
    return Usable(std::string(code));
  }
  return Usable(std::move(state));
}

namespace {

// The leading zeros that a spreadsheet took from a number: a ZIP of three or four digits, a ZIP+4
// of eight, a Japanese code of six. Four digits may also be a whole code of another country, which
// gets the same zero wherever it stands.
size_t LostZeros(absl::string_view digits) {
  switch (digits.size()) {
    case 3:
      return 2;
    case 4:
    case 6:
    case 8:
      return 1;
    default:
      return 0;
  }
}

bool IsPlaceholderCode(absl::string_view code) {
  const bool repeated =
      IsOneCharacterRepeated(code, 3) && (code[0] == '0' || code[0] == '9' || code[0] == 'X');
  if (repeated) return true;
  const absl::string_view zip = code.substr(0, 5);
  return code.size() == 9 && IsDigits(code) && (zip == "00000" || zip == "99999");
}

}  // namespace

StandardizeResult StandardizePostalCode(absl::string_view folded) {
  if (IsShortenedNumber(folded)) return Invalid("scientific-notation");
  std::string code;
  for (const char c : folded) {
    if (static_cast<unsigned char>(c) < 0x80 && absl::ascii_isalnum(c)) code.push_back(c);
  }
  if (code.empty()) return Invalid("no-code");
  if (IsNoValueWord(code)) return Missing();
  if (code.size() < 3) return Invalid("too-short");
  if (code.size() > 10) return Invalid("too-long");
  if (IsPlaceholderCode(code)) return Placeholder("placeholder-postal-code");
  if (code.find_first_of("0123456789") == std::string::npos) return Invalid("no-digits");
  const size_t zeros = IsDigits(code) ? LostZeros(code) : 0;
  code.insert(0, zeros, '0');
  // A +4 of 0000 means it is unknown.
  if (code.size() == 9 && IsDigits(code) && absl::EndsWith(code, "0000")) code.resize(5);
  StandardizeResult result = Usable(std::move(code));
  if (zeros > 0) result.changes.Add(ValueChange::kZerosRestored);
  return result;
}

StandardizeResult StandardizeAddressLine(absl::string_view folded) {
  // VILLA 36.0
  const bool fraction = absl::EndsWith(folded, ".0") && folded.size() > 2 &&
                        absl::ascii_isdigit(folded[folded.size() - 3]);
  std::string text = LettersAndDigits(folded.substr(0, folded.size() - (fraction ? 2 : 0)));
  return text.empty() ? Missing() : Usable(std::move(text));
}

}  // namespace blindlink::agent
