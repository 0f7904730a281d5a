#include "agent/standardize/standardize_values.h"

#include <utility>

#include "agent/standardize/standardize.h"
#include "agent/standardize/text/distinct_values.h"

namespace blindlink::agent {

void StandardizeValues(v1::Standardizer standardizer, absl::Span<const std::string> raw,
                       const StandardizeOptions& options, std::vector<StandardValue>* values,
                       absl::FunctionRef<void(const char* reason)> unused) {
  values->clear();
  for (const std::string& text : raw) {
    StandardizeResult result = Standardize(standardizer, text, options);
    if (result.reason != nullptr) unused(result.reason);
    if (raw.size() == 1 && result.values.size() == 1) {  // the usual case
      *values = std::move(result.values);
      return;
    }
    for (StandardValue& value : result.values) AddDistinct(std::move(value), values);
  }
}

}  // namespace blindlink::agent
