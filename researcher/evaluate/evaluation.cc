#include "researcher/evaluate/evaluation.h"

#include <algorithm>
#include <tuple>

#include "common/base/status_macros.h"
#include "researcher/evaluate/entity_map.h"
#include "researcher/evaluate/pair_file.h"
#include "researcher/evaluate/record_table.h"
#include "researcher/evaluate/truth.h"

namespace blindlink {
namespace {

uint64_t ComparablePairs(uint64_t left, uint64_t right) {
  if (left == 0) return 0;
  return right == 0 ? left * (left - 1) / 2 : left * right;
}

// The reference: either the truth, or another system's pairs.
class Reference {
 public:
  static absl::StatusOr<Reference> Read(const EvaluationRequest& request, RecordTable* records) {
    Reference reference;
    if (!request.truth_file.empty()) {
      BL_ASSIGN_OR_RETURN(reference.truth_, Truth::Read(request.truth_file, records));
      reference.scope_ = reference.truth_->sites() > 1 ? PairScope::kCrossSite  //
                                                       : PairScope::kWithinSite;
    } else {
      BL_ASSIGN_OR_RETURN(reference.other_, PairFile::Read(request.against_file, records));
      reference.scope_ = AnyAcross(reference.other_.pairs, *records) ? PairScope::kCrossSite
                                                                     : PairScope::kWithinSite;
      reference.comparable_ = ComparablePairs(request.records_left, request.records_right);
    }
    if (request.scope.has_value()) reference.scope_ = *request.scope;
    return reference;
  }

  PairScope scope() const { return scope_; }
  const std::optional<Truth>& truth() const { return truth_; }
  const PairFile& other() const { return other_; }

  bool Knows(uint32_t record) const {
    return !truth_.has_value() || truth_->PersonOf(record).has_value();
  }
  bool IsTrue(const RecordPair& pair) const {
    if (truth_.has_value()) return truth_->PersonOf(pair.left) == truth_->PersonOf(pair.right);
    const auto found = std::lower_bound(
        other_.pairs.begin(), other_.pairs.end(), pair, [](const auto& a, const auto& b) {
          return std::tie(a.left, a.right) < std::tie(b.left, b.right);
        });
    return found != other_.pairs.end() && found->SameRecords(pair);
  }
  uint64_t TruePairs(const RecordTable& records) const {
    if (truth_.has_value()) return truth_->TruePairs(records, scope_);
    return static_cast<uint64_t>(
        std::count_if(other_.pairs.begin(), other_.pairs.end(), [&](const RecordPair& pair) {
          return InScope(scope_, records.SiteOf(pair.left), records.SiteOf(pair.right));
        }));
  }
  // All pairs there could be; 0: not known.
  uint64_t Comparable(const RecordTable& records) const {
    return truth_.has_value() ? truth_->ComparablePairs(records, scope_) : comparable_;
  }

 private:
  static bool AnyAcross(const std::vector<RecordPair>& pairs, const RecordTable& records) {
    return std::any_of(pairs.begin(), pairs.end(), [&](const RecordPair& pair) {
      return records.SiteOf(pair.left) != records.SiteOf(pair.right);
    });
  }

