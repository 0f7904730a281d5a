#pragma once

#include "blindlink/v1/explanation_service.pb.h"
#include "resolver/console/html.h"

namespace blindlink::resolver {

// What an outcome means, in words.
const char* WordsFor(v1::Outcome outcome);
// The same of an explained pair, of which more is known.
const char* DecisionWords(const v1::PairExplanation& pair);

// Why a run decided a pair as it did: outcome, what the records shared, what each field weighs,
// what the two records may be, what would have changed the decision, and their tokens if these were
// asked for. Thread-safe.
Html ExplanationOf(const v1::PairExplanation& pair);

}  // namespace blindlink::resolver
