#include "agent/standardize/address/address_delivery.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace blindlink::agent {
namespace {

bool Is(const AddressWords& words, size_t i, absl::string_view word) {
  return i < words.size() && words[i] == word;
}

bool IsNumber(const AddressWords& words, size_t i) {
  return i < words.size() && HasDigit(words[i].text);
}

// The position of a number, past any "#" or "NO".
size_t SkipNumberSign(const AddressWords& words, size_t i) {
  while (Is(words, i, "#") || Is(words, i, "NO") || Is(words, i, "NUM")) ++i;
  return i;
}

// Reads BOX 30 at `i`, and its number into `box`. Returns the position after it, or `i` if there is
// none.
size_t BoxAt(const AddressWords& words, size_t i, std::string* box) {
  if (!Is(words, i, "BOX") && !Is(words, i, "BX") && !Is(words, i, "BUZON")) return i;
  const size_t number = SkipNumberSign(words, i + 1);
  if (!IsNumber(words, number)) return i;
  *box = std::string(WithoutLeadingZeros(words[number].text));
  if (number + 2 != words.size() || words[number + 1].text.size() != 1) return number + 1;
  *box += words[number + 1].text;  // BOX 164 A
  return number + 2;
}

// How many words at `i` name a rural route, without its number; 0 if none do.
size_t RouteWordsAt(const AddressWords& words, size_t i, absl::string_view* kind) {
  const auto is = [&](size_t at, absl::string_view word) { return Is(words, i + at, word); };
  const bool route = i + 1 < words.size() && words[i + 1].meaning->suffix == "RTE";
  *kind = "RR";
  if (is(0, "RURAL") && route) return 2;
  if (is(0, "RURAL") && (is(1, "DELIVERY") || is(1, "RD"))) return 2;
  if (is(0, "RR") || is(0, "RFD") || is(0, "RRT")) return is(1, "BOX") ? 0 : 1;
  if (is(0, "R") && is(1, "R")) return 2;
  if (is(0, "R") && is(1, "F") && is(2, "D")) return 3;
  *kind = "HC";
  if (is(0, "HC") || is(0, "HCR")) return route ? 2 : 1;
  if (is(0, "H") && is(1, "C")) return 2;
  if (is(0, "HIGHWAY") && is(1, "CONTRACT")) {
    return i + 2 < words.size() && words[i + 2].meaning->suffix == "RTE" ? 3 : 2;
  }
  if (is(0, "STAR") && route) return 2;
  return 0;
}

// RT 1 BOX 81, RD 2 BOX 7: these words mean a rural route only if a box follows.
bool IsRouteWithBox(const AddressWords& words, size_t i) {
  std::string box;
  const bool word = words[i].meaning->suffix == "RTE" || words[i] == "RD" || words[i] == "R";
  const size_t number = SkipNumberSign(words, i + 1);
  return word && IsNumber(words, number) && BoxAt(words, number + 1, &box) != number + 1;
}

// How many words at `i` name a post office box, without its number; 0 if none do.
size_t BoxWordsAt(const AddressWords& words, size_t i) {
  const auto is = [&](size_t at, absl::string_view word) { return Is(words, i + at, word); };
  const auto box = [&](size_t at) {
    return is(at, "BOX") || is(at, "BX") || is(at, "DRAWER") || is(at, "BOXES");
  };
  if (is(0, "POBOX") || is(0, "POB") || is(0, "POBX") || is(0, "APARTADO") || is(0, "APDO")) {
    return is(1, "POSTAL") ? 2 : 1;
  }
  if (is(0, "PO") || is(0, "GPO")) return box(1) ? 2 : IsNumber(words, i + 1) ? 1 : 0;
  if (is(0, "P") && is(1, "O")) return box(2) ? 3 : 0;
  if (is(0, "POST") && is(1, "OFFICE") && box(2)) return 3;
  if ((is(0, "POST") || is(0, "POSTAL") || is(0, "LOCK")) && box(1)) return 2;
  if (is(0, "LOCKBOX") || is(0, "BOX") || (i == 0 && box(0))) return 1;
  return 0;
}

}  // namespace

