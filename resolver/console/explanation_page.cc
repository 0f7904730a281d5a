#include <string>

#include "blindlink/v1/explanation_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "resolver/console/explanation.h"
#include "resolver/console/router.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

Html Form(const Exchange& exchange) {
  const ConsoleRequest& asked = exchange.request;
  Html html;
  html.Open("form", {{"class", "card"}, {"method", "get"}});
  html.Open("div", {{"class", "two"}}).Open("div");
  html.Add(TextInput("left_site", "First record: site", asked.Value("left_site")));
  html.Add(TextInput("left", "First record: pseudonym", asked.Value("left")));
  html.Close().Open("div");
  html.Add(TextInput("right_site", "Second record: site", asked.Value("right_site")));
  html.Add(TextInput("right", "Second record: pseudonym", asked.Value("right")));
  html.Close().Close();
  html.Element(
      "p", "Pseudonyms have 32 hexadecimal digits, as in the files of match pairs and entities.",
      {{"class", "hint"}});
  html.Open("label", {{"class", "inline"}})
      .Void("input", {{"type", "checkbox"}, {"name", "tokens"}, {"value", "yes"}})
      .Text(
          " Also find the tokens that the two share, and in which forms: takes as long as reading "
          "all tokens of the smaller of their sites")
      .Close();
  return html.Open("div", {{"class", "actions"}})
      .Element("button", "Explain", {{"type", "submit"}})
      .Close()
      .Close();
}

}  // namespace

absl::StatusOr<Page> ShowExplanation(Exchange& exchange) {
  const std::string& project = exchange.Name("project");
  const std::string& run = exchange.Name("run");
  Page page{.title = "Explain a pair",
            .crumbs = {{project, Path({"projects", project})},
                       {run, Path({"projects", project, "runs", run})},
                       {"Explain a pair", ""}},
            .body = {}};
  page.body.Add(Form(exchange));
  const ConsoleRequest& asked = exchange.request;
  if (asked.Value("left").empty()) return page;
  v1::ExplainPairRequest request;
  request.set_project(project);
  request.set_run(run);
  request.mutable_left()->set_site(asked.Value("left_site"));
  request.mutable_left()->set_record(asked.Value("left"));
  request.mutable_right()->set_site(asked.Value("right_site"));
  request.mutable_right()->set_record(asked.Value("right"));
  request.set_with_tokens(asked.Value("tokens") == "yes");
  const absl::StatusOr<v1::PairExplanation> explained =
      exchange.calls.Make(&v1::Explanation::Stub::ExplainPair, request);
  if (absl::IsPermissionDenied(explained.status())) return explained.status();
  page.body.Add(explained.ok() ? ExplanationOf(*explained)
                               : Note(explained.status().message(), Mood::kBad));
  return page;
}

}  // namespace blindlink::resolver
