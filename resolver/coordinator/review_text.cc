#include "resolver/coordinator/review_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "resolver/coordinator/explanation_text.h"
#include "resolver/coordinator/record_name.h"

namespace blindlink::resolver {
namespace {

// "REASON_BAND_LOW" after "REASON_" as "band-low".
std::string Word(absl::string_view name, absl::string_view prefix) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(absl::StripPrefix(name, prefix)), {{"_", "-"}});
}

std::string TimeText(int64_t unix_seconds) {
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

std::string AnswerText(v1::SiteVerdict answer) {
  if (answer == v1::SITE_VERDICT_UNSPECIFIED) return "no answer yet";
  return Word(v1::SiteVerdict_Name(answer), "SITE_");
}

std::string StateText(const v1::ReviewItem& item) {
  return item.state() == v1::REVIEW_STANDS ? WordFor(item.verdict()) : WordFor(item.state());
}

void AppendItem(const v1::ReviewItem& item, std::string* out) {
  std::vector<std::string> reasons;
  for (const int reason : item.reasons()) {
    reasons.push_back(WordFor(static_cast<v1::ReviewReason>(reason)));
  }
  absl::StrAppendFormat(out, "%6.4f  %3d+%-3d  %-14s  %s\n", item.probability(), item.left_entity(),
                        item.right_entity(), StateText(item), absl::StrJoin(reasons, ", "));
  absl::StrAppend(out, "        ", TextOf(item.left()), "\n        ", TextOf(item.right()), "\n");
}

void AppendDecisions(const v1::ReviewItemDetails& details, std::string* out) {
  for (const v1::ReviewDecision& decision : details.decisions()) {
    absl::StrAppendFormat(out, "  %s  %-12s %s%s: %s\n", TimeText(decision.unix_seconds()),
                          WordFor(decision.verdict()), decision.coordinator(),
                          decision.superseded() ? " (superseded)" : "", decision.reason());
  }
  if (details.hidden_decisions() > 0) {
    absl::StrAppend(out, "  ", details.hidden_decisions(),
                    " by others, hidden until you have decided yourself\n");
  }
}

std::string Interval(double value, double low, double high) {
  return absl::StrFormat("%.4f (%.4f to %.4f)", value, low, high);
}

}  // namespace

std::string WordFor(v1::Verdict verdict) {
  if (verdict == v1::VERDICT_UNSPECIFIED) return "-";
  return Word(v1::Verdict_Name(verdict), "VERDICT_");
}

std::string WordFor(v1::ReviewReason reason) {
  return Word(v1::ReviewReason_Name(reason), "REASON_");
}

std::string WordFor(v1::ReviewState state) { return Word(v1::ReviewState_Name(state), "REVIEW_"); }

std::string ReviewText(const v1::ListReviewItemsResponse& list) {
  std::string out = absl::StrCat("run     ", list.run(), "\npairs   ", list.matching(), "\n");
  for (const v1::ReasonCount& count : list.reasons()) {
    absl::StrAppendFormat(&out, "  %-18s %d\n", WordFor(count.reason()), count.pairs());
  }
  if (list.left_out() > 0) {
    absl::StrAppend(&out, "the ", list.left_out(), " least useful are not listed\n");
  }
  absl::StrAppend(&out, "\nscore   entities  state           why\n");
  for (const v1::ReviewItem& item : list.items()) AppendItem(item, &out);
  if (!list.next_page_token().empty()) {
    absl::StrAppend(&out, "\nmore: --page ", list.next_page_token(), "\n");
  }
  return out;
}

std::string ReviewText(const v1::ReviewItemDetails& details) {
  std::string out = ExplanationText(details.explanation());
  absl::StrAppend(&out, "\nreview        ", StateText(details.item()), "\n");
  AppendDecisions(details, &out);
  for (const v1::SiteAnswer& answer : details.answers()) {
    absl::StrAppend(&out, "  asked ", answer.record().site(), " on ",
                    TimeText(answer.asked_unix_seconds()), ": ", AnswerText(answer.answer()), "\n");
  }
  return out;
}

