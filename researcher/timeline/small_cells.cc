#include "researcher/timeline/small_cells.h"

#include <algorithm>

#include "researcher/report/number_text.h"

namespace blindlink::researcher {

std::vector<Shown> WhichAreShown(const std::vector<uint64_t>& counts, bool total_known) {
  std::vector<Shown> shown;
  for (const uint64_t count : counts) {
    shown.push_back(IsSmall(count) ? Shown::kSmall : Shown::kYes);
  }
  if (!total_known || std::count(shown.begin(), shown.end(), Shown::kSmall) != 1) return shown;
  size_t next = counts.size();
  for (size_t i = 0; i < counts.size(); ++i) {
    const bool larger = counts[i] >= kLeastShown;
    if (larger && (next == counts.size() || counts[i] < counts[next])) next = i;
  }
  if (next < counts.size()) shown[next] = Shown::kWithheld;
  return shown;
}

std::string ShownText(uint64_t count, Shown shown) {
  if (shown == Shown::kSmall) return "1 to 10";
  return shown == Shown::kWithheld ? "withheld" : CountText(count);
}

}  // namespace blindlink::researcher
