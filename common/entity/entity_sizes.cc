#include "common/entity/entity_sizes.h"

#include <cmath>

namespace blindlink {
namespace {

double LogOfChoices(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

}  // namespace

double EntitySizes::LogWeight(uint32_t records, uint32_t sites) const {
  // One more than counted, so that what was not seen is unlikely instead of impossible.
  const auto found = counts_.find({records, sites});
  const double persons = 1 + (found == counts_.end() ? 0 : static_cast<double>(found->second));
  // Which sites, and how the records are spread over them.
  return std::log(persons) - LogOfChoices(static_cast<double>(sites_), sites) -
         LogOfChoices(records - 1, sites - 1);
}

double EntitySizes::GainOfAPair() const {
  const double apart = 2 * LogWeight(1, 1);
  const double of_one_site = within_site_ ? 2 * std::exp(LogWeight(2, 1) - apart) : 0;
  if (sites_ == 1) return std::log(of_one_site);
  const double of_two_sites = std::exp(LogWeight(2, 2) - apart);
  if (!within_site_) return std::log(of_two_sites);
  const double share = 1 / static_cast<double>(sites_);  // of pairs within sites, if all are alike
  return std::log(share * of_one_site + (1 - share) * of_two_sites);
}

double EntitySizes::GainOfJoining(const EntityShape& left, const EntityShape& right,
                                  const EntityShape& joined) const {
  return LogWeight(joined) - LogWeight(left) - LogWeight(right) - GainOfAPair();
}

}  // namespace blindlink
