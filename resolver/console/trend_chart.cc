#include "resolver/console/trend_chart.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "resolver/console/upload_figures.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

// A drawing's measures, in units of its view box.
constexpr double kWidth = 240;
constexpr double kHeight = 88;
constexpr double kFoot = 4;

using Uploads = absl::Span<const v1::UploadInfo>;
using Keys = std::set<uint32_t>;  // whose fill is averaged

// One of the charts: its name, and a dataset's value in numbers and words.
struct Series {
  const char* name;
  std::optional<double> (*value)(const v1::UploadInfo&, const Keys&);
  std::string (*text)(const v1::UploadInfo&, const Keys&);
  double least_top;  // the scale ends here at least
};

std::string TextOf(const std::optional<double>& value, bool is_share) {
  if (!value.has_value()) return "not shown";
  return is_share ? ShareText(*value) : absl::StrFormat("%.1f", *value);
}

constexpr Series kSeries[] = {
    {"Records",
     [](const v1::UploadInfo& upload, const Keys&) -> std::optional<double> {
       if (IsSmall(upload)) return std::nullopt;
       return static_cast<double>(upload.records());
     },
     [](const v1::UploadInfo& upload, const Keys&) { return RecordsText(upload); }, 1},
    {"Match keys filled, on average", MeanFillOf,
     [](const v1::UploadInfo& upload, const Keys& keys) {
       return TextOf(MeanFillOf(upload, keys), true);
     },
     1},
    {"Tokens for a record",
     [](const v1::UploadInfo& upload, const Keys&) { return TokensPerRecordOf(upload); },
     [](const v1::UploadInfo& upload, const Keys&) {
       return TextOf(TokensPerRecordOf(upload), false);
     },
     1},
};

std::string InWords(absl::string_view site, const Series& series, Uploads uploads,
                    const Keys& keys) {
  std::string words = absl::StrCat(site, ", ", series.name, ", by dataset: ");
  for (const v1::UploadInfo& upload : uploads) {
    absl::StrAppend(&words, upload.manifest().dataset(), " ", series.text(upload, keys),
                    upload.notes().empty() ? "; " : " (changed); ");
  }
  return words;
}

std::string Number(double value) { return absl::StrFormat("%.1f", value); }

void AddColumns(const Series& series, Uploads uploads, const Keys& keys, Html* svg) {
  double top = series.least_top;
  for (const v1::UploadInfo& upload : uploads) {
    top = std::max(top, series.value(upload, keys).value_or(0));
  }
  const double step = kWidth / static_cast<double>(uploads.size());
  for (size_t i = 0; i < uploads.size(); ++i) {
    const double value = series.value(uploads[i], keys).value_or(0);
    if (value <= 0) continue;
    const double height = std::max(1.0, value / top * (kHeight - kFoot));
    const double width = std::min(step * 0.7, 28.0);
    svg->Element("rect", "",
                 {{"x", Number(step * (static_cast<double>(i) + 0.5) - width / 2)},
                  {"y", Number(kHeight - kFoot - height)},
                  {"width", Number(width)},
                  {"height", Number(height)},
                  {"rx", "1.5"},
                  {"class", uploads[i].notes().empty() ? "first" : "changed"}});
  }
}

}  // namespace

Html TrendCharts(absl::string_view site, const std::vector<v1::UploadInfo>& uploads) {
  const Uploads shown = Uploads(uploads).last(std::min(uploads.size(), kDatasetsInTrend));
  const Keys keys = FilledKeys(uploads);
  Html html;
  html.Open("div", {{"class", "trends"}});
  for (const Series& series : kSeries) {
    html.Open("figure", {{"class", "trend"}})
        .Open("figcaption")
        .Text(absl::StrCat(series.name, ": "))
        .Element("strong", shown.empty() ? "-" : series.text(shown.back(), keys))
        .Close();
    html.Open("svg", {{"viewBox", absl::StrCat("0 0 ", kWidth, " ", kHeight)},
                      {"role", "img"},
                      {"aria-label", InWords(site, series, shown, keys)}});
    AddColumns(series, shown, keys, &html);
    html.Close().Close();
  }
  return html.Close();
}

}  // namespace blindlink::resolver