std::string ReviewText(const v1::ListReviewConflictsResponse& conflicts) {
  if (conflicts.conflicts().empty()) return "No decisions contradict each other.\n";
  std::string out;
  for (const v1::ReviewConflict& conflict : conflicts.conflicts()) {
    absl::StrAppend(&out, "do not link  ", TextOf(conflict.left()), "\n             ",
                    TextOf(conflict.right()), "\nbut linked by\n");
    for (const v1::ConflictLink& link : conflict.chain()) {
      absl::StrAppendFormat(&out, "  %6.4f%s  %s\n            %s\n", link.probability(),
                            link.dropped() ? " (dropped)" : "", TextOf(link.left()),
                            TextOf(link.right()));
    }
  }
  return out;
}

std::string ReviewText(const v1::ReviewStatistics& statistics) {
  std::string out = absl::StrFormat(
      "second reader   %s\npairs decided   %d (%d decisions)\n  link            %d\n"
      "  do not link     %d\n  undecided       %d\n  await a reader  %d\n  readers differ  %d\n"
      "conflicts       %d\nquestions       %d, answered %d\nsamples         %s\n",
      statistics.rules().second_reader() ? "yes" : "no", statistics.pairs_decided(),
      statistics.decisions(), statistics.links(), statistics.do_not_links(), statistics.undecided(),
      statistics.await_reader(), statistics.readers_differ(), statistics.conflicts(),
      statistics.questions(), statistics.answered(), absl::StrJoin(statistics.samples(), ", "));
  absl::StrAppend(&out, "\nagreement\n");
  for (const v1::ReaderAgreement& agreement : statistics.agreement()) {
    const std::string who = agreement.first().empty()
                                ? "first and second reading"
                                : absl::StrCat(agreement.first(), " and ", agreement.second());
    absl::StrAppendFormat(&out, "  %-28s %d of %d agree", who, agreement.agreed(),
                          agreement.pairs());
    if (agreement.has_kappa()) {
      absl::StrAppend(&out, "; kappa ",
                      Interval(agreement.kappa(), agreement.kappa_low(), agreement.kappa_high()));
    }
    absl::StrAppend(&out, "\n");
  }
  return out;
}

std::string ReviewText(const v1::ReviewSample& sample) {
  std::string out =
      absl::StrCat("sample  ", sample.sample(), " of ", sample.run(), "\npairs   ", sample.pairs(),
                   "\n\nscore         matched  in the run  sampled\n");
  for (const v1::SampleStratum& stratum : sample.strata()) {
    absl::StrAppendFormat(&out, "%.2f to %.2f  %-7s  %10d  %7d\n", stratum.low(), stratum.high(),
                          stratum.matched() ? "yes" : "no", stratum.pairs(), stratum.sampled());
  }
  return out;
}

std::string ReviewText(const v1::SampleQuality& quality) {
  std::string out =
      absl::StrCat("sample   ", quality.sample().sample(), " of ", quality.sample().run(),
                   "\ndecided  ", quality.decided(), " of ", quality.sample().pairs(), "\n");
  if (!quality.usable()) {
    absl::StrAppend(&out, "\nNothing can be said yet: a stratum has no decided pair.\n");
  } else {
    absl::StrAppend(
        &out, "\n",
        absl::StrFormat("%-14s %9s  %-26s  %s\n", "threshold", "pairs", "PPV", "sensitivity"));
  }
  for (const v1::QualityRow& row : quality.rows()) {
    absl::StrAppendFormat(
        &out, "%-14s %9d  %-26s  %s\n",
        row.as_decided() ? "as decided" : absl::StrFormat("%.2f", row.threshold()), row.pairs(),
        Interval(row.ppv(), row.ppv_low(), row.ppv_high()),
        Interval(row.sensitivity(), row.sensitivity_low(), row.sensitivity_high()));
  }
  absl::StrAppend(&out, "\nThe run itself expected a PPV of ",
                  Interval(quality.run_ppv(), quality.run_ppv_low(), quality.run_ppv_high()),
                  absl::StrFormat(" and a sensitivity, of all pairs of one person, of %.4f.\n",
                                  quality.run_sensitivity()));
  for (const std::string& warning : quality.warnings()) {
    absl::StrAppend(&out, "- ", warning, "\n");
  }
  return out;
}

}  // namespace blindlink::resolver
