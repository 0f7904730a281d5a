#include "resolver/console/review_words.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/hex.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

const char* WordsFor(v1::SiteVerdict verdict) {
  switch (verdict) {
    case v1::SITE_YES:
      return "one person, and right";
    case v1::SITE_NO:
      return "several persons, or wrong";
    case v1::SITE_UNKNOWN:
      return "cannot tell";
    default:
      return "no answer yet";
  }
}

Html Agreement(const v1::ReviewStatistics& statistics) {
  Table table("How far readers agree; kappa: 1 is full agreement, 0 as by chance",
              {"First reader", "Second reader", "#Pairs", "#Agreed", "#Kappa"});
  for (const v1::ReaderAgreement& one : statistics.agreement()) {
    if (one.pairs() == 0) continue;
    table.Row({Cell(one.first().empty() ? "whoever read first" : one.first()),
               Cell(one.second().empty() ? "whoever read second" : one.second()),
               Cell(CountText(one.pairs())), Cell(CountText(one.agreed())),
               Cell(one.has_kappa() ? absl::StrFormat("%.2f (%.2f to %.2f)", one.kappa(),
                                                      one.kappa_low(), one.kappa_high())
                                    : "-")});
  }
  return table.empty() ? Html() : table.Finish();
}

}  // namespace

const char* WordsFor(v1::ReviewReason reason) {
  switch (reason) {
    case v1::REASON_BAND_LOW:
      return "low score";
    case v1::REASON_BAND_REVIEW:
      return "score to review";
    case v1::REASON_BETTER_PAIR:
      return "a better pair exists";
    case v1::REASON_JOIN_REFUSED:
      return "join refused";
    case v1::REASON_ENTITY_TOO_LARGE:
      return "entity too large";
    case v1::REASON_LINK_DROPPED:
      return "link dropped";
    case v1::REASON_IN_SAMPLE:
      return "in a sample";
    case v1::REASON_DECIDED:
      return "decided before";
    default:
      return "other";
  }
}

const char* WordsFor(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_LINK:
      return "one person";
    case v1::VERDICT_DO_NOT_LINK:
      return "two persons";
    case v1::VERDICT_UNDECIDED:
      return "cannot be said";
    default:
      return "none";
  }
}

Html StateOf(const v1::ReviewItem& item) {
  switch (item.state()) {
    case v1::REVIEW_OPEN:
      return State("open", Mood::kPlain);
    case v1::REVIEW_AWAITS_READER:
      return State("waits for a second reader", Mood::kWarn);
    case v1::REVIEW_READERS_DIFFER:
      return State("readers differ", Mood::kBad);
    case v1::REVIEW_STANDS:
      return State(WordsFor(item.verdict()), Mood::kGood);
    default:
      return Html();
  }
}

Html RecordsOf(const v1::ReviewItem& item) {
  return PlainFacts({{"First record", item.left().site(), item.left().record()},
                     {"Second record", item.right().site(), item.right().record()}});
}

Html StatisticsOf(const v1::ReviewStatistics& statistics) {
  Html html;
  html.Add(Facts({{"Pairs decided", CountText(statistics.pairs_decided()),
                   absl::StrCat(CountText(statistics.links()), " one person, ",
                                CountText(statistics.do_not_links()), " two, ",
                                CountText(statistics.undecided()), " undecided")},
                  {"Wait for a second reader", CountText(statistics.await_reader())},
                  {"Readers differ", CountText(statistics.readers_differ())},
                  {"Conflicts", CountText(statistics.conflicts()), "decisions that contradict"},
                  {"Questions to sites", CountText(statistics.questions()),
                   absl::StrCat(CountText(statistics.answered()), " answered")}}));
  return html.Add(Agreement(statistics));
}

Html DecisionsOf(const v1::ReviewItemDetails& details) {
  Table table("Decisions", {"#Number", "Coordinator", "Verdict", "Reason", "When", "Certificate"});
  for (const v1::ReviewDecision& one : details.decisions()) {
    Html verdict = Html().Text(WordsFor(one.verdict()));
    if (one.superseded()) verdict.Text(" ").Add(State("superseded", Mood::kPlain));
    table.Row({Cell(CountText(one.number())), Cell(one.coordinator()), verdict, Cell(one.reason()),
               Cell(TimeText(one.unix_seconds())),
               Html().Element("code", HexEncode(one.fingerprint()).substr(0, 16))});
  }
  Html html;
  if (!table.empty()) {
    html.Add(table.Finish());
  } else if (details.hidden_decisions() == 0) {
    html.Add(Empty("Nobody has decided about this pair yet."));
  }
  if (details.hidden_decisions() > 0) {
    html.Add(Note(absl::StrCat(details.hidden_decisions(),
                               " decisions of others are hidden until you have decided yourself."),
                  Mood::kPlain));
  }
  if (details.answers().empty()) return html;
  Table answers("What the sites say of their own record", {"Site", "Answer", "Asked", "Answered"});
  for (const v1::SiteAnswer& answer : details.answers()) {
    answers.Row({Cell(answer.record().site()), Cell(WordsFor(answer.answer())),
                 Cell(TimeText(answer.asked_unix_seconds())),
                 Cell(TimeText(answer.answered_unix_seconds()))});
  }
  return html.Add(answers.Finish());
}

}  // namespace blindlink::resolver
