#include "resolver/linkage/match_pairs.h"

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/in_thread.h"
#include "common/base/status_macros.h"
#include "common/entity/entity_grower.h"
#include "common/score/quality_estimate.h"
#include "resolver/linkage/gathered_pairs.h"
#include "resolver/linkage/pair_choice.h"
#include "resolver/linkage/run_entities.h"
#include "resolver/linkage/run_score.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

// By rank: the lowest rank in the record's entity.
using FirstRanks = std::vector<uint32_t>;

bool IsMatch(PairOutcome outcome) {
  return outcome <= PairOutcome::kMatchedApart || outcome == PairOutcome::kMatchedByDecision;
}

// Writes the pairs that were considered, and those of them that match, which it counts.
class PairWriter {
 public:
  PairWriter(const v1::LinkagePlan& plan, const DecidedPairs& decided, const DecisionFiles& files)
      : plan_(plan),
        decided_(decided),
        files_(files),
        by_rule_(static_cast<size_t>(plan.match_rules_size())) {}

  // A pair that is not considered further.
  absl::Status AddFaint(const ScoredPairRow& pair) { return files_.faint.Append(pair); }
  // Pairs come in the order of left, right. Links that were followed and are not among them come in
  // between, without a score, a rule or match keys.
  absl::Status Add(const ConsideredPairRow& considered) {
    const std::pair<uint32_t, uint32_t> pair(considered.pair.left, considered.pair.right);
    BL_RETURN_IF_ERROR(AddLinksBefore(pair));
    if (!decided_.IsFollowed(pair.first, pair.second)) return Write(considered);
    ++next_decided_;
    ConsideredPairRow link = considered;
    link.outcome = PairOutcome::kMatchedByDecision;
    return Write(link);
  }
  // The links that come after all candidates. Call once, at the end.
  absl::Status AddRemainingLinks() {
    constexpr uint32_t kEnd = ~uint32_t{0};
    return AddLinksBefore({kEnd, kEnd});
  }

  absl::Status KeepScore(const storage::v1::StoredScoreModel& model) const {
    return WriteStored(files_.score, model);
  }

  // Whether pairs of this rule, or band, join entities.
  bool Joins(uint16_t rule) const {
    const v1::MatchLevel level = rule >= kFirstBand ? v1::FULL : plan_.match_rules(rule).level();
    const auto& joining = plan_.entity_rules().joining_levels();
    return std::find(joining.begin(), joining.end(), level) != joining.end();
  }

  void Fill(v1::RunSummary* summary) const {
    summary->set_match_pairs(files_.pairs.rows());
    for (int i = 0; i < plan_.match_rules_size(); ++i) {
      const v1::MatchRule& rule = plan_.match_rules(i);
      AddRule(rule.name(), rule.level(), by_rule_[static_cast<size_t>(i)], summary);
    }
    if (by_decision_ > 0) AddRule(kDecidedRuleName, v1::FULL, by_decision_, summary);
    if (plan_.scoring().decision() != v1::BY_SCORE) return;
    for (const Band band : kBands) {
      AddRule(NameOf(band), v1::FULL, by_band_[static_cast<size_t>(band)], summary);
    }
  }

 private:
  absl::Status Write(const ConsideredPairRow& considered) {
    BL_RETURN_IF_ERROR(files_.considered.Append(considered));
    if (!IsMatch(considered.outcome)) return absl::OkStatus();
    const ScoredPairRow& pair = considered.pair;
    PairRow match{pair.left, pair.right, pair.rule, considered.score, pair.match_keys};
    if (considered.outcome == PairOutcome::kMatchedByDecision) {
      match.rule = kDecidedRule;
      ++by_decision_;
    } else {
      const bool by_band = pair.rule >= kFirstBand;
      ++(by_band ? by_band_[pair.rule - kFirstBand] : by_rule_[pair.rule]);
    }
    return files_.pairs.Append(match);
  }

  absl::Status AddLinksBefore(const std::pair<uint32_t, uint32_t>& pair) {
    const std::vector<DecidedRow>& rows = decided_.rows();
    for (; next_decided_ < rows.size(); ++next_decided_) {
      const DecidedRow& row = rows[next_decided_];
      if (std::pair(row.left, row.right) >= pair) break;
      if (row.effect != DecisionEffect::kLinkFollowed) continue;
      ConsideredPairRow link;
      link.pair.left = row.left;
      link.pair.right = row.right;
      link.outcome = PairOutcome::kMatchedByDecision;
      BL_RETURN_IF_ERROR(Write(link));
    }
    return absl::OkStatus();
  }

