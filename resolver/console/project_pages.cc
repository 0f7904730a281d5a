#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "blindlink/v1/linkage_service.grpc.pb.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "blindlink/v1/result_service.grpc.pb.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "resolver/console/plan_names.h"
#include "resolver/console/router.h"
#include "resolver/console/states.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

Html ProjectRow(const v1::ProjectInfo& project) {
  return Link(Path({"projects", project.name()}), project.name());
}

std::string ReleaseText(v1::ReleaseMode release) {
  return release == v1::RELEASE_BY_GRANT ? "by grant" : "to the named researchers";
}

Html SitesAndUploads(const v1::ProjectInfo& project, const v1::ListUploadsResponse& list) {
  Table table("Uploads by site",
              {"Site", "Dataset", "State", "#Records", "#Rows rejected", "#Tokens"});
  std::vector<std::string> silent(project.sites().begin(), project.sites().end());
  for (const v1::UploadInfo& upload : list.uploads()) {
    const std::string& site = upload.manifest().site();
    silent.erase(std::remove(silent.begin(), silent.end(), site), silent.end());
    table.Row(
        {Cell(site),
         Link(Path({"projects", project.name(), "uploads", site, upload.manifest().dataset()}),
              upload.manifest().dataset()),
         UploadStateOf(upload), Cell(CountText(upload.records())),
         Cell(CountText(upload.counts().rejected_rows())), Cell(CountText(upload.tokens()))});
  }
  Html html;
  html.Add(table.empty() ? Empty("No site has begun an upload yet.") : table.Finish());
  if (!table.empty() && !silent.empty()) {
    html.Add(
        Note(absl::StrCat("Nothing yet from ", absl::StrJoin(silent, ", "), "."), Mood::kWarn));
  }
  return html;
}

bool AnyUnfinished(const v1::ListUploadsResponse& list) {
  return std::any_of(list.uploads().begin(), list.uploads().end(), [](const v1::UploadInfo& one) {
    return one.state() == v1::RECEIVING || one.state() == v1::INGESTING;
  });
}

// A section whose content the script keeps current while `live`.
Html Section(Literal id, absl::string_view title, const Html& content, bool live) {
  Attributes attributes = {{"id", id.text()}};
  if (live) attributes.push_back({"data-live", ""});
  return Html().Element("h2", title).Open("section", attributes).Add(content).Close();
}

Html RunRows(const std::string& project, const v1::ListLinkageRunsResponse& list) {
  if (list.runs().empty()) return Empty("No run yet.");
  Table table("Linkage runs, the newest first",
              {"Run", "State", "Started", "#Datasets", "#Match pairs", "#Entities of two or more",
               "#Expected PPV"});
  for (int i = list.runs_size() - 1; i >= 0; --i) {
    const v1::LinkageRun& run = list.runs(i);
    const v1::RunSummary& sum = run.summary();
    table.Row({Link(Path({"projects", project, "runs", run.run()}), run.run()), RunStateOf(run),
               Cell(TimeText(run.started_unix_seconds())), Cell(CountText(run.datasets_size())),
               Cell(run.has_summary() ? CountText(sum.match_pairs()) : "-"),
               Cell(run.has_summary() ? CountText(sum.entities_of_two_or_more()) : "-"),
               Cell(sum.has_score() ? ShareText(sum.score().expected_ppv()) : "-")});
  }
  return table.Finish();
}

absl::StatusOr<Html> RunsSection(Exchange& exchange, const std::string& project) {
  v1::ListLinkageRunsRequest request;
  request.set_project(project);
  BL_ASSIGN_OR_RETURN(const v1::ListLinkageRunsResponse list,
                      exchange.calls.Make(&v1::Linkage::Stub::ListLinkageRuns, request));
  const bool live = std::any_of(list.runs().begin(), list.runs().end(),
                                [](const auto& run) { return run.state() == v1::RUNNING; });
  Html html = Section("runs", "Linkage runs", RunRows(project, list), live);
  if (exchange.May("/blindlink.v1.Linkage/StartLinkage")) {
    html.Open("div", {{"class", "actions"}})
        .Add(LinkButton(Path({"projects", project, "start"}), "Start a run"))
        .Close();
  }
  return html;
}

absl::StatusOr<Html> UploadsSection(Exchange& exchange, const v1::ProjectInfo& project) {
  v1::ListUploadsRequest request;
  request.set_project(project.name());
  BL_ASSIGN_OR_RETURN(const v1::ListUploadsResponse list,
                      exchange.calls.Make(&v1::Upload::Stub::ListUploads, request));
  return Section("uploads", "Sites and uploads", SitesAndUploads(project, list),
                 AnyUnfinished(list));
}

