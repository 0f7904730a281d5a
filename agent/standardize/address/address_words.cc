#include "agent/standardize/address/address_words.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/standardize/address/address_vocabulary.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {

const WordMeaning& MeaningOf(absl::string_view word) {
  static const WordMeaning* const kNone = new WordMeaning;
  static const AddressVocabulary* const kVocabulary = [] {
    auto* vocabulary = new AddressVocabulary;
    AddStreetSuffixes(vocabulary);
    AddUnitWords(vocabulary);
    AddStreetWords(vocabulary);
    return vocabulary;
  }();
  const auto found = kVocabulary->find(word);
  return found == kVocabulary->end() ? *kNone : found->second;
}

void EraseWords(size_t from, size_t count, AddressWords* words) {
  const auto begin = words->begin() + static_cast<ptrdiff_t>(from);
  words->erase(begin, begin + static_cast<ptrdiff_t>(count));
}

bool HasDigit(absl::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return absl::ascii_isdigit(c); });
}

bool BeginsWithDigit(absl::string_view word) {
  return !word.empty() && absl::ascii_isdigit(word[0]);
}

bool IsOrdinalNumber(absl::string_view word) {
  if (word.size() < 3 || !absl::ascii_isdigit(word[0])) return false;
  const size_t letters = word.find_first_not_of("0123456789");
  if (letters == absl::string_view::npos || letters + 2 != word.size()) return false;
  const absl::string_view ending = word.substr(letters);
  return ending == "ST" || ending == "ND" || ending == "RD" || ending == "TH";
}

std::string WithOrdinalEnding(absl::string_view digits) {
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
  switch (teen ? '0' : digits.back()) {
    case '1':
      return absl::StrCat(digits, "ST");
    case '2':
      return absl::StrCat(digits, "ND");
    case '3':
      return absl::StrCat(digits, "RD");
    default:
      return absl::StrCat(digits, "TH");
  }
}

absl::string_view WithoutLeadingZeros(absl::string_view number) {
  while (number.size() > 1 && number[0] == '0' && absl::ascii_isalnum(number[1])) {
    number.remove_prefix(1);
  }
  return number;
}

bool IsPlaceholderAddress(absl::string_view joined) {
  if (HasDigit(joined)) return IsOneCharacterRepeated(joined, 3);
  static const auto* const kWords = new absl::flat_hash_set<absl::string_view>{"HOMELESS",
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

}  // namespace blindlink::agent
