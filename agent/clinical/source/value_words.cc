#include "agent/clinical/source/value_words.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace blindlink::agent {
namespace {

using Words = absl::flat_hash_map<absl::string_view, absl::string_view>;

const Words& Settings() {
  static const Words* const kWords = new Words{
      // PCORnet
      {"av", "outpatient"},
      {"oa", "outpatient"},
      {"th", "telehealth"},
      {"ed", "emergency"},
      {"ei", "inpatient"},
      {"ip", "inpatient"},
      {"is", "nursing"},
      {"os", "observation"},
      {"ic", "consult"},
      {"ni", ""},
      {"un", ""},
      {"ot", ""},
      // OMOP
      {"0", ""},
      {"9201", "inpatient"},
      {"262", "inpatient"},
      {"9202", "outpatient"},
      {"9203", "emergency"},
      {"8756", "outpatient"},
      {"8870", "emergency"},
      {"581458", "pharmacy"},
      {"581476", "home"},
      {"42898160", "nursing"},
      {"32036", "laboratory"},
      {"5083", "telehealth"},
      {"581385", "observation"},
      {"8546", "hospice"},
      // FHIR
      {"amb", "outpatient"},
      {"emer", "emergency"},
      {"imp", "inpatient"},
      {"acute", "inpatient"},
      {"nonac", "inpatient"},
      {"obsenc", "observation"},
      {"ss", "outpatient"},
      {"hh", "home"},
      {"vr", "telehealth"},
      {"fld", "field"},
      {"prenc", "pre-admission"},
      // Words
      {"inpatient", "inpatient"},
      {"in", "inpatient"},
      {"in patient", "inpatient"},
      {"hospital", "inpatient"},
      {"hospitalization", "inpatient"},
      {"hospitalisation", "inpatient"},
      {"admission", "inpatient"},
      {"admitted", "inpatient"},
      {"acute inpatient", "inpatient"},
      {"inpatient acute", "inpatient"},
      {"inpatient hospital", "inpatient"},
      {"inpatient encounter", "inpatient"},
      {"inpatient stay", "inpatient"},
      {"icu", "inpatient"},
      {"intensive care", "inpatient"},
      {"rehabilitation", "inpatient"},
      {"inpatient rehabilitation", "inpatient"},
      {"psychiatric", "inpatient"},
      {"non acute", "inpatient"},
      {"non acute institutional stay", "inpatient"},
      {"long term acute care", "inpatient"},
      {"ltac", "inpatient"},
      {"stationär", "inpatient"},
      {"stationaer", "inpatient"},
      {"vollstationär", "inpatient"},
      {"入院", "inpatient"},
      {"outpatient", "outpatient"},
      {"out", "outpatient"},
      {"op", "outpatient"},
      {"out patient", "outpatient"},
      {"ambulatory", "outpatient"},
      {"ambulant", "outpatient"},
      {"wellness", "outpatient"},
      {"well visit", "outpatient"},
      {"urgentcare", "outpatient"},
      {"urgent care", "outpatient"},
      {"office", "outpatient"},
      {"office visit", "outpatient"},
      {"clinic", "outpatient"},
      {"day clinic", "outpatient"},
      {"day hospital", "outpatient"},
      {"day case", "outpatient"},
      {"day surgery", "outpatient"},
      {"same day", "outpatient"},
      {"same day surgery", "outpatient"},
      {"ambulatory surgery", "outpatient"},
      {"ambulatory surgical center", "outpatient"},
      {"asc", "outpatient"},
      {"surgery", "outpatient"},
      {"outpatient hospital", "outpatient"},
      {"outpatient visit", "outpatient"},
      {"outpatient encounter", "outpatient"},
      {"ambulatory visit", "outpatient"},
      {"other ambulatory visit", "outpatient"},
      {"primary care", "outpatient"},
      {"specialist", "outpatient"},
      {"professional", "outpatient"},
      {"physician", "outpatient"},
      {"carrier", "outpatient"},
      {"preventive", "outpatient"},
      {"follow up", "outpatient"},
      {"dialysis", "outpatient"},
      {"teilstationär", "outpatient"},
      {"walk in", "outpatient"},
      {"walk in clinic", "outpatient"},
      {"外来", "outpatient"},
      {"other ambulatory", "outpatient"},
      {"emergency", "emergency"},
      {"er", "emergency"},
      {"emergency room", "emergency"},
      {"emergency department", "emergency"},
      {"emergency dept", "emergency"},
      {"emergency room visit", "emergency"},
      {"emergency encounter", "emergency"},
      {"a e", "emergency"},
      {"accident and emergency", "emergency"},
      {"notfall", "emergency"},
      {"notaufnahme", "emergency"},
      {"救急", "emergency"},
      {"telehealth", "telehealth"},
      {"telemedicine", "telehealth"},
      {"virtual", "telehealth"},
      {"virtual encounter", "telehealth"},
      {"video", "telehealth"},
      {"video visit", "telehealth"},
      {"phone", "telehealth"},
      {"telephone", "telehealth"},
      {"online", "telehealth"},
      {"remote", "telehealth"},
      {"observation", "observation"},
      {"observation stay", "observation"},
      {"observation encounter", "observation"},
      {"consult", "consult"},
      {"consultation", "consult"},
      {"institutional professional consult", "consult"},
      {"nursing", "nursing"},
      {"snf", "nursing"},
      {"skilled nursing facility", "nursing"},
      {"nursing home", "nursing"},
      {"nursing facility", "nursing"},
      {"long term care", "nursing"},
      {"ltc", "nursing"},
      {"custodial care", "nursing"},
      {"home", "home"},
      {"home health", "home"},
      {"home care", "home"},
      {"home visit", "home"},
      {"hha", "home"},
      {"hospice", "hospice"},
      {"palliative", "hospice"},
      {"pharmacy", "pharmacy"},
      {"rx", "pharmacy"},
      {"drug", "pharmacy"},
      {"prescription", "pharmacy"},
      {"pde", "pharmacy"},
      {"調剤", "pharmacy"},
      {"laboratory", "laboratory"},
      {"lab", "laboratory"},
      {"imaging", "imaging"},
      {"radiology", "imaging"},
      {"dental", "dental"},
      {"dentist", "dental"},
      {"oral", "dental"},
      {"歯科", "dental"},
      {"vision", "vision"},
      {"optical", "vision"},
      {"equipment", "equipment"},
      {"dme", "equipment"},
      {"durable medical equipment", "equipment"},
      {"field", "field"},
      {"ambulance", "field"},
      {"pre admission", "pre-admission"},
      {"preadmission", "pre-admission"},
      {"", ""},
      {"other", ""},
      {"unknown", ""},
      {"none", ""},
      {"no information", ""},
      {"institutional", ""},
      {"null", ""},
      {"na", ""},
      {"n a", ""},
  };
  return *kWords;
}

const Words& Sexes() {
  static const Words* const kWords = new Words{
      {"m", "M"}, {"male", "M"},   {"man", "M"},   {"1", "M"},    {"8507", "M"},
      {"f", "F"}, {"female", "F"}, {"woman", "F"}, {"2", "F"},    {"8532", "F"},
      {"o", "O"}, {"other", "O"},  {"x", "O"},     {"8521", "O"},
  };
  return *kWords;
}

const Words& Certainties() {
  static const Words* const kWords = new Words{
      // Nothing but that the disease is there
      {"", ""},
      {"confirmed", ""},
      {"confirmed diagnosis", ""},
      {"confirmed present", ""},
      {"definite", ""},
      {"definitive", ""},
      {"certain", ""},
      {"established", ""},
      {"known", ""},
      {"known present", ""},
      {"present", ""},
      {"positive", ""},
      {"proven", ""},
      {"verified", ""},
      {"final", ""},
      {"final diagnosis", ""},
      {"primary", ""},
      {"primary diagnosis", ""},
      {"principal", ""},
      {"principal diagnosis", ""},
      {"secondary", ""},
      {"secondary diagnosis", ""},
      {"admission diagnosis", ""},
      {"admitting diagnosis", ""},
      {"discharge diagnosis", ""},
      {"active", ""},
      {"recurrence", ""},
      {"relapse", ""},
      {"gesichert", ""},
      {"g", ""},  // G, V, Z and A are the marks of German claims
      {"410605003", ""},
      {"ni", ""},
      {"unknown", ""},
      // It may be there
      {"suspected", "suspected"},
      {"suspicion", "suspected"},
      {"suspicion of", "suspected"},
      {"suspect", "suspected"},
      {"provisional", "suspected"},
      {"preliminary", "suspected"},
      {"preliminary diagnosis", "suspected"},
      {"presumed", "suspected"},
      {"presumptive", "suspected"},
      {"working", "suspected"},
      {"working diagnosis", "suspected"},
      {"differential", "suspected"},
      {"differential diagnosis", "suspected"},
      {"unconfirmed", "suspected"},
      {"not confirmed", "suspected"},
      {"uncertain", "suspected"},
      {"equivocal", "suspected"},
      {"questionable", "suspected"},
      {"rule out", "suspected"},
      {"r o", "suspected"},
      {"to be ruled out", "suspected"},
      {"probable", "suspected"},
      {"probably", "suspected"},
      {"probably present", "suspected"},
      {"likely", "suspected"},
      {"possible", "suspected"},
      {"possibly", "suspected"},
      {"unlikely", "suspected"},
      {"415684004", "suspected"},
      {"verdacht", "suspected"},
      {"v", "suspected"},
      // It was there
      {"history", "history"},
      {"history of", "history"},
      {"past history", "history"},
      {"past", "history"},
      {"personal history", "history"},
      {"status post", "history"},
      {"zustand nach", "history"},
      {"z", "history"},
      {"family", "family"},
      {"family history", "family"},
      {"family history of", "family"},
      // It is not there
      {"refuted", kRefuted},
      {"ruled out", kRefuted},
      {"excluded", kRefuted},
      {"exclusion", kRefuted},
      {"negative", kRefuted},
      {"negated", kRefuted},
      {"absent", kRefuted},
      {"known absent", kRefuted},
      {"not present", kRefuted},
      {"not found", kRefuted},
      {"none", kRefuted},
      {"no evidence", kRefuted},
      {"no evidence of", kRefuted},
      {"denied", kRefuted},
      {"denies", kRefuted},
      {"disproved", kRefuted},
      {"disproven", kRefuted},
      {"rejected", kRefuted},
      {"disconfirmed", kRefuted},
      {"false", kRefuted},
      {"false positive", kRefuted},
      {"entered in error", kRefuted},
      {"error", kRefuted},
      {"410516002", kRefuted},
      {"410594000", kRefuted},
      {"ausgeschlossen", kRefuted},
      {"ausschluss", kRefuted},
      {"a", kRefuted},
  };
  return *kWords;
}

// In lower case, with single blanks for what may stand between words: "Ruled-out", "ruled_out".
std::string Plain(absl::string_view text) {
  std::string plain = absl::AsciiStrToLower(text);
  for (char& c : plain) {
    if (absl::StrContains("-_/.", c)) c = ' ';
  }
  absl::RemoveExtraAsciiWhitespace(&plain);
  return plain;
}

const absl::string_view* Find(const Words& words, absl::string_view text) {
  const auto found = words.find(Plain(text));
  return found == words.end() ? nullptr : &found->second;
}

std::string OrEmpty(const absl::string_view* found) {
  return found == nullptr ? "" : std::string(*found);
}

std::optional<std::string> Known(const absl::string_view* found) {
  return found == nullptr ? std::nullopt : std::optional<std::string>(*found);
}

}  // namespace

std::optional<std::string> SettingOf(absl::string_view words) {
  return Known(Find(Settings(), words));
}

std::string SettingOfClaimType(absl::string_view code) {
  static const Words* const kTypes = new Words{
      {"10", "home"},      {"20", "nursing"},   {"30", "nursing"},    {"40", "outpatient"},
      {"50", "hospice"},   {"60", "inpatient"}, {"61", "inpatient"},  {"62", "inpatient"},
      {"63", "inpatient"}, {"64", "inpatient"}, {"71", "outpatient"}, {"72", "outpatient"},
      {"81", "equipment"}, {"82", "equipment"},
  };
  return OrEmpty(Find(*kTypes, code));
}

std::string SexOf(absl::string_view words) { return OrEmpty(Find(Sexes(), words)); }

std::optional<std::string> CertaintyOf(absl::string_view words) {
  return Known(Find(Certainties(), words));
}

}  // namespace blindlink::agent
