#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The words of names that are not names. All expect folded words; thread-safe.

// MR, DR, CAPT: before a name.
bool IsTitle(absl::string_view word);
// MD, PHD, ESQ: after a name.
bool IsPostNominal(absl::string_view word);
// DE, VAN, DER, BIN: belongs to the surname part that follows.
bool IsSurnameParticle(absl::string_view word);
// MC, MAC, O, SAINT: as a particle, but the part does not stand without it.
bool IsInseparablePrefix(absl::string_view word);
// DE, LA, LOS within a given name: Maria de los Angeles.
bool IsGivenNameParticle(absl::string_view word);
// UNKNOWN, NLN, TEST PATIENT; spaces removed.
bool IsPlaceholderName(absl::string_view joined);
// BABY BOY, TWIN A, INFANT; only where no given name can be meant; spaces removed.
bool IsPlaceholderGivenName(absl::string_view joined);
// "INFANT OF MARIA", "BABY BOY SMITH", "BG MARIA", "TWIN ONE": a newborn without a name, by the
// mother's. Not "BABY RANI", which people are called. Words between single spaces.
bool IsNewbornOfSomebody(absl::string_view spaced);
// JOHN DOE, MICKEY MOUSE, TEST TEST: whom nobody treats. Standard forms.
bool IsFictitiousPerson(absl::string_view given_name, absl::string_view surname);
// NEE, FKA, AKA, GEB: before another name of the same person.
bool IsOtherNameWord(absl::string_view word);
// STJOHN, STCLAIR: a surname that is written with ST. elsewhere.
bool IsSaintInOneWord(absl::string_view word);

}  // namespace blindlink::agent
