#include <string>

#include "absl/strings/str_cat.h"
#include "agent/standardize/address/address_vocabulary.h"

namespace blindlink::agent {
namespace {

struct Entry {
  absl::string_view word, standard;
};

constexpr Entry kDirectionals[] = {
    {"N", "N"},   {"NORTH", "N"},      {"NO", "N"},  {"NTH", "N"},
    {"S", "S"},   {"SOUTH", "S"},      {"SO", "S"},  {"STH", "S"},
    {"E", "E"},   {"EAST", "E"},       {"W", "W"},   {"WEST", "W"},
    {"NE", "NE"}, {"NORTHEAST", "NE"}, {"NW", "NW"}, {"NORTHWEST", "NW"},
    {"SE", "SE"}, {"SOUTHEAST", "SE"}, {"SW", "SW"}, {"SOUTHWEST", "SW"}};

// US highways, state routes and other highways count as one kind. People confuse them, and two with
// the same number hardly ever have the same house number in one place.
constexpr Entry kRoads[] = {{"HIGHWAY", "HWY"},
                            {"HWY", "HWY"},
                            {"HIWAY", "HWY"},
                            {"HWAY", "HWY"},
                            {"HY", "HWY"},
                            {"HGHWY", "HWY"},
                            {"ROUTE", "HWY"},
                            {"RTE", "HWY"},
                            {"RT", "HWY"},
                            {"US", "HWY"},
                            {"SR", "HWY"},
                            {"SH", "HWY"},
                            {"STATE", "HWY"},
                            {"COUNTY", "COUNTY RD"},
                            {"CO", "COUNTY RD"},
                            {"CNTY", "COUNTY RD"},
                            {"COUNTRY", "COUNTY RD"},
                            {"CR", "COUNTY RD"},
                            {"CTH", "COUNTY RD"},
                            {"TOWNSHIP", "TOWNSHIP RD"},
                            {"TWP", "TOWNSHIP RD"},
                            {"FM", "FM"},
                            {"INTERSTATE", "I"},
                            {"I", "I"},
                            {"IH", "I"},
                            {"LOOP", "LOOP"},
                            {"ROAD", "RD"},
                            {"RD", "RD"},
                            {"AVENUE", "AVE"},
                            {"AVE", "AVE"},
                            {"CARRETERA", "CARR"},
                            {"CARR", "CARR"}};

constexpr Entry kOrdinals[] = {
    {"FIRST", "1ST"},       {"SECOND", "2ND"},      {"THIRD", "3RD"},      {"FOURTH", "4TH"},
    {"FIFTH", "5TH"},       {"SIXTH", "6TH"},       {"SEVENTH", "7TH"},    {"EIGHTH", "8TH"},
    {"EIGHTTH", "8TH"},     {"NINTH", "9TH"},       {"NINETH", "9TH"},     {"TENTH", "10TH"},
    {"ELEVENTH", "11TH"},   {"TWELFTH", "12TH"},    {"TWELVTH", "12TH"},   {"THIRTEENTH", "13TH"},
    {"FOURTEENTH", "14TH"}, {"FIFTEENTH", "15TH"},  {"SIXTEENTH", "16TH"}, {"SEVENTEENTH", "17TH"},
    {"EIGHTEENTH", "18TH"}, {"NINETEENTH", "19TH"}, {"TWENTIETH", "20TH"}, {"THIRTIETH", "30TH"},
    {"FORTIETH", "40TH"},   {"FIFTIETH", "50TH"},   {"SIXTIETH", "60TH"},  {"SEVENTIETH", "70TH"},
    {"EIGHTIETH", "80TH"},  {"NINETIETH", "90TH"},  {"HUNDREDTH", "100TH"}};

constexpr Entry kNumbers[] = {{"ONE", "1"},  {"TWO", "2"},  {"THREE", "3"},   {"FOUR", "4"},
                              {"FIVE", "5"}, {"SIX", "6"},  {"SEVEN", "7"},   {"EIGHT", "8"},
                              {"NINE", "9"}, {"TEN", "10"}, {"ELEVEN", "11"}, {"TWELVE", "12"}};

struct Ten {
  absl::string_view word;
  int tens;
};
constexpr Ten kTens[] = {{"TWENTY", 2}, {"THIRTY", 3},  {"FORTY", 4},  {"FOURTY", 4}, {"FIFTY", 5},
                         {"SIXTY", 6},  {"SEVENTY", 7}, {"EIGHTY", 8}, {"NINETY", 9}};

// Abbreviations within a street name.
constexpr Entry kNames[] = {{"BWAY", "BROADWAY"},   {"BDWY", "BROADWAY"},   {"BRDWY", "BROADWAY"},
                            {"AVDA", "AVENIDA"},    {"CONDOMINIO", "COND"}, {"CONDOMINIUM", "COND"},
                            {"RESIDENCIAL", "RES"}, {"BARRIO", "BO"},       {"PARCELAS", "PARC"},
                            {"PARCELA", "PARC"},    {"SECTOR", "SECT"},     {"BLVR", "BULEVAR"},
                            {"CLL", "CALLE"},       {"GRAL", "GENERAL"},    {"JARD", "JARDINES"},
                            {"ALTS", "ALTURAS"},    {"PRES", "PRESIDENT"}};

constexpr absl::string_view kDelivery[] = {
    "BOX", "BX",  "BOXES",   "BUZON",  "POBOX",    "POB",  "POBX",         "PO",
    "GPO", "P",   "LOCKBOX", "DRAWER", "APARTADO", "APDO", "RR",           "RRT",
    "RFD", "R",   "RURAL",   "HC",     "HCR",      "H",    "CONTRACT",     "STAR",
    "PSC", "CMR", "APO",     "FPO",    "DPO",      "URB",  "URBANIZACION", "URBANIZATION"};

// Ordinals written as one word: TWENTYFIRST. The words are created once and never freed.
void AddJoinedOrdinals(AddressVocabulary* vocabulary) {
  for (const Ten& ten : kTens) {
    for (const Entry& ordinal : kOrdinals) {
      if (ordinal.standard.size() != 3) continue;
      const auto* word = new std::string(absl::StrCat(ten.word, ordinal.word));
      const auto* standard = new std::string(absl::StrCat(ten.tens, ordinal.standard));
      (*vocabulary)[*word].ordinal = *standard;
    }
  }
}

}  // namespace

void AddStreetWords(AddressVocabulary* vocabulary) {
  for (const auto& [word, standard] : kDirectionals) (*vocabulary)[word].directional = standard;
  for (const auto& [word, standard] : kRoads) (*vocabulary)[word].road = standard;
  for (const auto& [word, standard] : kOrdinals) (*vocabulary)[word].ordinal = standard;
  for (const auto& [word, standard] : kNumbers) (*vocabulary)[word].number = standard;
  for (const auto& [word, tens] : kTens) (*vocabulary)[word].tens = tens;
  for (const auto& [word, standard] : kNames) (*vocabulary)[word].name = standard;
  for (const absl::string_view word : kDelivery) (*vocabulary)[word].is_delivery = true;
  AddJoinedOrdinals(vocabulary);
}

}  // namespace blindlink::agent