  static void AddRule(const std::string& name, v1::MatchLevel level, uint64_t count,
                      v1::RunSummary* summary) {
    v1::RuleCount& out = *summary->add_rules();
    out.set_rule(name);
    out.set_level(level);
    out.set_pairs(count);
    if (level == v1::PARTIAL) {
      summary->set_match_pairs_partial(summary->match_pairs_partial() + count);
    } else {
      summary->set_match_pairs_full(summary->match_pairs_full() + count);
    }
  }

  const v1::LinkagePlan& plan_;
  const DecidedPairs& decided_;
  const DecisionFiles& files_;
  size_t next_decided_ = 0;
  std::vector<uint64_t> by_rule_;
  uint64_t by_band_[4] = {};
  uint64_t by_decision_ = 0;
};

absl::StatusOr<FirstRanks> DecideByRules(const DecisionInput& input, const FieldLevels& levels,
                                         std::unique_ptr<CandidateParts> candidates,
                                         const RunControl& control, PairWriter* writer,
                                         v1::RunSummary* summary) {
  BL_ASSIGN_OR_RETURN(const auto pairs,
                      GatheredPairs::Gather(input, levels, GatheredPairs::Which::kThatARuleHoldsFor,
                                            candidates.get(), control));
  candidates.reset();
  summary->set_candidate_pairs(pairs->candidates());
  const v1::LinkagePlan& plan = input.plan.proto();
  std::vector<EntityPair> joins;
  BL_RETURN_IF_ERROR(pairs->ForEach("rules", control, [&](const ScoredPairRow& pair, uint64_t) {
    const double score = plan.match_rules(pair.rule).score();
    if (writer->Joins(pair.rule)) joins.push_back({score, pair.left, pair.right});
    input.decided.NoteScore(pair.left, pair.right, score);
    return absl::OkStatus();
  }));
  BL_ASSIGN_OR_RETURN(FirstRanks first, GrowEntities(input, std::move(joins), std::nullopt,
                                                     OneRecordPerPerson(input), control, summary));
  BL_RETURN_IF_ERROR(pairs->ForEach("publish", control, [&](const ScoredPairRow& pair, uint64_t) {
    const bool apart = input.decided.AreKeptApart(first[pair.left], first[pair.right]);
    return writer->Add({pair, plan.match_rules(pair.rule).score(),
                        apart ? PairOutcome::kApartByDecision : PairOutcome::kMatched});
  }));
  BL_RETURN_IF_ERROR(writer->AddRemainingLinks());
  return first;
}

using Probabilities = absl::flat_hash_map<AgreementPattern, double>;

// Above every probability.
constexpr double kBeforeAll = 2;

// Chooses the pairs that remain if sites have one record per person. Pairs below
// EntityGrower::kLowestScore are left to the threshold. Removes the refused pairs from `standing`,
// the patterns of all pairs.
absl::StatusOr<PairChoice> Choose(const DecisionInput& input, const GatheredPairs& pairs,
                                  const Probabilities& probabilities,
                                  const std::vector<bool>& one_per_person,
                                  const RunControl& control, PatternCounts* standing,
                                  v1::ScoreReport* report) {
  std::vector<RankedPair> ranked;
  std::vector<std::pair<uint64_t, AgreementPattern>> patterns;  // of the ranked, by number
  if (std::find(one_per_person.begin(), one_per_person.end(), true) != one_per_person.end()) {
    struct Ranked {
      RankedPair pair;
      AgreementPattern pattern;
    };
    const auto rank = [&](const ScoredPairRow& pair, uint64_t number, std::vector<Ranked>* found) {
      const double score = probabilities.at(pair.pattern);
      // A link comes before every pair, and a pair that must not be a link excludes none.
      const bool is_link = input.decided.IsLink(pair.left, pair.right);
      if (score >= EntityGrower::kLowestScore &&
          !input.decided.IsDoNotLink(pair.left, pair.right)) {
        found->push_back(
            {{is_link ? kBeforeAll : score, pair.left, pair.right,
              input.order.SiteOfRank(pair.left), input.order.SiteOfRank(pair.right), number},
             pair.pattern});
      }
    };
    BL_RETURN_IF_ERROR(pairs.Find<Ranked>("rules", control, rank, [&](const Ranked& found) {
      ranked.push_back(found.pair);
      patterns.emplace_back(found.pair.number, found.pattern);
      return absl::OkStatus();
    }));
  }
  PairChoice choice = ChoosePairs(std::move(ranked), one_per_person, pairs.count());
  for (const auto& [number, pattern] : patterns) {
    if (choice.refused[number]) --standing->at(pattern);
  }
  for (const uint16_t site : choice.disbelieved) {
    report->add_warnings(
        absl::StrCat(input.order.sites()[site], " is stated to have one record per person, but ",
                     choice.second_high_scored[site],
                     " records elsewhere match two of its records with a score of ",
                     PairChoice::kHighScore, " or more: the statement was ignored"));
  }
  return choice;
}

