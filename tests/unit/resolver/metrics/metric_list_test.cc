#include "resolver/metrics/metric_list.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

TEST(MetricList, HasNamesAsPrometheusWantsThem) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const Metric& metric : MetricList()) {
    EXPECT_THAT(metric.name, MatchesRegex("blindlink_[a-z_]+"));
    EXPECT_EQ(absl::EndsWith(metric.name, "_total"), metric.type == Metric::Type::kCounter);
    EXPECT_TRUE(seen.insert({metric.name, metric.label_value}).second) << metric.name;
  }
}

TEST(MetricList, KeepsEachNameTogether) {
  std::set<std::string> ended;
  std::string now;
  for (const Metric& metric : MetricList()) {
    if (metric.name == now) continue;
    EXPECT_TRUE(ended.insert(metric.name).second) << metric.name;
    now = metric.name;
  }
}

// A number that is added to Health must become a metric.
TEST(MetricList, TellsOfEveryNumber) {
  const auto* health = v1::Health::descriptor();
  for (int i = 0; i < health->field_count(); ++i) {
    const auto* field = health->field(i);
    v1::Health changed;
    const std::string before = MetricsText(changed);
    if (field->type() == google::protobuf::FieldDescriptor::TYPE_BOOL) {
      changed.GetReflection()->SetBool(&changed, field, true);
    } else if (field->type() == google::protobuf::FieldDescriptor::TYPE_INT64) {
      changed.GetReflection()->SetInt64(&changed, field, 864000000);
    } else {
      ASSERT_EQ(field->type(), google::protobuf::FieldDescriptor::TYPE_UINT64)
          << field->name() << " is no number";
      changed.GetReflection()->SetUInt64(&changed, field, 7);
    }
    EXPECT_NE(MetricsText(changed), before) << field->name();
  }
}

TEST(MetricsText, IsInPrometheusFormat) {
  v1::Health health;
  health.set_uploads_failed(3);
  health.set_now_unix_seconds(1'700'000'000);
  health.set_certificate_not_after(1'700'000'000 + 10 * 86400);
  health.set_client_ca_not_after(1'700'000'000 - 86400);
  const std::string text = MetricsText(health);
  EXPECT_THAT(text, HasSubstr("# TYPE blindlink_uploads gauge\n"));
  EXPECT_THAT(text, HasSubstr("blindlink_uploads{state=\"failed\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("blindlink_certificate_days_left{certificate=\"resolver\"} 10\n"));
  EXPECT_THAT(text, HasSubstr("blindlink_certificate_days_left{certificate=\"client_ca\"} -1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE blindlink_calls_total counter\n"));
}

}  // namespace
}  // namespace blindlink::resolver
