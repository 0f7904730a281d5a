#include "agent/standardize/address_words.h"

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "agent/standardize/text.h"

namespace blindlink {
namespace {

using WordMap = absl::flat_hash_map<absl::string_view, absl::string_view>;
using Words = absl::flat_hash_set<absl::string_view>;

absl::string_view Find(const WordMap& map, absl::string_view word) {
  const auto found = map.find(word);
  return found == map.end() ? absl::string_view() : found->second;
}

}  // namespace

absl::string_view Directional(absl::string_view word) {
  static const WordMap* const kDirectionals =
      new WordMap{{"N", "N"},     {"NORTH", "N"},      {"NO", "N"},  {"S", "S"},
                  {"SOUTH", "S"}, {"SO", "S"},         {"E", "E"},   {"EAST", "E"},
                  {"W", "W"},     {"WEST", "W"},       {"NE", "NE"}, {"NORTHEAST", "NE"},
                  {"NW", "NW"},   {"NORTHWEST", "NW"}, {"SE", "SE"}, {"SOUTHEAST", "SE"},
                  {"SW", "SW"},   {"SOUTHWEST", "SW"}};
  return Find(*kDirectionals, word);
}

absl::string_view UnitDesignator(absl::string_view word, bool* found) {
  static const WordMap* const kDesignators = new WordMap{{"APT", ""},
                                                         {"APARTMENT", ""},
                                                         {"APRT", ""},
                                                         {"APPT", ""},
                                                         {"APMT", ""},
                                                         {"APTS", ""},
                                                         {"UNIT", ""},
                                                         {"UNT", ""},
                                                         {"U", ""},
                                                         {"STE", ""},
                                                         {"SUITE", ""},
                                                         {"RM", ""},
                                                         {"ROOM", ""},
                                                         {"LOT", ""},
                                                         {"TRLR", ""},
                                                         {"TRAILER", ""},
                                                         {"SPC", ""},
                                                         {"SPACE", ""},
                                                         {"SP", ""},
                                                         {"SLIP", ""},
                                                         {"FLAT", ""},
                                                         {"VILLA", ""},
                                                         {"TOWNHOUSE", ""},
                                                         {"TH", ""},
                                                         {"DEPT", ""},
                                                         {"PMB", ""},
                                                         {"CONDO", ""},
                                                         {"DUPLEX", ""},
                                                         {"#", ""},
                                                         {"OFC", ""},
                                                         {"OFFICE", ""},
                                                         {"SHOP", ""},
                                                         {"DORM", ""},
                                                         {"FL", "FL"},
                                                         {"FLR", "FL"},
                                                         {"FLOOR", "FL"},
                                                         {"LEVEL", "FL"},
                                                         {"LVL", "FL"},
                                                         {"BLDG", "BLDG"},
                                                         {"BLG", "BLDG"},
                                                         {"BUILDING", "BLDG"},
                                                         {"BLD", "BLDG"},
                                                         {"TOWER", "BLDG"},
                                                         {"TWR", "BLDG"},
                                                         {"BLOCK", "BLDG"},
                                                         {"WING", "WING"},
                                                         {"HNGR", "HNGR"},
                                                         {"HANGAR", "HNGR"},
                                                         {"PH", "PH"},
                                                         {"PENTHOUSE", "PH"}};
  const auto it = kDesignators->find(word);
  *found = it != kDesignators->end();
  return *found ? it->second : absl::string_view();
}

absl::string_view UnitAlone(absl::string_view word) {
  static const WordMap* const kUnits =
      new WordMap{{"BSMT", "BSMT"},  {"BASEMENT", "BSMT"}, {"FRNT", "FRNT"},      {"FRONT", "FRNT"},
                  {"LBBY", "LBBY"},  {"LOBBY", "LBBY"},    {"LOWR", "LOWR"},      {"LOWER", "LOWR"},
                  {"PH", "PH"},      {"PENTHOUSE", "PH"},  {"REAR", "REAR"},      {"UPPR", "UPPR"},
                  {"UPPER", "UPPR"}, {"UPSTAIRS", "UPPR"}, {"DOWNSTAIRS", "LOWR"}};
  return Find(*kUnits, word);
}

absl::string_view NumberedRoad(absl::string_view word) {
  static const WordMap* const kRoads =
      new WordMap{{"HIGHWAY", "HWY"},  {"HWY", "HWY"},      {"HIWAY", "HWY"}, {"HY", "HWY"},
                  {"ROUTE", "RTE"},    {"RTE", "RTE"},      {"RT", "RTE"},    {"ROAD", "RD"},
                  {"RD", "RD"},        {"INTERSTATE", "I"}, {"I", "I"},       {"US", "HWY"},
                  {"SR", "STATE RTE"}, {"CR", "COUNTY RD"}, {"FM", "FM"},     {"LOOP", "LOOP"},
                  {"AVENUE", "AVE"},   {"AVE", "AVE"},      {"RR", "RR"},     {"HC", "HC"}};
  return Find(*kRoads, word);
}

absl::string_view Ordinal(absl::string_view word) {
  static const WordMap* const kOrdinals =
      new WordMap{{"FIRST", "1ST"},       {"SECOND", "2ND"},       {"THIRD", "3RD"},
                  {"FOURTH", "4TH"},      {"FIFTH", "5TH"},        {"SIXTH", "6TH"},
                  {"SEVENTH", "7TH"},     {"EIGHTH", "8TH"},       {"EIGHTTH", "8TH"},
                  {"NINTH", "9TH"},       {"NINETH", "9TH"},       {"TENTH", "10TH"},
                  {"ELEVENTH", "11TH"},   {"TWELFTH", "12TH"},     {"TWELVTH", "12TH"},
                  {"THIRTEENTH", "13TH"}, {"FOURTEENTH", "14TH"},  {"FIFTEENTH", "15TH"},
                  {"SIXTEENTH", "16TH"},  {"SEVENTEENTH", "17TH"}, {"EIGHTEENTH", "18TH"},
                  {"NINETEENTH", "19TH"}, {"TWENTIETH", "20TH"},   {"THIRTIETH", "30TH"},
                  {"FORTIETH", "40TH"},   {"FIFTIETH", "50TH"},    {"SIXTIETH", "60TH"},
                  {"SEVENTIETH", "70TH"}, {"EIGHTIETH", "80TH"},   {"NINETIETH", "90TH"},
                  {"HUNDREDTH", "100TH"}};
  return Find(*kOrdinals, word);
}

int Tens(absl::string_view word) {
  static const auto* const kTens = new absl::flat_hash_map<absl::string_view, int>{
      {"TWENTY", 2}, {"THIRTY", 3},  {"FORTY", 4},  {"FOURTY", 4}, {"FIFTY", 5},
      {"SIXTY", 6},  {"SEVENTY", 7}, {"EIGHTY", 8}, {"NINETY", 9}};
  const auto found = kTens->find(word);
  return found == kTens->end() ? 0 : found->second;
}

absl::string_view NumberWord(absl::string_view word) {
  static const WordMap* const kNumbers =
      new WordMap{{"ONE", "1"},  {"TWO", "2"},  {"THREE", "3"},   {"FOUR", "4"},
                  {"FIVE", "5"}, {"SIX", "6"},  {"SEVEN", "7"},   {"EIGHT", "8"},
                  {"NINE", "9"}, {"TEN", "10"}, {"ELEVEN", "11"}, {"TWELVE", "12"}};
  return Find(*kNumbers, word);
}

std::string WithOrdinalEnding(absl::string_view digits) {
  std::string ordinal(digits);
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
  switch (teen ? '0' : digits.back()) {
    case '1':
      return ordinal + "ST";
    case '2':
      return ordinal + "ND";
    case '3':
      return ordinal + "RD";
    default:
      return ordinal + "TH";
  }
}

bool IsPlaceholderAddress(absl::string_view joined) {
  static const Words* const kWords = new Words{"HOMELESS",
                                               "NOFIXEDADDRESS",
                                               "NFA",
                                               "NOADDRESS",
                                               "ADDRESSUNKNOWN",
                                               "UNKNOWNADDRESS",
                                               "TRANSIENT",
                                               "BADADDRESS",
                                               "RETURNMAIL",
                                               "RETURNEDMAIL",
                                               "NEEDADDRESS",
                                               "UNDELIVERABLE",
                                               "NOSTREET",
                                               "NOSTREETADDRESS",
                                               "NOPERMANENTADDRESS",
                                               "SAME",
                                               "SAMEASABOVE",
                                               "NOTHOUSED",
                                               "UNHOUSED",
                                               "UPDATEADDRESS",
                                               "GENERALDELIVERY",
                                               "VERIFYADDRESS",
                                               "NOFIXEDABODE",
                                               "NFADDRESS",
                                               "NOCURRENTADDRESS"};
  return kWords->contains(joined) || IsNoValueWord(joined) || IsOneCharacterRepeated(joined, 3);
}

}  // namespace blindlink
