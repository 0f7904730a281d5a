#pragma once

#include <string>

#include "absl/types/span.h"
#include "blindlink/v1/overview_service.pb.h"

namespace blindlink::resolver {

// One number of the metrics. The list is closed: every name, label and value stands in
// metric_list.cc, so no text from a request, a project or a file can become part of a metric.
struct Metric {
  enum class Type { kGauge, kCounter };
  const char* name;   // "blindlink_uploads"
  const char* help;   // of the first metric of a name
  const char* label;  // "" if the name has none
  const char* label_value;
  Type type;
  double (*value)(const v1::Health& health);
};

// Metrics of one name stand beside each other.
absl::Span<const Metric> MetricList();

// The metrics in Prometheus' text format. Thread-safe.
std::string MetricsText(const v1::Health& health);

}  // namespace blindlink::resolver