// Reports what an earlier run said of the model that decides.
void TakeReport(const KeptModel& model, v1::ScoreReport* report) {
  report->set_min_score(model.min_score());
  report->set_expected_matches(model.report().expected_matches());
  *report->mutable_levels() = model.report().levels();
  report->add_warnings(absl::StrCat("the model and the threshold are those of ", model.run(),
                                    ", not fitted to this run's records"));
}

// What a run that scores knows when its entities grow.
struct ScoredRun {
  const DecisionInput& input;
  const GatheredPairs& pairs;
  const Probabilities& probabilities;
  const PairChoice& choice;
  double min_score;  // the threshold
  const RunControl& control;

  bool NeedsRule() const {
    return input.plan.proto().scoring().decision() == v1::BY_RULES_AND_SCORE;
  }
  // False if the plan wants a rule for each pair and this one has none.
  bool IsAllowed(const ScoredPairRow& pair) const {
    return !NeedsRule() || pair.rule != ScoredPairRow::kNoRule;
  }
  // The rule, or band, of an allowed pair.
  uint16_t RuleOf(const ScoredPairRow& pair, double probability) const {
    if (NeedsRule()) return pair.rule;
    return static_cast<uint16_t>(kFirstBand + static_cast<int>(BandOf(probability)));
  }
};

absl::StatusOr<FirstRanks> GrowByScore(const ScoredRun& run, const PairWriter& writer,
                                       std::vector<bool> one_per_person, v1::RunSummary* summary) {
  for (const uint16_t site : run.choice.disbelieved) one_per_person[site] = false;
  std::vector<EntityPair> joins;
  const double lowest = std::min(EntityGrower::kLowestScore, run.min_score);
  struct Likely {
    EntityPair pair;
    bool joins;
  };
  const auto examine = [&](const ScoredPairRow& pair, uint64_t number, std::vector<Likely>* found) {
    const double probability = run.probabilities.at(pair.pattern);
    if (probability < lowest) return;
    const bool joins = !run.choice.refused[number] && run.IsAllowed(pair) &&
                       writer.Joins(run.RuleOf(pair, probability));
    found->push_back({{probability, pair.left, pair.right}, joins});
  };
  BL_RETURN_IF_ERROR(
      run.pairs.Find<Likely>("rules", run.control, examine, [&](const Likely& likely) {
        const EntityPair& pair = likely.pair;
        if (pair.score >= EntityGrower::kLowestScore) {
          run.input.decided.NoteScore(pair.left, pair.right, pair.score);
        }
        if (likely.joins) joins.push_back(pair);
        return absl::OkStatus();
      }));
  return GrowEntities(run.input, std::move(joins), run.min_score, one_per_person, run.control,
                      summary);
}

// What became of each pair, once entities have grown. A pair that joins entities matches if it is
// inside one, whatever its own score, or if its entity would have been too large; a pair that does
// not join, by its score alone.
class Outcomes {
 public:
  Outcomes(const ScoredRun& run, const FirstRanks& first, const PairWriter& writer)
      : run_(run), first_(first), writer_(writer), size_(first.size()) {
    for (const uint32_t rank : first) ++size_[rank];
  }

  bool Reaches(double probability) const { return probability >= run_.min_score; }

