#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "blindlink/v1/linkage_service.grpc.pb.h"
#include "blindlink/v1/overview_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "resolver/console/router.h"
#include "resolver/console/run_preview.h"
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
  Page page{.title = "Start a linkage run?", .crumbs = {}, .body = {}};
  page.crumbs = CrumbsOf(exchange, page.title);
  v1::PreviewRunRequest request;
  request.set_project(exchange.Name("project"));
  const absl::StatusOr<v1::RunPreview> preview =
      exchange.calls.Make(&v1::Overview::Stub::PreviewRun, request);
  if (absl::IsFailedPrecondition(preview.status()) || absl::IsResourceExhausted(preview.status())) {
    page.body.Add(Note(absl::StrCat("A run cannot be started now: ", preview.status().message()),
                       Mood::kBad));
    return page;
  }
  BL_RETURN_IF_ERROR(preview.status());
  page.body.Add(PreviewOf(*preview));
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
