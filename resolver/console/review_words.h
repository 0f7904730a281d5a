#pragma once

#include "blindlink/v1/review_service.pb.h"
#include "resolver/console/html.h"

namespace blindlink::resolver {

// The words of the review queue. Thread-safe.
const char* WordsFor(v1::ReviewReason reason);
const char* WordsFor(v1::Verdict verdict);
Html StateOf(const v1::ReviewItem& item);
// The two records, by site and pseudonym.
Html RecordsOf(const v1::ReviewItem& item);
// How much is decided, and how far readers agree.
Html StatisticsOf(const v1::ReviewStatistics& statistics);
// Who decided what, and what the sites answered.
Html DecisionsOf(const v1::ReviewItemDetails& details);

}  // namespace blindlink::resolver
