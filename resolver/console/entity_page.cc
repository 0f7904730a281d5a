#include <string>

#include "absl/status/status.h"
#include "blindlink/v1/explanation_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "resolver/console/entity_growth.h"
#include "resolver/console/router.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

Html Form(const Exchange& exchange) {
  const ConsoleRequest& asked = exchange.request;
  Html html;
  html.Open("form", {{"class", "card"}, {"method", "get"}});
  html.Add(TextInput("site", "Site of one of its records", asked.Value("site")));
  html.Add(TextInput("record", "Pseudonym of that record", asked.Value("record")));
  html.Element("p", "A pseudonym has 32 hexadecimal digits, as in the file of the entities.",
               {{"class", "hint"}});
  return html.Open("div", {{"class", "actions"}})
      .Element("button", "Explain", {{"type", "submit"}})
      .Close()
      .Close();
}

}  // namespace

absl::StatusOr<Page> ShowEntity(Exchange& exchange) {
  BL_RETURN_IF_ERROR(exchange.Require("/blindlink.v1.Explanation/ExplainEntity"));
  const std::string& project = exchange.Name("project");
  const std::string& run = exchange.Name("run");
  const std::string run_address = Path({"projects", project, "runs", run});
  Page page{.title = "Explain an entity",
            .crumbs = {{project, Path({"projects", project})},
                       {run, run_address},
                       {"Explain an entity", ""}},
            .body = {}};
  page.body.Add(Form(exchange));
  const ConsoleRequest& asked = exchange.request;
  if (asked.Value("record").empty()) return page;
  v1::ExplainEntityRequest request;
  request.set_project(project);
  request.set_run(run);
  request.mutable_record()->set_site(asked.Value("site"));
  request.mutable_record()->set_record(asked.Value("record"));
  const absl::StatusOr<v1::EntityExplanation> explained =
      exchange.calls.Make(&v1::Explanation::Stub::ExplainEntity, request);
  page.body.Add(explained.ok() ? GrowthOf(*explained, run_address)
                               : Note(explained.status().message(), Mood::kBad));
  return page;
}

}  // namespace blindlink::resolver