absl::StatusOr<Html> ResultsSection(Exchange& exchange, const std::string& project) {
  v1::ListResultsRequest request;
  request.set_project(project);
  BL_ASSIGN_OR_RETURN(const v1::ListResultsResponse list,
                      exchange.calls.Make(&v1::Result::Stub::ListResults, request));
  Html html;
  html.Element("h2", "Results");
  if (list.results().empty()) return html.Add(Empty("No run has finished yet."));
  Table table("Fetch them with blindlink-researcher",
              {"Run", "Started", "Your grants", "#Match pairs"});
  for (const v1::ResultInfo& result : list.results()) {
    const bool counted = !result.by_grant() || result.grants_size() == 1;
    table.Row({Cell(result.run()), Cell(TimeText(result.started_unix_seconds())),
               Cell(result.by_grant() ? absl::StrJoin(result.grants(), ", ") : "none is needed"),
               Cell(counted ? CountText(result.match_pairs()) : "-")});
  }
  return html.Add(table.Finish());
}

void AddLinks(const Exchange& exchange, const v1::ProjectInfo& project, Html* html) {
  html->Open("div", {{"class", "actions"}});
  if (exchange.May("/blindlink.v1.Upload/ListUploads")) {
    html->Add(LinkButton(Path({"projects", project.name(), "quality"}), "Data quality"));
  }
  const bool grants = project.release() == v1::RELEASE_BY_GRANT;
  if (grants && exchange.May("/blindlink.v1.Access/ListGrants")) {
    html->Add(LinkButton(Path({"projects", project.name(), "access"}), "Access requests"));
  }
  if (HasReview(project) && exchange.May("/blindlink.v1.Review/ListReviewItems")) {
    html->Add(LinkButton(Path({"projects", project.name(), "review"}), "Review"));
  }
  html->Close();
}

}  // namespace

absl::StatusOr<Page> ShowProjects(Exchange& exchange) {
  BL_ASSIGN_OR_RETURN(
      const v1::ListProjectsResponse list,
      exchange.calls.Make(&v1::Project::Stub::ListProjects, v1::ListProjectsRequest()));
  Page page{.title = "Projects", .crumbs = {}, .body = {}};
  if (list.projects().empty()) {
    page.body.Add(Empty(
        exchange.visitor.party.role == Role::kCoordinator
            ? "There is no project yet. Create one with: blindlink-resolver project create"
            : "You take part in no project yet. The coordinator names the parties of a project."));
    return page;
  }
  Table table("", {"Project", "Sites", "Results are released", "Created", "State"});
  for (const v1::ProjectInfo& project : list.projects()) {
    if (!project.damage().empty()) {
      table.Row({Cell(project.name()), Cell("-"), Cell("-"), Cell("-"),
                 Html().Add(State("damaged", Mood::kBad)).Text(" ").Text(project.damage())});
      continue;
    }
    table.Row({ProjectRow(project), Cell(absl::StrJoin(project.sites(), ", ")),
               Cell(ReleaseText(project.release())), Cell(TimeText(project.created_unix_seconds())),
               State("open", Mood::kGood)});
  }
  page.body.Add(table.Finish());
  return page;
}

namespace {

// Who joined after the creation.
Html JoinedLater(const v1::ProjectInfo& project) {
  if (project.joined().empty()) return {};
  std::vector<std::string> words;
  for (const v1::JoinedParty& joined : project.joined()) {
    words.push_back(absl::StrCat(joined.site().empty() ? "researcher " : "site ",
                                 joined.site().empty() ? joined.researcher() : joined.site(), ", ",
                                 TimeText(joined.unix_seconds())));
  }
  return Note(absl::StrCat("Joined later: ", absl::StrJoin(words, "; "), "."), Mood::kPlain);
}

}  // namespace

absl::StatusOr<Page> ShowProject(Exchange& exchange) {
  v1::GetProjectRequest request;
  request.set_name(exchange.Name("project"));
  BL_ASSIGN_OR_RETURN(const v1::ProjectInfo project,
                      exchange.calls.Make(&v1::Project::Stub::GetProject, request));
  Page page{.title = project.name(), .crumbs = {{project.name(), ""}}, .body = {}};
  page.body.Add(DoneNote(exchange));
  page.body.Element(
      "p",
      absl::StrCat(
          "Created ", TimeText(project.created_unix_seconds()), ". Results are released ",
          ReleaseText(project.release()), ". Researchers: ",
          project.researchers().empty() ? "none" : absl::StrJoin(project.researchers(), ", "), "."),
      {{"class", "lead"}});
  page.body.Add(JoinedLater(project));
  AddLinks(exchange, project, &page.body);
  if (exchange.May("/blindlink.v1.Upload/ListUploads")) {
    BL_ASSIGN_OR_RETURN(const Html uploads, UploadsSection(exchange, project));
    page.body.Add(uploads);
  }
  if (exchange.May("/blindlink.v1.Linkage/ListLinkageRuns")) {
    BL_ASSIGN_OR_RETURN(const Html runs, RunsSection(exchange, project.name()));
    page.body.Add(runs);
  }
  if (exchange.May("/blindlink.v1.Result/ListResults")) {
    BL_ASSIGN_OR_RETURN(const Html results, ResultsSection(exchange, project.name()));
    page.body.Add(results);
  }
  return page;
}

}  // namespace blindlink::resolver