  std::optional<Truth> truth_;
  PairFile other_;
  PairScope scope_ = PairScope::kCrossSite;
  uint64_t comparable_ = 0;
};

void CountPairs(const PairFile& file, const Reference& reference, const RecordTable& records,
                Evaluation* out) {
  std::vector<RuleOutcome> rules;
  for (const PairFile::Rule& rule : file.rules) rules.push_back({rule.name, rule.level});
  for (const RecordPair& pair : file.pairs) {
    if (!InScope(out->scope, records.SiteOf(pair.left), records.SiteOf(pair.right))) {
      ++out->pairs_out_of_scope;
    } else if (!reference.Knows(pair.left) || !reference.Knows(pair.right)) {
      ++out->pairs_not_in_truth;
    } else if (reference.IsTrue(pair)) {
      ++rules[pair.rule].true_positives;
      ++out->table.true_positives;
    } else {
      ++rules[pair.rule].false_positives;
      ++out->table.false_positives;
    }
  }
  std::sort(rules.begin(), rules.end(), [](const RuleOutcome& a, const RuleOutcome& b) {
    const uint64_t pairs_a = a.true_positives + a.false_positives;
    const uint64_t pairs_b = b.true_positives + b.false_positives;
    return std::tie(pairs_b, a.rule, a.level) < std::tie(pairs_a, b.rule, b.level);
  });
  out->rules = std::move(rules);
  out->rows = file.rows;
  out->pairs = file.pairs.size();
  out->duplicate_rows = file.duplicates;
  out->self_pairs = file.self_pairs;
}

// Pairs of an entity map that are true: with a truth, those within (entity, person); otherwise the
// other system's pairs whose records share an entity.
uint64_t TrueImpliedPairs(const EntityMapFile& file, const Reference& reference,
                          const RecordTable& records, PairScope scope) {
  if (!reference.truth().has_value()) {
    const auto& pairs = reference.other().pairs;
    return static_cast<uint64_t>(
        std::count_if(pairs.begin(), pairs.end(), [&](const RecordPair& pair) {
          const auto entity = file.EntityOf(pair.left);
          return entity.has_value() && entity == file.EntityOf(pair.right) &&
                 InScope(scope, records.SiteOf(pair.left), records.SiteOf(pair.right));
        }));
  }
  std::vector<GroupMember> members;
  for (const auto& [entity, record] : file.members) {
    if (const auto person = reference.truth()->PersonOf(record)) {
      members.push_back({uint64_t{entity} << 32 | *person, records.SiteOf(record)});
    }
  }
  return CountPairsWithinGroups(std::move(members), scope);
}

void CountEntities(const EntityMapFile& file, const Reference& reference,
                   const RecordTable& records, Evaluation* out) {
  std::vector<GroupMember> all;
  std::vector<GroupMember> known;
  for (const auto& [entity, record] : file.members) {
    all.push_back({entity, records.SiteOf(record)});
    if (reference.Knows(record)) known.push_back(all.back());
  }
  out->pairs = CountPairsWithinGroups(std::move(all), out->scope);
  const uint64_t judged = CountPairsWithinGroups(std::move(known), out->scope);
  out->pairs_not_in_truth = out->pairs - judged;
  out->table.true_positives = TrueImpliedPairs(file, reference, records, out->scope);
  out->table.false_positives = judged - out->table.true_positives;
  out->rows = file.rows;
  out->duplicate_rows = file.duplicates;
  out->entities = file.entities;
}

}  // namespace

absl::StatusOr<Evaluation> Evaluate(const EvaluationRequest& request) {
  RecordTable records;
  BL_ASSIGN_OR_RETURN(const Reference reference, Reference::Read(request, &records));
  Evaluation out;
  out.scope = reference.scope();
  if (!request.pairs_file.empty()) {
    BL_ASSIGN_OR_RETURN(const PairFile file, PairFile::Read(request.pairs_file, &records));
    CountPairs(file, reference, records, &out);
  } else {
    BL_ASSIGN_OR_RETURN(const EntityMapFile file,
                        EntityMapFile::Read(request.entities_file, &records));
    CountEntities(file, reference, records, &out);
  }
  out.true_pairs = reference.TruePairs(records);
  out.table.false_negatives = out.true_pairs - out.table.true_positives;
  const uint64_t seen = out.true_pairs + out.table.false_positives;
  const uint64_t comparable = reference.Comparable(records);
  out.true_negatives_known = comparable > 0;
  if (out.true_negatives_known && comparable < seen) {
    return absl::InvalidArgumentError(
        "the files hold more pairs than records of the stated numbers can make: check "
        "--records-left and --records-right");
  }
  if (out.true_negatives_known) out.table.true_negatives = comparable - seen;
  if (reference.truth().has_value()) {
    out.truth_records = reference.truth()->records();
    out.truth_persons = reference.truth()->persons();
  }
  return out;
}

}  // namespace blindlink
