#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "blindlink/v1/review_service.pb.h"
#include "resolver/review/reading.h"

namespace blindlink::resolver {

// How far two readers agree beyond chance.
struct Kappa {
  bool known = false;  // two pairs or more, which do not all have one and the same verdict
  double value = 0;
  double low = 0;  // 95 %
  double high = 0;
};

// By the first reader's verdict (link, do not link, undecided), then the second's.
using VerdictTable = std::array<std::array<uint64_t, 3>, 3>;

// Cohen's kappa (1960), with the interval of its large-sample standard error (Fleiss, Cohen and
// Everitt 1969, formula 13), within -1 to 1.
Kappa KappaOf(const VerdictTable& table);

// The agreement of the first with the second reading of each pair that two persons have read, then
// of every two persons who have read pairs in common, by name. A person's first reading of a pair
// counts: later ones may follow what others said.
std::vector<v1::ReaderAgreement> AgreementOf(const std::vector<std::vector<Reading>>& pairs);

}  // namespace blindlink::resolver
