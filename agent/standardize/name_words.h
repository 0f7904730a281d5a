#pragma once

#include "absl/strings/string_view.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// The words within names that are not themselves names. All functions expect folded words (see
// FoldText) and are thread-safe.

// MR, DR, CAPT: a title before a name.
bool IsTitle(absl::string_view word);
// MD, PHD, ESQ: a degree or the like after a name.
bool IsPostNominal(absl::string_view word);
// These, and DO, MA, PA and the like, which are names where no comma is before them.
bool IsDegree(absl::string_view word);
// DECEASED, MINOR, MD, JR, UNKNOWN: what stands in parentheses beside a name without being one.
// Expects the words without spaces.
bool IsAsideNote(absl::string_view joined);
// DE, VAN, DER, BIN: a particle, which belongs to the part of a surname that follows.
bool IsSurnameParticle(absl::string_view word);
// MC, MAC, O, SAINT: as a particle, but the part is never used without it.
bool IsInseparablePrefix(absl::string_view word);
// UND, IN, OP: a particle only before another one: von und zu, in 't.
bool IsParticleBeforeParticle(absl::string_view word);
// Whether `word`, between a given name and the beginning `next` of a surname, belongs to the
// surname rather than being a middle name or an initial. Both keep their apostrophes and periods.
bool JoinsSurname(absl::string_view word, absl::string_view next);
// DE, LA, LOS within a given name: Maria de los Angeles.
bool IsGivenNameParticle(absl::string_view word);
// NLN, TEST PATIENT, ZZSMITH: used if a name is not known, or nobody has it. Expects the name
// without spaces. Words for nothing (text.h) are not among them.
bool IsPlaceholderName(absl::string_view joined);
// Whether `raw` is somebody's name although programs write the same word (`folded`) for nothing.
// Null is a surname, Nan and Nat are given names, and Na and Nil are both; programs write NULL,
// null, NaN, nan, NaT, NA and nil. So the word is a name in the letters in which people write one,
// or in a script of its own (나). Nat is one in any letters except NaT, because no program writes
// that into names, and the surname Blank likewise.
bool IsWrittenAsName(v1::Standardizer kind, absl::string_view raw, absl::string_view folded);
// BABY BOY, TWIN A, INFANT: used if a person has no given name yet. Expects the name without
// spaces.
bool IsPlaceholderGivenName(absl::string_view joined);
// "INFANT OF MARIA", "BABY BOY SMITH", "BG MARIA", "TWIN ONE": a newborn without a name of its own.
// Not "BABY RANI", which is a given name. Expects single spaces between words.
bool IsNewbornOfSomebody(absl::string_view spaced);
// JOHN DOE, MICKEY MOUSE: a person who does not exist. Expects standard forms.
bool IsFictitiousPerson(absl::string_view given_name, absl::string_view surname);
// NEE, FKA, GEB: before a former surname of the same person.
bool IsFormerNameWord(absl::string_view word);
// These, and AKA, ALIAS: before another name of the same person.
bool IsOtherNameWord(absl::string_view word);
// STJOHN, STCLAIR: a surname with SAINT, written as one word.
bool IsSaintInOneWord(absl::string_view word);

}  // namespace blindlink::agent
