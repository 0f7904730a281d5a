#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "resolver/console/plan_names.h"
#include "resolver/console/router.h"
#include "resolver/console/trend_chart.h"
#include "resolver/console/upload_figures.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

// A drop of more than this below the site's other datasets stands out.
constexpr double kDrift = 0.05;

using Names = std::map<uint32_t, std::string>;

double Ratio(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Shades by fifths; `low`: clearly lower than the site's earlier datasets.
Html HeatCell(const std::optional<double>& fill, bool low) {
  if (!fill.has_value()) return Html().Element("td", "-");
  const double share = *fill;
  const int step = std::clamp(static_cast<int>(share * 5), 0, 5);
  Html html;
  html.Open("td", {{"class", absl::StrCat("h", step, low ? " low" : "")}});
  html.Text(absl::StrFormat("%.0f %%", share * 100));
  if (low) html.Element("span", " lower than before", {{"class", "hint"}});
  return html.Close();
}

using Sites = std::map<std::string, std::vector<v1::UploadInfo>>;

void AddHeaders(const Sites& sites, Html* html) {
  html->Open("thead").Open("tr").Element("th", "", {{"scope", "col"}});
  for (const auto& [site, uploads] : sites) {
    html->Element("th", site, {{"scope", "colgroup"}, {"colspan", absl::StrCat(uploads.size())}});
  }
  html->Close().Open("tr").Element("th", "Match key", {{"scope", "col"}});
  for (const auto& [site, uploads] : sites) {
    for (const v1::UploadInfo& upload : uploads) {
      html->Element("th", upload.manifest().dataset(), {{"scope", "col"}, {"class", "n"}});
    }
  }
  html->Close().Close();
}

// A match key's fill in each dataset of one site.
void AddFills(const std::vector<v1::UploadInfo>& uploads, uint32_t match_key, Html* html) {
  double before = -1;
  for (const v1::UploadInfo& upload : uploads) {
    const std::optional<double> fill = FillOf(upload, match_key);
    html->Add(HeatCell(fill, fill.has_value() && before - *fill > kDrift));
    before = std::max(before, fill.value_or(before));
  }
}

bool AnyFills(const Sites& sites, uint32_t match_key) {
  return std::any_of(sites.begin(), sites.end(), [&](const auto& site) {
    return std::any_of(site.second.begin(), site.second.end(), [&](const auto& upload) {
      return FillOf(upload, match_key).value_or(0) > 0;
    });
  });
}

// The fill of each match key, a column for each dataset.
Html FillMatrix(const Sites& sites, const Names& names) {
  std::set<uint32_t> keys;
  for (const auto& [site, uploads] : sites) {
    for (const auto& key : uploads.back().counts().match_keys()) keys.insert(key.match_key());
  }
  Html html;
  html.Open("div", {{"class", "scroll"}}).Open("table", {{"class", "heat"}});
  html.Element("caption", "Share of records that have every value a match key needs");
  AddHeaders(sites, &html);
  html.Open("tbody");
  std::vector<std::string> unfilled;
  for (const uint32_t key : keys) {
    if (!AnyFills(sites, key)) {
      unfilled.push_back(NameIn(names, key));
      continue;
    }
    html.Open("tr").Element("th", NameIn(names, key), {{"scope", "row"}});
    for (const auto& [site, uploads] : sites) AddFills(uploads, key, &html);
    html.Close();
  }
  html.Close().Close().Close();
  if (unfilled.empty()) return html;
  return html.Element(
      "p", absl::StrCat("No dataset has the values of ", absl::StrJoin(unfilled, ", "), "."),
      {{"class", "small soft"}});
}

Html DatasetTable(const Sites& sites) {
  Table table("Datasets by site, in the order of their commits",
              {"Site", "Dataset", "Committed", "#Records", "#Rows rejected", "#Share rejected",
               "#Tokens for a record", "#Over-used tokens left out"});
  for (const auto& [site, uploads] : sites) {
    for (const v1::UploadInfo& upload : uploads) {
      const v1::UploadCounts& counts = upload.counts();
      const std::optional<double> tokens = TokensPerRecordOf(upload);
      table.Row({Cell(site), Cell(upload.manifest().dataset()), Cell(CommittedText(upload)),
                 Cell(RecordsText(upload)), Cell(CountText(counts.rejected_rows())),
                 Cell(ShareText(Ratio(counts.rejected_rows(), counts.rows()))),
                 Cell(tokens.has_value() ? absl::StrFormat("%.1f", *tokens) : "-"),
                 Cell(CountText(counts.overused_tokens()))});
    }
  }
  return table.Finish();
}

// What has changed against the site's own earlier datasets.
Html Notes(const Sites& sites) {
  Html html;
  for (const auto& [site, uploads] : sites) {
    for (const v1::UploadInfo& upload : uploads) {
      for (const std::string& note : upload.notes()) {
        html.Add(
            Note(absl::StrCat(site, " / ", upload.manifest().dataset(), ": ", note), Mood::kWarn));
      }
    }
  }
  return html;
}

Html Trends(const Sites& sites) {
  Html html;
  for (const auto& [site, uploads] : sites) {
    if (uploads.size() < 2) continue;
    html.Element("h3", site).Add(TrendCharts(site, uploads));
  }
  return html.empty() ? Empty("No site has committed a second dataset yet.") : html;
}

}  // namespace

absl::StatusOr<Page> ShowQuality(Exchange& exchange) {
  v1::GetProjectRequest project_request;
  project_request.set_name(exchange.Name("project"));
  BL_ASSIGN_OR_RETURN(const v1::ProjectInfo project,
                      exchange.calls.Make(&v1::Project::Stub::GetProject, project_request));
  v1::ListUploadsRequest request;
  request.set_project(project.name());
  BL_ASSIGN_OR_RETURN(const v1::ListUploadsResponse list,
                      exchange.calls.Make(&v1::Upload::Stub::ListUploads, request));
  Sites sites;
  for (const v1::UploadInfo& upload : list.uploads()) {
    if (upload.counts().records() > 0) sites[upload.manifest().site()].push_back(upload);
  }
  for (auto& [site, uploads] : sites) SortByCommit(&uploads);
  Page page{.title = "Data quality",
            .crumbs = {{project.name(), Path({"projects", project.name()})}, {"Data quality", ""}},
            .body = {}};
  page.body.Element(
      "p",
      "What the sites count as they tokenize: rejected rows, and how often the values "
      "are there that a match key needs. A frame marks a fall of more than 5 points "
      "below an earlier dataset of the same site; a note, a change that is neither chance nor "
      "small.",
      {{"class", "lead"}});
  if (sites.empty()) {
    page.body.Add(Empty("No upload has ended yet."));
    return page;
  }
  page.body.Element("h2", "Datasets").Add(DatasetTable(sites)).Add(Notes(sites));
  page.body.Element("h2", "Over time").Add(Trends(sites));
  page.body.Element("h2", "Fill").Add(FillMatrix(sites, MatchKeyNames(project)));
  return page;
}

}  // namespace blindlink::resolver
