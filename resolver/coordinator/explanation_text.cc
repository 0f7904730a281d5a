#include "resolver/coordinator/explanation_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "resolver/coordinator/record_name.h"

namespace blindlink::resolver {
namespace {

const char* WordsFor(v1::Outcome outcome) {
  switch (outcome) {
    case v1::MATCHED:
      return "matched";
    case v1::MATCHED_BY_ENTITY:
      return "matched: below the threshold, but other pairs make one entity of the two records";
    case v1::MATCHED_APART:
      return "matched, but in two entities: one would have been larger than the plan allows";
    case v1::BELOW_THRESHOLD:
      return "not matched: below the threshold";
    case v1::BETTER_PAIR:
      return "not matched: one of the records has a better pair, and a site has one record per "
             "person";
    case v1::ENTITIES_APART:
      return "not matched: it reached the threshold, but all pairs of the two entities together "
             "speak against one person";
    case v1::NO_RULE:
      return "not matched: the plan asks for a match rule, and none holds";
    case v1::MATCHED_BY_DECISION:
      return "matched: people decided that the two records are one person";
    case v1::APART_BY_DECISION:
      return "not matched: people decided that two records of the two entities are two persons";
    default:
      return "not matched: the records share no token that the run used, or rules alone decided "
             "and none holds";
  }
}

const char* DecisionWords(const v1::PairExplanation& pair) {
  if (pair.outcome() == v1::NOT_CONSIDERED && !pair.match_keys().empty()) {
    return "not matched: the pair was hopeless (a probability below 0.05)";
  }
  return WordsFor(pair.outcome());
}

// Of a pair inside one entity.
const char* ShortWordsFor(v1::Outcome outcome) {
  switch (outcome) {
    case v1::MATCHED:
      return "matched";
    case v1::MATCHED_BY_ENTITY:
      return "by its entity";
    case v1::MATCHED_BY_DECISION:
      return "decided";
    case v1::NO_RULE:
      return "no rule";
    default:
      return "not matched";
  }
}

const char* WordFor(v1::Agreement agreement) {
  switch (agreement) {
    case v1::MISSING:
      return "missing";
    case v1::DIFFER:
      return "differ";
    case v1::CLOSE:
      return "close";
    case v1::AGREE:
      return "agree";
    default:
      return "";
  }
}

std::string EntitiesText(const v1::PairExplanation& pair) {
  if (pair.right_entity() == 0) return absl::StrCat("one, of ", pair.left_entity(), " records");
  return absl::StrCat("two, of ", pair.left_entity(), " and ", pair.right_entity(), " records");
}

void AppendScore(const v1::PairExplanation& pair, std::string* out) {
  absl::StrAppendFormat(out, "probability   %.4f; the threshold is %.4f\n", pair.probability(),
                        pair.min_score());
  if (pair.through_one_token()) {
    absl::StrAppend(out, "              seen through one token: codes may agree by accident\n");
  }
  absl::StrAppendFormat(out, "\n%-24s %-8s %-28s %6s\n", "field", "", "level", "bits");
  for (const v1::FieldEvidence& field : pair.fields()) {
    absl::StrAppendFormat(out, "%-24s %-8s %-28s %+6.1f\n", field.field(),
                          WordFor(field.agreement()), field.level(), field.bits());
  }
  absl::StrAppend(out, "\nwhat the two may be\n");
  for (const v1::ClassOdds& odds : pair.classes()) {
    absl::StrAppendFormat(out, "  %-32s %.4f\n", odds.name(), odds.probability());
  }
  if (pair.changes().empty()) {
    absl::StrAppend(out, "\nno other level of a single field would have changed the decision\n");
    return;
  }
  absl::StrAppend(out, "\na single field that would have changed the decision\n");
  for (const v1::Change& change : pair.changes()) {
    absl::StrAppendFormat(out, "  %-24s %-28s %.4f\n", change.field(), change.level(),
                          change.probability());
  }
}

void AppendReasons(const v1::PairExplanation& pair, std::string* out) {
  if (!pair.rule().empty()) absl::StrAppend(out, "rule or band  ", pair.rule(), "\n");
  absl::StrAppend(out, "match keys    ", absl::StrJoin(pair.match_keys(), ", "), "\n");
  if (!pair.classes().empty()) AppendScore(pair, out);
}

std::string FormsText(const google::protobuf::RepeatedPtrField<std::string>& forms) {
  return forms.empty() ? "as it is" : absl::StrJoin(forms, ", ");
}

void AppendTokens(const v1::PairExplanation& pair, std::string* out) {
  absl::StrAppendFormat(out, "\n%-28s %-36s %s\n", "shared token, match key", "left", "right");
  for (const v1::SharedToken& token : pair.tokens()) {
    absl::StrAppendFormat(out, "%-28s %-36s %s%s\n", token.match_key(),
                          FormsText(token.left_forms()), FormsText(token.right_forms()),
                          token.may_meet() ? "" : "  (no pair: both are stretched)");
  }
}

}  // namespace

std::string ExplanationText(const v1::PairExplanation& pair) {
  std::string out =
      absl::StrCat("run           ", pair.run(), "\nleft          ", TextOf(pair.left()),
                   "\nright         ", TextOf(pair.right()), "\ndecision      ",
                   DecisionWords(pair), "\nentities      ", EntitiesText(pair), "\n");
  if (pair.outcome() != v1::NOT_CONSIDERED || !pair.match_keys().empty()) AppendReasons(pair, &out);
  if (!pair.tokens().empty()) AppendTokens(pair, &out);
  return out;
}

std::string ExplanationText(const v1::EntityExplanation& entity) {
  std::string out =
      absl::StrCat("run       ", entity.run(), "\nrecords   ", entity.records_size(), "\n");
  int number = 0;
  for (const v1::RecordName& record : entity.records()) {
    absl::StrAppendFormat(&out, "  %2d  %s\n", ++number, TextOf(record));
  }
  if (entity.pairs().empty()) return out;
  absl::StrAppend(&out,
                  "\npairs: what people linked, then the best first; + connects records that no "
                  "pair before it did\n");
  for (const v1::EntityPairExplanation& pair : entity.pairs()) {
    absl::StrAppendFormat(&out, "  %c %2d - %2d  %.4f  %-13s  %s\n", pair.connects() ? '+' : ' ',
                          pair.left() + 1, pair.right() + 1, pair.probability(),
                          ShortWordsFor(pair.outcome()), absl::StrJoin(pair.match_keys(), ", "));
  }
  return out;
}

}  // namespace blindlink::resolver