  PairOutcome Of(const ScoredPairRow& pair, double probability, bool refused) const {
    const DecidedPairs& decided = run_.input.decided;
    if (decided.IsFollowed(pair.left, pair.right)) return PairOutcome::kMatchedByDecision;
    const bool counts = Reaches(probability) || decided.IsDoNotLink(pair.left, pair.right);
    if (counts && decided.AreKeptApart(first_[pair.left], first_[pair.right])) {
      return PairOutcome::kApartByDecision;
    }
    if (!run_.IsAllowed(pair)) return PairOutcome::kNoRule;
    const bool reaches = Reaches(probability);
    const bool joins = writer_.Joins(run_.RuleOf(pair, probability));
    const uint32_t left = first_[pair.left];
    const uint32_t right = first_[pair.right];
    if (joins && left == right) {
      return reaches ? PairOutcome::kMatched : PairOutcome::kMatchedByEntity;
    }
    if (refused) return PairOutcome::kBetterPair;
    if (!reaches) return PairOutcome::kBelowThreshold;
    if (!joins) return PairOutcome::kMatched;
    const uint64_t largest = run_.input.plan.proto().entity_rules().max_entity_size();
    const bool fits = uint64_t{size_[left]} + size_[right] <= largest;
    return fits ? PairOutcome::kEntitiesApart : PairOutcome::kMatchedApart;
  }

 private:
  const ScoredRun& run_;
  const FirstRanks& first_;
  const PairWriter& writer_;
  std::vector<uint32_t> size_;  // by the entity's first rank
};

// Adds a pair to what the run expects of its quality.
void AddTo(QualityEstimator* quality, const ConsideredPairRow& considered, bool refused) {
  // Of pairs that the others of their entity win back, nine in ten are one person
  // (docs/accuracy.md).
  constexpr double kWonBack = 0.9;
  const bool taken = IsMatch(considered.outcome);
  const size_t match_keys = taken ? considered.pair.match_keys.count() : 0;
  if (considered.outcome == PairOutcome::kMatchedByDecision) {
    quality->Add(1, true, match_keys);
  } else if (considered.outcome == PairOutcome::kEntitiesApart ||
             considered.outcome == PairOutcome::kApartByDecision) {
    quality->AddContradicted(considered.score);
  } else if (taken || !refused) {
    const bool won_back = considered.outcome == PairOutcome::kMatchedByEntity;
    quality->Add(won_back ? kWonBack : considered.score, taken, match_keys);
  }
}

absl::Status WriteMatches(const ScoredRun& run, const FirstRanks& first, PairWriter* writer,
                          v1::RunSummary* summary) {
  const Outcomes outcomes(run, first, *writer);
  QualityEstimator quality;
  uint64_t refused_pairs = 0;
  uint64_t by_entity = 0;
  struct Judged {
    ConsideredPairRow considered;  // without its band
    bool refused;
  };
  const auto judge = [&](const ScoredPairRow& pair, uint64_t number, std::vector<Judged>* found) {
    const double probability = run.probabilities.at(pair.pattern);
    const bool refused = run.choice.refused[number];
    found->push_back({{pair, probability, outcomes.Of(pair, probability, refused)}, refused});
  };
  const auto write = [&](Judged judged) -> absl::Status {
    ConsideredPairRow& considered = judged.considered;
    const ScoredPairRow& pair = considered.pair;
    const bool hopeless = considered.score < EntityGrower::kLowestScore;
    // Like one that was never compared, since a run that starts from this one has nothing of it.
    if (hopeless && run.input.decided.IsFollowed(pair.left, pair.right)) {
      return writer->AddFaint(pair);
    }
    refused_pairs += judged.refused && outcomes.Reaches(considered.score) ? 1 : 0;
    by_entity += considered.outcome == PairOutcome::kMatchedByEntity ? 1 : 0;
    AddTo(&quality, considered, judged.refused);
    if (hopeless && !IsMatch(considered.outcome)) return writer->AddFaint(pair);
    considered.pair.rule = run.RuleOf(pair, considered.score);
    return writer->Add(considered);
  };
  BL_RETURN_IF_ERROR(run.pairs.Find<Judged>("publish", run.control, judge, write));
  BL_RETURN_IF_ERROR(writer->AddRemainingLinks());
  if (refused_pairs > 0) summary->mutable_score()->set_pairs_refused(refused_pairs);
  summary->set_match_pairs_by_entity(by_entity);
  ReportQuality(quality.Estimate(), summary->mutable_score());
  return absl::OkStatus();
}