void TakeDelivery(AddressWords* words, AddressParts* parts) {
  const bool any = std::any_of(words->begin(), words->end(),
                               [](const AddressWord& word) { return word.meaning->is_delivery; });
  if (!any) return;
  TakeMilitary(words, parts);
  TakeRuralRoute(words, parts);
  TakePoBox(words, parts);
  TakeUrbanization(words, parts);
}

void TakeMilitary(AddressWords* words, AddressParts* parts) {
  for (size_t i = 1; i < words->size(); ++i) {
    if ((*words)[i] == "APO" || (*words)[i] == "FPO" || (*words)[i] == "DPO") {
      EraseWords(i, words->size() - i, words);
    }
  }
  for (size_t i = 0; i + 1 < words->size(); ++i) {
    const std::string& kind = (*words)[i].text;
    if (kind != "PSC" && kind != "CMR" && kind != "UNIT" && kind != "OPS") continue;
    const size_t number = SkipNumberSign(*words, i + 1);
    if (!IsNumber(*words, number)) continue;
    std::string box;
    const size_t end = BoxAt(*words, number + 1, &box);
    const bool has_box = end != number + 1;
    if (!has_box && kind != "PSC" && kind != "CMR") continue;
    parts->street_name = absl::StrCat(kind, " ", WithoutLeadingZeros((*words)[number].text));
    if (has_box) absl::StrAppend(&parts->street_name, " BOX ", box);
    EraseWords(i, end - i, words);
    return;
  }
}

void TakeRuralRoute(AddressWords* words, AddressParts* parts) {
  for (size_t i = 0; i + 1 < words->size(); ++i) {
    absl::string_view kind;
    size_t count = RouteWordsAt(*words, i, &kind);
    if (count == 0 && i == 0 && IsRouteWithBox(*words, i)) {
      kind = "RR";
      count = 1;
    }
    const size_t number = SkipNumberSign(*words, i + count);
    if (count == 0 || !IsNumber(*words, number)) continue;
    std::string box;
    const size_t end = BoxAt(*words, number + 1, &box);
    // After a house number, the route is still the street: 1234 RR 2.
    if (i <= 1 && parts->street_name.empty()) {
      parts->street_name = absl::StrCat(kind, " ", WithoutLeadingZeros((*words)[number].text));
      if (!box.empty()) absl::StrAppend(&parts->street_name, " BOX ", box);
    }
    EraseWords(i, end - i, words);
    return;
  }
}

void TakePoBox(AddressWords* words, AddressParts* parts) {
  for (size_t i = 0; i < words->size(); ++i) {
    const size_t count = BoxWordsAt(*words, i);
    if (count == 0) continue;
    const size_t number = SkipNumberSign(*words, i + count);
    if (number >= words->size()) continue;
    // A box without PO must have a number: "12 BOX ELDER RD" is a street.
    if ((*words)[i] == "BOX" && !HasDigit((*words)[number].text)) continue;
    parts->po_box = std::string(WithoutLeadingZeros((*words)[number].text));
    EraseWords(i, number + 1 - i, words);
    return;
  }
}

void TakeUrbanization(AddressWords* words, AddressParts* parts) {
  const auto urb = std::find_if(words->begin(), words->end(), [](const AddressWord& word) {
    return word == "URB" || word == "URBANIZACION" || word == "URBANIZATION";
  });
  if (urb == words->end()) return;
  const auto ends = [](const AddressWord& word) {
    return HasDigit(word.text) || word == "#" || word == "CALLE" || word == "CLL" ||
           word.meaning->suffix == "AVE" || word == "AVENIDA" || word.meaning->road == "CARR" ||
           word.meaning->designates_unit;
  };
  const auto end = std::find_if(urb + 1, words->end(), ends);
  // Without a street, the urbanization is all there is, and stays the street.
  if (urb == words->begin() && end == words->end()) return;
  for (auto word = urb + 1; word != end; ++word) parts->urbanization += word->text;
  words->erase(urb, end);
}

}  // namespace blindlink::agent
