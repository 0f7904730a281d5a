#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "common/score/chance_rates.h"
#include "common/score/field_levels.h"

namespace blindlink {

// How a run's pairs come about, in the manner of Fellegi and Sunter (1969). What a class does not
// name is as in chance.
//   - match: one person; levels learned, but held to agree in what is a person's own
//     (ScoredTraits::least_agreement), however many errors there are;
//   - kin: two people of one household; what households share is learned, and how often one of them
//     goes by the other's number;
//   - twins: kin who share the date of birth as well;
//   - namesakes: kin who share the first name, as fathers and sons do; how often a suffix tells
//     them apart, and how rare their names are, is learned;
//   - duplicate: one person twice within a site, where values are written in one way;
//   - each of these also apart: of two addresses, because one moved. Street and place go together,
//     so a class of their own says more than two rates;
//   - neighbours: strangers of one street and place;
//   - house: strangers under one address: flats, homes, dormitories;
//   - area: strangers of one place;
//   - local name: strangers of one place who share the surname;
//   - origin: strangers of one name; what goes with names is learned; only where fields say that
//     they do (ScoredField::goes_with_name);
//   - chance: strangers; levels as the sites measured them (chance_rates.h).
enum PairClass : size_t {
  kMatch,
  kMatchApart,
  kKin,
  kKinApart,
  kTwins,
  kTwinsApart,
  kNamesakes,
  kNamesakesApart,
  kDuplicate,
  kDuplicateApart,
  kNeighbours,
  kHouse,
  kArea,
  kLocalName,
  kOrigin,
  kChance,
  kPairClasses
};

// By class; posterior probabilities, shares or numbers of pairs.
using ClassWeights = std::array<double, kPairClasses>;

inline bool IsOfStrangers(PairClass which) { return which >= kNeighbours && which <= kOrigin; }
inline bool IsOfFamilies(PairClass which) { return which >= kKin && which < kDuplicate; }
inline bool IsApart(PairClass which) { return which < kNeighbours && which % 2 == 1; }
// The same people under one address.
inline PairClass Together(PairClass which) {
  return IsApart(which) ? static_cast<PairClass>(which - 1) : which;
}
// A class that can be apart, both ways.
inline double SumOf(const ClassWeights& weights, PairClass which) {
  return weights[which] + weights[which + 1];
}
// The probability of one person. At most 1: two rounded shares may add up to a little more.
inline double MatchIn(const ClassWeights& posterior) {
  return std::min(1.0, SumOf(posterior, kMatch));
}

// In words: "one person", "kin", "neighbours".
const char* NameOf(PairClass which);

bool IsAddress(const ScoredField& field);
// Whether the class has rates of its own in the field, which are learned from its pairs.
bool Names(PairClass which, const ScoredField& field);
// Of two people of such a class, how many have the same value although the class does not name it.
double SharedBy(PairClass which, const ScoredField& field);

// What is known of a class before any pair is seen.
struct ClassStart {
  // A first guess, as a share of the pairs of one person. Low, so that what one person's errors
  // explain is not taken for kin; where there are households the data says so at once.
  double first;
  // Pairs' worth that are there in any population, seen or not; and the same as shares of kin and
  // of the pairs of one person.
  double unseen;
  double among_kin = 0;
  double among_matches = 0;
};
const ClassStart& StartOf(PairClass which);

// The rates of a class that names the field, until they are learned. `chance` is the field's.
LevelRates UsualRates(PairClass which, const ScoredField& field, const LevelRates& chance);

}  // namespace blindlink
