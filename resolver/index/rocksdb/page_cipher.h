#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "common/crypto/bound_cipher.h"

namespace blindlink::resolver {

// Enciphers the evidence of a page of PostingPageBuilder in place, and gives the page the version
// that says so (docs/formats/index_keys.md). `key` is the page's key in the index. The evidence is
// bound to the key and to the page's head, so a posting's codes look different in every page, and
// equal codes of two postings look unrelated. Thread-safe.
void SealEvidence(const BoundCipher& cipher, absl::string_view key, std::string* page);

// Turns `page` back, for DecodePostingPage. A page of an index from before evidence was enciphered
// stays as it is, and so does what is not a page.
void OpenEvidence(const BoundCipher& cipher, absl::string_view key, std::string* page);

}  // namespace blindlink::resolver
