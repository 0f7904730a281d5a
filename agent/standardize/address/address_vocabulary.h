#pragma once

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "agent/standardize/address/address_words.h"

namespace blindlink::agent {

using AddressVocabulary = absl::flat_hash_map<absl::string_view, WordMeaning>;

// Each adds the meanings of one kind. The texts live for ever.
void AddStreetSuffixes(AddressVocabulary* vocabulary);
void AddUnitWords(AddressVocabulary* vocabulary);
void AddStreetWords(AddressVocabulary* vocabulary);

}  // namespace blindlink::agent
