#include "resolver/review/reading.h"

#include <algorithm>

namespace blindlink::resolver {

std::vector<Reading> NewestOfEachReader(absl::Span<const Reading> readings) {
  std::vector<Reading> newest;
  for (const Reading& reading : readings) {
    const auto known = std::find_if(newest.begin(), newest.end(), [&](const Reading& other) {
      return other.reader == reading.reader;
    });
    if (known == newest.end()) {
      newest.push_back(reading);
    } else {
      *known = reading;
    }
  }
  return newest;
}

Standing StandingOf(absl::Span<const Reading> readings, bool second_reader) {
  if (readings.empty()) return {};
  const std::vector<Reading> newest = NewestOfEachReader(readings);
  Standing standing{v1::REVIEW_STANDS, readings.back().verdict,
                    static_cast<uint32_t>(newest.size())};
  if (!second_reader) return standing;
  const auto count = [&](v1::Verdict verdict) {
    return std::count_if(newest.begin(), newest.end(),
                         [&](const Reading& reading) { return reading.verdict == verdict; });
  };
  const auto links = count(v1::VERDICT_LINK);
  const auto others = count(v1::VERDICT_DO_NOT_LINK);
  const auto undecided = count(v1::VERDICT_UNDECIDED);
  if (links >= 2 && links > others) {
    standing.verdict = v1::VERDICT_LINK;
  } else if (others >= 2 && others > links) {
    standing.verdict = v1::VERDICT_DO_NOT_LINK;
  } else if (undecided >= 2 && links + others == 0) {
    standing.verdict = v1::VERDICT_UNDECIDED;
  } else {
    standing.state = newest.size() == 1 ? v1::REVIEW_AWAITS_READER : v1::REVIEW_READERS_DIFFER;
    standing.verdict = v1::VERDICT_UNSPECIFIED;
  }
  return standing;
}

}  // namespace blindlink::resolver
