#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "blindlink/v1/review_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "resolver/console/review_pair.h"
#include "resolver/console/review_words.h"
#include "resolver/console/router.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

// Characters: a form of so many has less than the 8 KiB that cpp-httplib takes, in any writing.
constexpr size_t kLongestReason = 800;

// A verdict as addresses and forms say it, and what recording it means.
struct VerdictRow {
  const char* word;
  v1::Verdict verdict;
  const char* title;
  const char* effect;
};
constexpr VerdictRow kVerdicts[] = {
    {"link", v1::VERDICT_LINK, "Record that they are one person?",
     "Every later run links these two records, also after a new upload."},
    {"apart", v1::VERDICT_DO_NOT_LINK, "Record that they are two persons?",
     "No later run puts these two records into one entity, whatever chain would join them."},
    {"undecided", v1::VERDICT_UNDECIDED, "Record that it cannot be said?",
     "It is kept that you have looked; later runs decide about the pair as before."},
};

absl::StatusOr<VerdictRow> VerdictOf(const Exchange& exchange) {
  const std::string& word = exchange.request.Value("as");
  for (const VerdictRow& row : kVerdicts) {
    if (word == row.word) return row;
  }
  return absl::InvalidArgumentError(
      "the request says neither link nor apart nor undecided: open the pair and choose there");
}

Page AskingPage(const Exchange& exchange, const std::string& title) {
  return {.title = title,
          .crumbs = {{exchange.Name("project"), Path({"projects", exchange.Name("project")})},
                     {"A pair", AddressOfPair(exchange)},
                     {title, ""}},
          .body = {}};
}

}  // namespace

absl::StatusOr<Page> ShowVerdict(Exchange& exchange) {
  BL_RETURN_IF_ERROR(exchange.Require("/blindlink.v1.Review/DecidePair"));
  BL_ASSIGN_OR_RETURN(const VerdictRow row, VerdictOf(exchange));
  BL_ASSIGN_OR_RETURN(const v1::ReviewItemDetails details,
                      exchange.calls.Make(&v1::Review::Stub::GetReviewItem,
                                          PairOf<v1::GetReviewItemRequest>(exchange)));
  Page page = AskingPage(exchange, row.title);
  page.body.Element("p", row.effect, {{"class", "lead"}});
  page.body.Add(RecordsOf(details.item()));
  Html fields;
  fields.Void("input", {{"type", "hidden"}, {"name", "as"}, {"value", row.word}});
  fields.Add(TextArea("reason", "Reason", "At least a sentence, without any value of a person.",
                      kLongestReason));
  page.body.Add(
      ChangeForm(exchange, AddressOfPair(exchange) + "/decide", fields, "Record my decision"));
  return page;
}

absl::StatusOr<Page> DecideReviewItem(Exchange& exchange) {
  BL_ASSIGN_OR_RETURN(const VerdictRow row, VerdictOf(exchange));
  auto request = PairOf<v1::DecidePairRequest>(exchange);
  request.set_verdict(row.verdict);
  request.set_reason(exchange.request.Text("reason"));
  BL_RETURN_IF_ERROR(exchange.calls.Make(&v1::Review::Stub::DecidePair, request).status());
  return Done(exchange, AddressOfPair(exchange));
}

absl::StatusOr<Page> ShowAskSites(Exchange& exchange) {
  BL_RETURN_IF_ERROR(exchange.Require("/blindlink.v1.Review/AskSites"));
  Page page = AskingPage(exchange, "Ask the two sites?");
  const Html words = Html().Element(
      "p",
      "Each site is asked about its own record alone: whether its values are of one person, and "
      "right. The question says nothing of the other record. It counts towards each site's quota.");
  page.body.Add(ChangeForm(exchange, AddressOfPair(exchange) + "/ask", words, "Ask them"));
  return page;
}

absl::StatusOr<Page> AskSites(Exchange& exchange) {
  BL_RETURN_IF_ERROR(
      exchange.calls.Make(&v1::Review::Stub::AskSites, PairOf<v1::AskSitesRequest>(exchange))
          .status());
  return Done(exchange, AddressOfPair(exchange));
}

}  // namespace blindlink::resolver
