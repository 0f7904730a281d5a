#include "agent/standardize/address/state_codes.h"

#include "absl/container/flat_hash_map.h"

namespace blindlink::agent {
namespace {

using WordMap = absl::flat_hash_map<absl::string_view, absl::string_view>;

const WordMap& Names() {
  static const WordMap* const kNames =
      new WordMap{// United States, with its district, territories and military addresses.
                  {"ALABAMA", "AL"},
                  {"ALA", "AL"},
                  {"ALASKA", "AK"},
                  {"ARIZONA", "AZ"},
                  {"ARIZ", "AZ"},
                  {"ARKANSAS", "AR"},
                  {"ARK", "AR"},
                  {"CALIFORNIA", "CA"},
                  {"CALIF", "CA"},
                  {"CAL", "CA"},
                  {"COLORADO", "CO"},
                  {"COLO", "CO"},
                  {"CONNECTICUT", "CT"},
                  {"CONN", "CT"},
                  {"DELAWARE", "DE"},
                  {"DEL", "DE"},
                  {"DISTRICTOFCOLUMBIA", "DC"},
                  {"WASHINGTONDC", "DC"},
                  {"FLORIDA", "FL"},
                  {"FLA", "FL"},
                  {"GEORGIA", "GA"},
                  {"HAWAII", "HI"},
                  {"IDAHO", "ID"},
                  {"ILLINOIS", "IL"},
                  {"ILL", "IL"},
                  {"INDIANA", "IN"},
                  {"IND", "IN"},
                  {"IOWA", "IA"},
                  {"KANSAS", "KS"},
                  {"KANS", "KS"},
                  {"KENTUCKY", "KY"},
                  {"LOUISIANA", "LA"},
                  {"MAINE", "ME"},
                  {"MARYLAND", "MD"},
                  {"MASSACHUSETTS", "MA"},
                  {"MASS", "MA"},
                  {"MICHIGAN", "MI"},
                  {"MICH", "MI"},
                  {"MINNESOTA", "MN"},
                  {"MINN", "MN"},
                  {"MISSISSIPPI", "MS"},
                  {"MISS", "MS"},
                  {"MISSOURI", "MO"},
                  {"MONTANA", "MT"},
                  {"MONT", "MT"},
                  {"NEBRASKA", "NE"},
                  {"NEBR", "NE"},
                  {"NEVADA", "NV"},
                  {"NEV", "NV"},
                  {"NEWHAMPSHIRE", "NH"},
                  {"NEWJERSEY", "NJ"},
                  {"NEWMEXICO", "NM"},
                  {"NMEX", "NM"},
                  {"NEWYORK", "NY"},
                  {"NORTHCAROLINA", "NC"},
                  {"NORTHDAKOTA", "ND"},
                  {"NDAK", "ND"},
                  {"OHIO", "OH"},
                  {"OKLAHOMA", "OK"},
                  {"OKLA", "OK"},
                  {"OREGON", "OR"},
                  {"ORE", "OR"},
                  {"PENNSYLVANIA", "PA"},
                  {"PENN", "PA"},
                  {"PENNA", "PA"},
                  {"RHODEISLAND", "RI"},
                  {"SOUTHCAROLINA", "SC"},
                  {"SOUTHDAKOTA", "SD"},
                  {"SDAK", "SD"},
                  {"TENNESSEE", "TN"},
                  {"TENN", "TN"},
                  {"TEXAS", "TX"},
                  {"TEX", "TX"},
                  {"UTAH", "UT"},
                  {"VERMONT", "VT"},
                  {"VIRGINIA", "VA"},
                  {"WASHINGTON", "WA"},
                  {"WASH", "WA"},
                  {"WASHINGTONSTATE", "WA"},
                  {"WESTVIRGINIA", "WV"},
                  {"WVA", "WV"},
                  {"WISCONSIN", "WI"},
                  {"WISC", "WI"},
                  {"WIS", "WI"},
                  {"WYOMING", "WY"},
                  {"WYO", "WY"},
                  {"NCAR", "NC"},
                  {"SCAR", "SC"},
                  {"NCAROLINA", "NC"},
                  {"SCAROLINA", "SC"},
                  {"NDAKOTA", "ND"},
                  {"SDAKOTA", "SD"},
                  {"WVIRGINIA", "WV"},
                  {"NHAMPSHIRE", "NH"},
                  {"NJERSEY", "NJ"},
                  {"NMEXICO", "NM"},
                  {"NYORK", "NY"},
                  {"COMMONWEALTHOFPUERTORICO", "PR"},
                  {"FEDERATEDSTATESOFMICRONESIA", "FM"},
                  {"MARSHALLISLANDS", "MH"},
                  {"PALAU", "PW"},
                  {"NMARIANAISLANDS", "MP"},
                  {"PUERTORICO", "PR"},
                  {"VIRGINISLANDS", "VI"},
                  {"USVIRGINISLANDS", "VI"},
                  {"GUAM", "GU"},
                  {"AMERICANSAMOA", "AS"},
                  {"NORTHERNMARIANAISLANDS", "MP"},
                  {"ARMEDFORCESAMERICAS", "AA"},
                  {"ARMEDFORCESEUROPE", "AE"},
                  {"ARMEDFORCESPACIFIC", "AP"},
                  // Canada.
                  {"ALBERTA", "AB"},
                  {"BRITISHCOLUMBIA", "BC"},
                  {"MANITOBA", "MB"},
                  {"NEWBRUNSWICK", "NB"},
                  {"NEWFOUNDLAND", "NL"},
                  {"NEWFOUNDLANDANDLABRADOR", "NL"},
                  {"NOVASCOTIA", "NS"},
                  {"ONTARIO", "ON"},
                  {"PRINCEEDWARDISLAND", "PE"},
                  {"QUEBEC", "QC"},
                  {"SASKATCHEWAN", "SK"},
                  {"YUKON", "YT"},
                  {"NUNAVUT", "NU"},
                  {"NORTHWESTTERRITORIES", "NT"},
                  // Australia. WA is also Washington, and NT the Northwest Territories.
                  {"NEWSOUTHWALES", "NSW"},
                  {"VICTORIA", "VIC"},
                  {"QUEENSLAND", "QLD"},
                  {"SOUTHAUSTRALIA", "SA"},
                  {"WESTERNAUSTRALIA", "WA"},
                  {"TASMANIA", "TAS"},
                  {"NORTHERNTERRITORY", "NT"},
                  {"AUSTRALIANCAPITALTERRITORY", "ACT"}};
  return *kNames;
}

}  // namespace

absl::string_view StateCode(absl::string_view name) {
  const auto found = Names().find(name);
  if (found != Names().end()) return found->second;
  return IsStateCode(name) ? name : absl::string_view();
}

bool IsStateCode(absl::string_view code) {
  static const WordMap* const kCodes = [] {
    auto* codes = new WordMap;
    for (const auto& [name, code] : Names()) codes->emplace(code, name);
    return codes;
  }();
  return kCodes->contains(code);
}

}  // namespace blindlink::agent
