#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Bytes as words of the PGP word list (Juola and Zimmermann 1996): bytes at even positions as words
// of two syllables, at odd positions of three, chosen so that each is heard as no other and a word
// left out or exchanged with its neighbour is noticed. Lower case, separated by blanks.
std::string FingerprintWordsOf(absl::string_view bytes);

}  // namespace blindlink::agent