// The probability of each pattern, by the model.
template <typename Model>
Probabilities ProbabilitiesBy(const Model& model, const PatternCounts& patterns) {
  Probabilities probabilities;
  for (const auto& [pattern, count] : patterns) probabilities[pattern] = model.Probability(pattern);
  return probabilities;
}

// Chooses among the pairs and lets entities grow. `score` is what decides them: it makes the
// threshold of the pairs that remain.
template <typename Score>
absl::StatusOr<FirstRanks> DecideWith(const DecisionInput& input, const GatheredPairs& pairs,
                                      const Probabilities& probabilities, const RunControl& control,
                                      PairWriter* writer, v1::RunSummary* summary, Score score) {
  const std::vector<bool> one_per_person = OneRecordPerPerson(input);
  PatternCounts standing = pairs.patterns();
  BL_ASSIGN_OR_RETURN(const PairChoice choice,
                      Choose(input, pairs, probabilities, one_per_person, control, &standing,
                             summary->mutable_score()));
  BL_ASSIGN_OR_RETURN(const double min_score, score(standing));
  const ScoredRun run{input, pairs, probabilities, choice, min_score, control};
  BL_ASSIGN_OR_RETURN(FirstRanks first, GrowByScore(run, *writer, one_per_person, summary));
  BL_RETURN_IF_ERROR(WriteMatches(run, first, writer, summary));
  return first;
}

// The threshold depends on all pairs, and which pairs match on their entities.
absl::StatusOr<FirstRanks> DecideByScore(const DecisionInput& input, const FieldLevels& levels,
                                         std::unique_ptr<CandidateParts> candidates,
                                         const RunControl& control, PairWriter* writer,
                                         v1::RunSummary* summary) {
  BL_ASSIGN_OR_RETURN(
      const auto pairs,
      GatheredPairs::Gather(input, levels, GatheredPairs::Which::kAll, candidates.get(), control));
  const std::future<void> closing = InThread([&candidates] { candidates.reset(); });
  summary->set_candidate_pairs(pairs->candidates());
  v1::ScoreReport* const report = summary->mutable_score();
  if (input.model != nullptr) {
    const KeptModel& model = *input.model;
    TakeReport(model, report);
    return DecideWith(input, *pairs, ProbabilitiesBy(model, pairs->patterns()), control, writer,
                      summary, [&](const PatternCounts&) -> absl::StatusOr<double> {
                        BL_RETURN_IF_ERROR(writer->KeepScore(model.stored()));
                        return model.min_score();
                      });
  }
  const ScoreModel model = FitRun(input, levels, pairs->patterns(), pairs->decoys());
  return DecideWith(
      input, *pairs, ProbabilitiesBy(model, pairs->patterns()), control, writer, summary,
      [&](const PatternCounts& standing) -> absl::StatusOr<double> {
        const Threshold threshold = ChooseThreshold(model, standing, input.plan.proto().scoring());
        ReportScore(input, levels, model, threshold, report);
        BL_RETURN_IF_ERROR(
            writer->KeepScore(KeptModel::Store(model, pairs->patterns(), threshold.min_score)));
        return threshold.min_score;
      });
}

}  // namespace

absl::StatusOr<std::vector<uint32_t>> DecidePairs(const DecisionInput& input,
                                                  std::unique_ptr<CandidateParts> candidates,
                                                  const RunControl& control,
                                                  const DecisionFiles& files,
                                                  v1::RunSummary* summary) {
  const FieldLevels levels(input.plan.proto(), input.plan.evidence());
  PairWriter writer(input.plan.proto(), input.decided, files);
  const bool by_rules = input.plan.proto().scoring().decision() == v1::BY_RULES;
  BL_ASSIGN_OR_RETURN(FirstRanks first,
                      (by_rules ? DecideByRules : DecideByScore)(
                          input, levels, std::move(candidates), control, &writer, summary));
  writer.Fill(summary);
  return first;
}

}  // namespace blindlink::resolver
