#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "blindlink/v1/review_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "resolver/console/explanation.h"
#include "resolver/console/review_pair.h"
#include "resolver/console/review_words.h"
#include "resolver/console/router.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

constexpr uint32_t kItemsPerPage = 50;

std::string AddressOf(absl::string_view project, absl::string_view run,
                      const v1::ReviewItem& item) {
  return Path({"projects", project, "review", run, item.left().site(), item.left().record(),
               item.right().site(), item.right().record()});
}

std::string ShortName(const v1::RecordName& record) {
  return absl::StrCat(record.site(), " / ", record.record().substr(0, 8));
}

std::string ReasonsText(const v1::ReviewItem& item) {
  return absl::StrJoin(item.reasons(), ", ", [](std::string* out, int reason) {
    out->append(WordsFor(static_cast<v1::ReviewReason>(reason)));
  });
}

v1::ListReviewItemsRequest QueueRequest(const Exchange& exchange) {
  const ConsoleRequest& asked = exchange.request;
  v1::ListReviewItemsRequest request;
  request.set_project(exchange.Name("project"));
  request.set_run(asked.Value("run"));
  request.set_mine(asked.Value("show") == "mine");
  request.set_page_size(kItemsPerPage);
  request.set_page_token(asked.Value("page"));
  return request;
}

Html Queue(const Exchange& exchange, const v1::ListReviewItemsResponse& list) {
  const std::string& project = exchange.Name("project");
  Table table(
      absl::StrCat(CountText(list.matching()), " pairs of ", list.run(), ", the most useful first"),
      {"Pair", "#Score", "Band", "Why", "#Readers", "State"});
  for (const v1::ReviewItem& item : list.items()) {
    table.Row({Link(AddressOf(project, list.run(), item),
                    absl::StrCat(ShortName(item.left()), " and ", ShortName(item.right()))),
               Cell(absl::StrFormat("%.3f", item.probability())), Cell(item.band()),
               Cell(ReasonsText(item)), Cell(CountText(item.readers())), StateOf(item)});
  }
  Html html;
  html.Add(table.empty() ? Empty("No pair of this run waits for a look.") : table.Finish());
  if (list.next_page_token().empty()) return html;
  return html.Open("nav", {{"class", "actions"}, {"aria-label", "Further pairs"}})
      .Add(LinkButton(absl::StrCat(Path({"projects", project, "review"}), "?run=", list.run(),
                                   "&show=", exchange.request.Value("show") == "mine" ? "mine" : "",
                                   "&page=", QueryEscape(list.next_page_token())),
                      "Further pairs"))
      .Close();
}

// Each leads to a page of its own that asks for the reason and records the decision.
Html Verdicts(const Exchange& exchange) {
  const std::string decide = AddressOfPair(exchange) + "/decide?as=";
  return Html()
      .Open("div", {{"class", "actions"}})
      .Add(LinkButton(decide + "link", "One person"))
      .Add(LinkButton(decide + "apart", "Two persons"))
      .Add(LinkButton(decide + "undecided", "It cannot be said"))
      .Close();
}

}  // namespace

absl::StatusOr<Page> ShowReview(Exchange& exchange) {
  const std::string& project = exchange.Name("project");
  BL_ASSIGN_OR_RETURN(
      const v1::ListReviewItemsResponse list,
      exchange.calls.Make(&v1::Review::Stub::ListReviewItems, QueueRequest(exchange)));
  v1::GetReviewStatisticsRequest statistics_request;
  statistics_request.set_project(project);
  BL_ASSIGN_OR_RETURN(
      const v1::ReviewStatistics statistics,
      exchange.calls.Make(&v1::Review::Stub::GetReviewStatistics, statistics_request));
  Page page{.title = "Review",
            .crumbs = {{project, Path({"projects", project})}, {"Review", ""}},
            .body = {}};
  page.body.Element("p",
                    "Pairs that are worth a look. A decision belongs to the project: later runs "
                    "follow it, also after a new upload.",
                    {{"class", "lead"}});
  page.body.Add(StatisticsOf(statistics));
  const std::string here = absl::StrCat(Path({"projects", project, "review"}), "?run=", list.run());
  page.body.Open("div", {{"class", "actions"}})
      .Add(LinkButton(here, "All pairs"))
      .Add(LinkButton(here + "&show=mine", "Only those that I have not decided"))
      .Close();
  page.body.Add(Queue(exchange, list));
  return page;
}

absl::StatusOr<Page> ShowReviewItem(Exchange& exchange) {
  const std::string& project = exchange.Name("project");
  BL_ASSIGN_OR_RETURN(const v1::ReviewItemDetails details,
                      exchange.calls.Make(&v1::Review::Stub::GetReviewItem,
                                          PairOf<v1::GetReviewItemRequest>(exchange)));
  const v1::ReviewItem& item = details.item();
  Page page{.title = "A pair to review",
            .crumbs = {{project, Path({"projects", project})},
                       {"Review", absl::StrCat(Path({"projects", project, "review"}),
                                               "?run=", exchange.Name("run"))},
                       {"A pair", ""}},
            .body = {}};
  page.body.Add(DoneNote(exchange));
  page.body.Open("p", {{"class", "lead"}})
      .Add(StateOf(item))
      .Text(" ")
      .Text(ReasonsText(item))
      .Close();
  page.body.Add(RecordsOf(item));
  page.body.Element("h2", "Why the run decided so").Add(ExplanationOf(details.explanation()));
  page.body.Element("h2", "Decisions").Add(DecisionsOf(details));
  if (exchange.May("/blindlink.v1.Review/DecidePair")) {
    page.body.Element("h2", "Your decision").Add(Verdicts(exchange));
  }
  if (!item.asked() && exchange.May("/blindlink.v1.Review/AskSites")) {
    page.body.Open("div", {{"class", "actions"}})
        .Add(LinkButton(AddressOfPair(exchange) + "/ask", "Ask the two sites"))
        .Close();
  }
  return page;
}

}  // namespace blindlink::resolver
