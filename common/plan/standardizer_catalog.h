#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "blindlink/v1/plan.pb.h"
#include "common/plan/evidence_kind.h"

namespace blindlink {

// All that the programs know about a standardizer, one row each. Whoever needs to treat fields
// differently asks for a trait; nothing outside the catalog lists standardizers. The function that
// standardizes is the agent's (agent/standardize/standardize.cc).

// One evidence code of a field.
struct CodeOf {
  EvidenceKind kind;
  // 1 to 8. Two different values have the same code in one of 2^bits - 1 cases. Few bits where
  // other codes of the field must agree too for the pair to count, or where there are few values;
  // kinds that are compared crosswise have the same number of bits in every field.
  unsigned bits;
  // Whether a plan that asks for BRIEF evidence keeps it. Left out first: what tells a misspelt or
  // compound value, then what follows from the other codes.
  bool in_brief = true;
};

// What a difference between two records is about. Fields about one subject count as one.
enum class Subject : uint8_t {
  kFirstName,
  kMiddleName,
  kLastName,  // suffix as well
  kDate,
  kAddress,  // street, second line, city, state, postal code
  kNumber,   // of a person or an insured family
  kContact,  // phone, e-mail
  kOther,    // sex, relationship
  // Of two records, not of a standardizer.
  kSeveral,  // no one subject differs most
  kNothing,  // nothing differs
};
inline constexpr size_t kSubjects = static_cast<size_t>(Subject::kNothing) + 1;

// How two values are compared, in codes (common/score/code_levels) and in clear text
// (agent/compare).
enum class Comparison : uint8_t {
  kGivenName,
  kMiddleName,
  kSurname,
  kDate,
  kStreetAddress,
  kCity,
  kState,
  kPostalCode,
  kNumber,
  kPhone,
  kEmail,
  kText,  // words that may be misspelt
  kCode,  // one of a few values
};

// City, state and postal code are scored together, as one place: they say much the same.
inline bool IsPlace(Comparison comparison) {
  return comparison == Comparison::kCity || comparison == Comparison::kState ||
         comparison == Comparison::kPostalCode;
}

// What scoring must know before it has seen a pair.
struct ScoredTraits {
  // Members of a household usually have the same.
  bool household = false;
  // Two strangers rarely have the same: name, date, number.
  bool identifying = false;
  // What is in fashion in one year is not in another: strangers of an age share it more often.
  bool goes_by_year = false;
  // Strangers who share one such field often share others: a name and its origin, a name and its
  // sex. Says that a class for them is learned.
  bool goes_with_name = false;
  // Strangers with one first name have the same: the sex.
  bool follows_first_name = false;
  // Namesakes differ in it, so that one can tell them apart: Senior and Junior.
  bool tells_namesakes = false;
  // Of two people of one household, how many have the same although it is not the household's:
  // twins their birthday, a son named after his father the first name, a child that goes by a
  // parent's number the number.
  double shared_by_twins = 0;
  double shared_by_namesakes = 0;
  double shared_by_number = 0;
  // Of the pairs of records of one person, at least this share agrees (ScoredField::agrees_from),
  // however many errors there are. Keeps neighbours and kin out of the class of one person.
  double least_agreement = 0;
  // How often two strangers have the same, until it has been measured.
  double usual_chance = 0.01;
};

struct StandardizerTraits {
  v1::Standardizer standardizer = v1::STANDARDIZER_UNSPECIFIED;
  // The forms its values can take in a match key; a plan may name no other.
  absl::Span<const v1::Form> forms = {};
  // Its evidence codes, in the order in which they are packed. Persistent.
  absl::Span<const CodeOf> codes = {};
  Subject subject = Subject::kOther;
  Comparison comparison = Comparison::kCode;
  // The form whose text the min-hashes are made of.
  v1::Form min_hash_form = v1::EXACT;
  // A record without a value says that the person has none: no suffix.
  bool missing_says_none = false;
  // Records share values so often that texts made of them are worth keeping (measured on files of
  // persons); of the others nearly every record has its own.
  bool values_repeat = false;
  ScoredTraits scored = {};
};

// The row of a standardizer. One that this build does not know has a row without forms and codes.
const StandardizerTraits& TraitsOf(v1::Standardizer standardizer);

bool Offers(v1::Standardizer standardizer, v1::Form form);

// "EXACT, INITIAL, SOUNDEX", for messages.
std::string ListFormsOf(v1::Standardizer standardizer);

}  // namespace blindlink
