#include "agent/clinical/source/value_words.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

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
      {"ambulatory", "outpatient"},
      {"wellness", "outpatient"},
      {"urgentcare", "outpatient"},
      {"office", "outpatient"},
      {"op", "outpatient"},
      {"out", "outpatient"},
      {"er", "emergency"},
      {"emergency room", "emergency"},
      {"in", "inpatient"},
      {"virtual", "telehealth"},
      {"snf", "nursing"},
      {"rx", "pharmacy"},
      {"professional", "outpatient"},
      {"unknown", ""},
  };
  return *kWords;
}

const Words& Sexes() {
  static const Words* const kWords = new Words{
      {"m", "M"}, {"male", "M"},   {"man", "M"},   {"1", "M"}, {"8507", "M"},
      {"f", "F"}, {"female", "F"}, {"woman", "F"}, {"2", "F"}, {"8532", "F"},
      {"o", "O"}, {"other", "O"},  {"x", "O"},     {"9", "O"}, {"8521", "O"},
  };
  return *kWords;
}

const Words& Certainties() {
  static const Words* const kWords = new Words{
      {"suspected", "suspected"},   {"provisional", "suspected"}, {"differential", "suspected"},
      {"unconfirmed", "suspected"}, {"rule out", "suspected"},    {"probable", "suspected"},
      {"possible", "suspected"},    {"history", "history"},       {"history of", "history"},
      {"family", "family"},         {"family history", "family"},
  };
  return *kWords;
}

const absl::string_view* Find(const Words& words, absl::string_view text) {
  const auto found = words.find(absl::AsciiStrToLower(absl::StripAsciiWhitespace(text)));
  return found == words.end() ? nullptr : &found->second;
}

std::string OrEmpty(const absl::string_view* found) {
  return found == nullptr ? "" : std::string(*found);
}

}  // namespace

std::string SettingOf(absl::string_view words) {
  const absl::string_view* const found = Find(Settings(), words);
  return found != nullptr ? std::string(*found)
                          : absl::AsciiStrToLower(absl::StripAsciiWhitespace(words));
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

std::string CertaintyOf(absl::string_view words) { return OrEmpty(Find(Certainties(), words)); }

std::string AmountOf(absl::string_view text, bool* ok) {
  *ok = true;
  std::string number = absl::StrReplaceAll(absl::StripAsciiWhitespace(text), {{",", ""}});
  if (!number.empty() && number[0] == '$') number.erase(0, 1);
  if (number.empty()) return "";
  const size_t sign = number[0] == '-' ? 1 : 0;
  if (number[sign] == '.') number.insert(sign, 1, '0');
  const size_t dot = std::min(number.find('.'), number.size());
  const auto digits = [&](size_t from, size_t to) {
    return std::all_of(number.begin() + static_cast<std::ptrdiff_t>(from),
                       number.begin() + static_cast<std::ptrdiff_t>(to),
                       [](unsigned char c) { return absl::ascii_isdigit(c); });
  };
  if (dot == sign || !digits(sign, dot) ||
      (dot < number.size() && !digits(dot + 1, number.size()))) {
    *ok = false;
    return "";
  }
  if (dot == number.size()) number += '.';
  while (number.size() < dot + 3) number += '0';
  while (number.size() > dot + 3 && number.back() == '0') number.pop_back();
  return number;
}

}  // namespace blindlink::agent
