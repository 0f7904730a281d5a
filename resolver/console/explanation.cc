#include "resolver/console/explanation.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

constexpr int kMostChangesShown = 8;

Html AgreementState(v1::Agreement agreement) {
  switch (agreement) {
    case v1::MISSING:
      return State("missing", Mood::kPlain);
    case v1::DIFFER:
      return State("differ", Mood::kBad);
    case v1::CLOSE:
      return State("close", Mood::kWarn);
    case v1::AGREE:
      return State("agree", Mood::kGood);
    default:
      return Html();
  }
}

bool IsMatch(v1::Outcome outcome) {
  return outcome == v1::MATCHED || outcome == v1::MATCHED_BY_ENTITY ||
         outcome == v1::MATCHED_APART || outcome == v1::MATCHED_BY_DECISION;
}

std::string BitsText(double bits) {
  return std::abs(bits) < 0.05 ? "0.0" : absl::StrFormat("%+.1f", bits);
}

Html Fields(const v1::PairExplanation& pair) {
  double heaviest = 1;
  for (const v1::FieldEvidence& field : pair.fields()) {
    heaviest = std::max(heaviest, std::abs(field.bits()));
  }
  Table table("Fields: each bit for one person doubles the odds, each bit against halves them",
              {"Field", "They", "Level", "#Bits", ""});
  for (const v1::FieldEvidence& field : pair.fields()) {
    table.Row({Cell(field.field()), AgreementState(field.agreement()), Cell(field.level()),
               Cell(BitsText(field.bits())),
               Bar(std::abs(field.bits()) / heaviest, field.bits() < 0)});
  }
  return table.empty() ? Html() : table.Finish();
}

Html Classes(const v1::PairExplanation& pair) {
  Table table("What the two records may be", {"They are", "#Probability", ""});
  for (const v1::ClassOdds& odds : pair.classes()) {
    table.Row({Cell(odds.name()), Cell(ShareText(odds.probability())), Bar(odds.probability())});
  }
  return table.empty() ? Html() : table.Finish();
}

Html Changes(const v1::PairExplanation& pair) {
  Table table("What would have changed the decision", {"Field", "Level", "#Then the score is"});
  for (const v1::Change& change : pair.changes()) {
    table.Row({Cell(change.field()), Cell(change.level()),
               Cell(absl::StrFormat("%.3f", change.probability()))});
  }
  if (pair.changes_size() <= kMostChangesShown) return table.empty() ? Html() : table.Finish();
  return Html()
      .Open("details")
      .Element("summary",
               absl::StrCat(pair.changes_size(), " changes would have changed the decision"))
      .Add(table.Finish())
      .Close();
}

std::string FormsText(const google::protobuf::RepeatedPtrField<std::string>& forms) {
  return forms.empty() ? "as it is" : absl::StrJoin(forms, ", ");
}

Html Tokens(const v1::PairExplanation& pair) {
  Table table("Tokens that the two share in the index now", {"Match key", "First", "Second", ""});
  for (const v1::SharedToken& token : pair.tokens()) {
    table.Row({Cell(token.match_key()), Cell(FormsText(token.left_forms())),
               Cell(FormsText(token.right_forms())),
               token.may_meet() ? Html() : Cell("makes no pair: both are stretched")});
  }
  return table.empty() ? Html() : table.Finish();
}

std::string EntitiesText(const v1::PairExplanation& pair) {
  if (pair.left_entity() == 0 && pair.right_entity() == 0) return "";
  if (pair.left_entity() == 0 || pair.right_entity() == 0) {
    return absl::StrCat("both in one of ", pair.left_entity() + pair.right_entity(), " records");
  }
  return absl::StrCat("in two, of ", pair.left_entity(), " and ", pair.right_entity(), " records");
}

}  // namespace

const char* WordsFor(v1::Outcome outcome) {
  switch (outcome) {
    case v1::MATCHED:
      return "Matched.";
    case v1::MATCHED_BY_ENTITY:
      return "Matched: below the threshold, but other pairs make one entity of the two records.";
    case v1::MATCHED_APART:
      return "Matched, but in two entities: one would have been larger than the plan allows.";
    case v1::BELOW_THRESHOLD:
      return "Not matched: below the threshold.";
    case v1::BETTER_PAIR:
      return "Not matched: one of the records has a better pair, and a site has one record per "
             "person.";
    case v1::ENTITIES_APART:
      return "Not matched: it reached the threshold, but all pairs of the two entities together "
             "speak against one person.";
    case v1::NO_RULE:
      return "Not matched: the plan asks for a match rule, and none holds.";
    case v1::MATCHED_BY_DECISION:
      return "Matched: people decided that the two records are one person.";
    case v1::APART_BY_DECISION:
      return "Not matched: people decided that records of the two entities are two persons.";
    default:
      return "Not matched: the records share no token that the run used, or rules alone decided "
             "and none holds.";
  }
}

const char* DecisionWords(const v1::PairExplanation& pair) {
  if (pair.outcome() == v1::NOT_CONSIDERED && !pair.match_keys().empty()) {
    return "Not matched: the pair was hopeless (a probability below 0.05).";
  }
  return WordsFor(pair.outcome());
}

Html ExplanationOf(const v1::PairExplanation& pair) {
  Html html;
  html.Add(Note(DecisionWords(pair), IsMatch(pair.outcome()) ? Mood::kGood : Mood::kPlain));
  html.Add(PlainFacts(
      {{"Score", pair.probability() > 0 ? absl::StrFormat("%.4f", pair.probability()) : "",
        absl::StrFormat("threshold %.3f", pair.min_score())},
       {"Rule or band", pair.rule()},
       {"Shared match keys", absl::StrJoin(pair.match_keys(), ", "),
        pair.through_one_token() ? "All was seen through one token, so codes may agree by accident."
                                 : ""},
       {"Entities", EntitiesText(pair)}}));
  html.Add(Fields(pair));
  html.Open("div", {{"class", "two"}});
  html.Open("div").Add(Classes(pair)).Close().Open("div").Add(Changes(pair)).Close();
  return html.Close().Add(Tokens(pair));
}

}  // namespace blindlink::resolver
