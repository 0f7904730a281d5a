#include "resolver/metrics/metric_list.h"

#include <vector>

#include "absl/strings/string_view.h"
#include "prometheus/metric_family.h"
#include "prometheus/metric_type.h"
#include "prometheus/text_serializer.h"

namespace blindlink::resolver {
namespace {

using v1::Health;
constexpr auto kGauge = Metric::Type::kGauge;
constexpr auto kCounter = Metric::Type::kCounter;
constexpr double kSecondsPerDay = 86400;

template <auto Field>
double Value(const Health& health) {
  return static_cast<double>((health.*Field)());
}

template <auto Field>
double Days(const Health& health) {
  return static_cast<double>((health.*Field)() - health.now_unix_seconds()) / kSecondsPerDay;
}

double HeadSeconds(const Health& health) {
  return static_cast<double>(health.audit_head_time_ms()) / 1000;
}

constexpr char kUploadsHelp[] = "Uploads, by state.";
constexpr char kRunsHelp[] = "Linkage runs, by state.";
constexpr char kDaysHelp[] = "Days until a certificate ends, by whose it is.";
constexpr char kRefusedHelp[] =
    "Calls and connections refused since the start, by what refused them.";

constexpr Metric kMetrics[] = {
    {"blindlink_start_time_seconds", "When the resolver began to serve, in Unix seconds.", "", "",
     kGauge, Value<&Health::started_unix_seconds>},
    {"blindlink_projects", "Projects that are open.", "", "", kGauge, Value<&Health::projects>},
    {"blindlink_projects_damaged", "Projects that cannot be opened.", "", "", kGauge,
     Value<&Health::damaged_projects>},
    {"blindlink_clients", "Certificates in the list of clients.", "", "", kGauge,
     Value<&Health::clients>},
    {"blindlink_uploads", kUploadsHelp, "state", "receiving", kGauge,
     Value<&Health::uploads_receiving>},
    {"blindlink_uploads", kUploadsHelp, "state", "ingesting", kGauge,
     Value<&Health::uploads_ingesting>},
    {"blindlink_uploads", kUploadsHelp, "state", "committed", kGauge,
     Value<&Health::uploads_committed>},
    {"blindlink_uploads", kUploadsHelp, "state", "failed", kGauge, Value<&Health::uploads_failed>},
    {"blindlink_uploads", kUploadsHelp, "state", "withdrawn", kGauge,
     Value<&Health::uploads_withdrawn>},
    {"blindlink_records", "Records of the committed uploads.", "", "", kGauge,
     Value<&Health::records>},
    {"blindlink_tokens", "Tokens of the committed uploads.", "", "", kGauge,
     Value<&Health::tokens>},
    {"blindlink_runs", kRunsHelp, "state", "running", kGauge, Value<&Health::runs_running>},
    {"blindlink_runs", kRunsHelp, "state", "finished", kGauge, Value<&Health::runs_finished>},
    {"blindlink_runs", kRunsHelp, "state", "cancelled", kGauge, Value<&Health::runs_cancelled>},
    {"blindlink_runs", kRunsHelp, "state", "failed", kGauge, Value<&Health::runs_failed>},
    {"blindlink_tasks_waiting", "Ingests, runs and rewrites that wait for the one in progress.", "",
     "", kGauge, Value<&Health::tasks_waiting>},
    {"blindlink_worker_threads", "Threads of workers on other machines that have joined.", "", "",
     kGauge, Value<&Health::worker_threads>},
    {"blindlink_withdrawals_failing", "Withdrawals of records that were tried and are not done.",
     "", "", kGauge, Value<&Health::withdrawals_failing>},
    {"blindlink_access_requests_open", "Access requests that wait for a decision.", "", "", kGauge,
     Value<&Health::access_requests_open>},
    {"blindlink_disk_free_bytes", "Free bytes where the data directory is.", "", "", kGauge,
     Value<&Health::disk_free_bytes>},
    {"blindlink_disk_bytes", "All bytes where the data directory is.", "", "", kGauge,
     Value<&Health::disk_total_bytes>},
    {"blindlink_certificate_days_left", kDaysHelp, "certificate", "resolver", kGauge,
     Days<&Health::certificate_not_after>},
    {"blindlink_certificate_days_left", kDaysHelp, "certificate", "client_ca", kGauge,
     Days<&Health::client_ca_not_after>},
    {"blindlink_audit_entries", "Entries of the audit log that its newest head covers.", "", "",
     kGauge, Value<&Health::audit_entries>},
    {"blindlink_audit_head_time_seconds", "When that head was signed, in Unix seconds.", "", "",
     kGauge, HeadSeconds},
    {"blindlink_audit_writable", "1 if the audit log can be written, and so calls are taken.", "",
     "", kGauge, Value<&Health::audit_writable>},
    {"blindlink_calls_total", "Calls since the start, refused ones too.", "", "", kCounter,
     Value<&Health::calls>},
    {"blindlink_refused_total", kRefusedHelp, "by", "gate", kCounter,
     Value<&Health::calls_refused>},
    {"blindlink_refused_total", kRefusedHelp, "by", "limits", kCounter,
     Value<&Health::calls_over_limit>},
    {"blindlink_refused_total", kRefusedHelp, "by", "tls", kCounter,
     Value<&Health::handshakes_refused>},
};

prometheus::ClientMetric Measured(const Metric& metric, const Health& health) {
  prometheus::ClientMetric measured;
  if (metric.label[0] != '\0') measured.label.push_back({metric.label, metric.label_value});
  measured.gauge.value = metric.value(health);
  measured.counter.value = measured.gauge.value;
  return measured;
}

}  // namespace

absl::Span<const Metric> MetricList() { return kMetrics; }

std::string MetricsText(const Health& health) {
  std::vector<prometheus::MetricFamily> families;
  for (const Metric& metric : kMetrics) {
    if (families.empty() || families.back().name != metric.name) {
      prometheus::MetricFamily& family = families.emplace_back();
      family.name = metric.name;
      family.help = metric.help;
      family.type =
          metric.type == kCounter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    }
    families.back().metric.push_back(Measured(metric, health));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace blindlink::resolver
