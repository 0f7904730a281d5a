#include <string>

#include "absl/strings/str_cat.h"
#include "blindlink/v1/linkage_service.grpc.pb.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "resolver/console/router.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

std::vector<Crumb> CrumbsOf(const Exchange& exchange, const std::string& here) {
  const std::string& project = exchange.Name("project");
  return {{project, Path({"projects", project})}, {here, ""}};
}

}  // namespace

absl::StatusOr<Page> ShowStart(Exchange& exchange) {
  BL_RETURN_IF_ERROR(exchange.Require("/blindlink.v1.Linkage/StartLinkage"));
  v1::ListUploadsRequest request;
  request.set_project(exchange.Name("project"));
  BL_ASSIGN_OR_RETURN(const v1::ListUploadsResponse list,
                      exchange.calls.Make(&v1::Upload::Stub::ListUploads, request));
  Table table("What the run will use", {"Site", "Dataset", "#Records"});
  for (const v1::UploadInfo& upload : list.uploads()) {
    if (upload.state() != v1::COMMITTED) continue;
    table.Row({Cell(upload.manifest().site()), Cell(upload.manifest().dataset()),
               Cell(CountText(upload.records()))});
  }
  Page page{.title = "Start a linkage run?", .crumbs = {}, .body = {}};
  page.crumbs = CrumbsOf(exchange, page.title);
  if (table.empty()) {
    page.body.Add(Empty("No dataset is committed yet: a run would have nothing to link."));
    return page;
  }
  page.body.Add(table.Finish());
  const Html fields =
      Html()
          .Element("p", "All pairs of these datasets are compared by the project's plan.")
          .Open("label", {{"class", "inline"}})
          .Void("input", {{"type", "checkbox"}, {"name", "partial"}, {"value", "yes"}})
          .Text("Also if a site of the project has committed nothing")
          .Close();
  page.body.Add(ChangeForm(exchange, Path({"projects", exchange.Name("project"), "start"}), fields,
                           "Start the run"));
  return page;
}

absl::StatusOr<Page> Start(Exchange& exchange) {
  v1::StartLinkageRequest request;
  request.set_project(exchange.Name("project"));
  request.set_partial(exchange.request.Value("partial") == "yes");
  BL_ASSIGN_OR_RETURN(const v1::LinkageRun run,
                      exchange.calls.Make(&v1::Linkage::Stub::StartLinkage, request));
  return Done(exchange, Path({"projects", exchange.Name("project"), "runs", run.run()}));
}

absl::StatusOr<Page> ShowCancel(Exchange& exchange) {
  BL_RETURN_IF_ERROR(exchange.Require("/blindlink.v1.Linkage/CancelLinkage"));
  Page page{.title = absl::StrCat("Cancel ", exchange.Name("run"), "?"), .crumbs = {}, .body = {}};
  page.crumbs = CrumbsOf(exchange, page.title);
  const Html words =
      Html().Element("p", "The run stops and leaves no result. The datasets stay as they are.");
  page.body.Add(ChangeForm(
      exchange,
      Path({"projects", exchange.Name("project"), "runs", exchange.Name("run"), "cancel"}), words,
      "Cancel the run", true));
  return page;
}

absl::StatusOr<Page> Cancel(Exchange& exchange) {
  v1::GetLinkageRunRequest request;
  request.set_project(exchange.Name("project"));
  request.set_run(exchange.Name("run"));
  BL_RETURN_IF_ERROR(exchange.calls.Make(&v1::Linkage::Stub::CancelLinkage, request).status());
  return Done(exchange, Path({"projects", exchange.Name("project"), "runs", exchange.Name("run")}));
}

}  // namespace blindlink::resolver
