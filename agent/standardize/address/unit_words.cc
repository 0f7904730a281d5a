#include "agent/standardize/address/address_vocabulary.h"

namespace blindlink::agent {
namespace {

struct Entry {
  absl::string_view word, standard;
};

// Designators of a dwelling, dropped before its number.
constexpr absl::string_view kDwellings[] = {
    "APT", "APARTMENT", "APRT", "APPT", "APMT",        "APTS",  "UNIT", "UNT",
    "STE", "SUITE",     "SUIT", "APTO", "APARTAMENTO", "DEPTO", "DPTO", "DEPARTAMENTO"};
constexpr absl::string_view kDropped[] = {
    "U",    "RM",    "ROOM",     "LOT",    "LT",     "TRLR", "TRAILER", "SPC",       "SPACE",
    "SP",   "SLIP",  "PIER",     "KEY",    "STOP",   "FLAT", "VILLA",   "TOWNHOUSE", "TH",
    "DEPT", "PMB",   "CONDO",    "DUPLEX", "#",      "OFC",  "OFFICE",  "OFICINA",   "SHOP",
    "DORM", "CABIN", "INTERIOR", "LOCAL",  "PUERTA", "NUM"};

// Designators that say where a dwelling is, which are kept.
constexpr Entry kKept[] = {
    {"FL", "FL"},       {"FLR", "FL"},        {"FLOOR", "FL"},    {"LEVEL", "FL"},
    {"LVL", "FL"},      {"PISO", "FL"},       {"BLDG", "BLDG"},   {"BLG", "BLDG"},
    {"BLD", "BLDG"},    {"BUILDING", "BLDG"}, {"TOWER", "BLDG"},  {"TWR", "BLDG"},
    {"TORRE", "BLDG"},  {"BLOCK", "BLDG"},    {"BLQ", "BLDG"},    {"BLOQUE", "BLDG"},
    {"EDIF", "BLDG"},   {"EDIFICIO", "BLDG"}, {"WING", "WING"},   {"HNGR", "HNGR"},
    {"HANGAR", "HNGR"}, {"PH", "PH"},         {"PENTHOUSE", "PH"}};

constexpr Entry kAlone[] = {
    {"BSMT", "BSMT"},       {"BASEMENT", "BSMT"}, {"FRNT", "FRNT"},      {"FRONT", "FRNT"},
    {"LBBY", "LBBY"},       {"LOBBY", "LBBY"},    {"LOWR", "LOWR"},      {"LOWER", "LOWR"},
    {"LWR", "LOWR"},        {"PH", "PH"},         {"PENTHOUSE", "PH"},   {"REAR", "REAR"},
    {"UPPR", "UPPR"},       {"UPPER", "UPPR"},    {"UPR", "UPPR"},       {"UPSTAIRS", "UPPR"},
    {"DOWNSTAIRS", "LOWR"}, {"GROUND", "GRND"},   {"MEZZANINE", "MEZZ"}, {"MEZZ", "MEZZ"}};

}  // namespace

void AddUnitWords(AddressVocabulary* vocabulary) {
  for (const absl::string_view word : kDwellings) {
    (*vocabulary)[word].designates_unit = true;
    (*vocabulary)[word].is_dwelling = true;
  }
  for (const absl::string_view word : kDropped) (*vocabulary)[word].designates_unit = true;
  for (const auto& [word, standard] : kKept) {
    (*vocabulary)[word].designates_unit = true;
    (*vocabulary)[word].unit = standard;
  }
  for (const auto& [word, standard] : kAlone) (*vocabulary)[word].unit_alone = standard;
}

}  // namespace blindlink::agent
