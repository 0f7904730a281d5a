#pragma once

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "agent/standardize/address/address_words.h"

namespace blindlink::agent {

using AddressVocabulary = absl::flat_hash_map<absl::string_view, WordMeaning>;

// Each function adds the meanings of one kind. Their texts are never freed.
void AddStreetSuffixes(AddressVocabulary* vocabulary);
void AddUnitWords(AddressVocabulary* vocabulary);
void AddStreetWords(AddressVocabulary* vocabulary);

}  // namespace blindlink::agent
