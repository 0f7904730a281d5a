#include "resolver/results/run_explanation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/score/band.h"
#include "resolver/results/result_files.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

// Other classes than one person that are less probable are left out.
constexpr double kLeastClass = 0.0005;

v1::Outcome OutcomeOf(PairOutcome outcome) {
  return static_cast<v1::Outcome>(static_cast<int>(outcome) + v1::MATCHED);
}

v1::Agreement AgreementOf(const ScoredField& field, size_t level) {
  if (field.is_rarity) return v1::AGREEMENT_UNSPECIFIED;
  if (level == 0) return v1::MISSING;
  if (level >= field.agrees_from) return v1::AGREE;
  return level == 1 ? v1::DIFFER : v1::CLOSE;
}

AgreementPattern WithLevel(AgreementPattern pattern, size_t field, size_t level) {
  const AgreementPattern mask = AgreementPattern{15} << (4 * field);
  return (pattern & ~mask) | AgreementPattern{level} << (4 * field);
}

// The first of `rows` rows for which `is_before(row)` does not hold.
template <typename Row, typename IsBefore>
absl::StatusOr<uint64_t> FirstNot(const RowFileReader<Row>& rows, IsBefore is_before) {
  uint64_t low = 0;
  uint64_t high = rows.rows();
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    BL_ASSIGN_OR_RETURN(const Row row, rows.ReadOne(middle));
    if (is_before(row)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool HasFile(const storage::v1::StoredRun& run, absl::string_view name) {
  return std::any_of(
      run.files().begin(), run.files().end(),
      [&](const storage::v1::StoredResultFile& file) { return file.name() == name; });
}

// Connects records as better pairs come first.
class Connections {
 public:
  explicit Connections(size_t records) : parent_(records) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  // Whether the two were not connected before.
  bool Connect(uint32_t left, uint32_t right) {
    left = Find(left);
    right = Find(right);
    parent_[left] = right;
    return left != right;
  }

 private:
  uint32_t Find(uint32_t record) const {
    while (parent_[record] != record) record = parent_[record];
    return record;
  }
  std::vector<uint32_t> parent_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<const RunExplanation>> RunExplanation::Open(
    const std::filesystem::path& folder, storage::v1::StoredRun run, Plan plan) {
  if (!HasFile(run, kConsideredFile)) {
    return absl::FailedPreconditionError(
        absl::StrCat(run.run().run(),
                     " was made by an earlier release, which kept nothing to explain it by: start "
                     "another run"));
  }
  std::unique_ptr<RunExplanation> out(new RunExplanation(std::move(run), std::move(plan)));
  BL_RETURN_IF_ERROR(out->OpenFiles(folder));
  if (out->plan_.proto().scoring().decision() != v1::BY_RULES) {
    BL_RETURN_IF_ERROR(out->ReadScore(folder));
  }
  return out;
}

absl::Status RunExplanation::OpenFiles(const std::filesystem::path& folder) {
  BL_ASSIGN_OR_RETURN(records_, RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(entities_, RowFileReader<EntityRow>::Open(folder / kEntitiesFile));
  BL_ASSIGN_OR_RETURN(considered_,
                      RowFileReader<ConsideredPairRow>::Open(folder / kConsideredFile));
  BL_RETURN_IF_ERROR(CheckResultFile(run_, kRecordsFile, *records_, /*with_digest=*/true));
  BL_RETURN_IF_ERROR(CheckResultFile(run_, kEntitiesFile, *entities_, /*with_digest=*/true));
  BL_RETURN_IF_ERROR(CheckResultFile(run_, kConsideredFile, *considered_, /*with_digest=*/true));
  if (!HasFile(run_, kDecidedFile)) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(decided_, RowFileReader<DecidedRow>::Open(folder / kDecidedFile));
  return CheckResultFile(run_, kDecidedFile, *decided_, /*with_digest=*/true);
}

absl::Status RunExplanation::ReadScore(const std::filesystem::path& folder) {
  storage::v1::StoredScoreModel stored;
  BL_RETURN_IF_ERROR(
      ReadStored(folder / kScoreFile, "start another run, or restore it from a backup", &stored));
  const FieldLevels levels(plan_.proto(), plan_.evidence());
  absl::StatusOr<PairScorer> scorer = PairScorer::Restore(levels.fields(), stored);
  if (!scorer.ok()) return ResultIsDamaged(run_, scorer.status().message());
  scorer_.emplace(*std::move(scorer));
  min_score_ = stored.min_score();
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> RunExplanation::RankOf(const v1::RecordName& name) const {
  const auto bytes = HexDecode(name.record());
  if (!bytes || bytes->size() != RecordPseudonym::kSize) {
    return absl::InvalidArgumentError("a record is named by its pseudonym: 32 hexadecimal digits");
  }
  const RecordPseudonym record =
      RecordPseudonym::FromBytes(reinterpret_cast<const uint8_t*>(bytes->data()));
  const auto site = std::find(run_.sites().begin(), run_.sites().end(), name.site());
  absl::Status no_such = absl::NotFoundError(
      absl::StrCat(run_.run().run(), " has no record ", name.record(), " of this site"));
  if (site == run_.sites().end()) return no_such;
  const auto number = static_cast<uint16_t>(site - run_.sites().begin());
  BL_ASSIGN_OR_RETURN(const uint64_t rank, FirstNot(*records_, [&](const RecordRow& row) {
                        return row.site != number ? row.site < number
                                                  : row.record.AsView() < record.AsView();
                      }));
  if (rank == records_->rows()) return no_such;
  BL_ASSIGN_OR_RETURN(const RecordRow found, records_->ReadOne(rank));
  if (found.site != number || found.record != record) return no_such;
  return static_cast<uint32_t>(rank);
}

absl::StatusOr<v1::RecordName> RunExplanation::NameOf(uint32_t rank) const {
  BL_ASSIGN_OR_RETURN(const NamedRecord record, RecordAt(rank));
  v1::RecordName name;
  name.set_site(record.site);
  name.set_record(HexEncode(record.record.AsView()));
  return name;
}

absl::StatusOr<uint32_t> RunExplanation::FirstOf(uint32_t rank) const {
  BL_ASSIGN_OR_RETURN(const EntityRow row, entities_->ReadOne(rank));
  if (row.first_record > rank) return ResultIsDamaged(run_, "a record names no entity of the run");
  return row.first_record;
}

absl::StatusOr<std::vector<uint32_t>> RunExplanation::Members(uint32_t first) const {
  constexpr uint64_t kAtOnce = uint64_t{1} << 18;
  std::vector<uint32_t> members;
  for (uint64_t at = first; at < entities_->rows(); at += kAtOnce) {
    BL_ASSIGN_OR_RETURN(const std::vector<EntityRow> rows, entities_->Read(at, kAtOnce));
    for (size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].first_record == first) members.push_back(static_cast<uint32_t>(at + i));
    }
  }
  return members;
}

absl::StatusOr<std::vector<ConsideredPairRow>> RunExplanation::PairsOf(uint32_t left) const {
  constexpr uint64_t kAtOnce = 256;
  BL_ASSIGN_OR_RETURN(uint64_t at, FirstNot(*considered_, [&](const ConsideredPairRow& row) {
                        return row.pair.left < left;
                      }));
  std::vector<ConsideredPairRow> pairs;
  for (;; at += kAtOnce) {
    BL_ASSIGN_OR_RETURN(const std::vector<ConsideredPairRow> rows, considered_->Read(at, kAtOnce));
    for (const ConsideredPairRow& row : rows) {
      if (row.pair.left != left) return pairs;
      BL_RETURN_IF_ERROR(CheckConsidered(row));
      pairs.push_back(row);
    }
    if (rows.size() < kAtOnce) return pairs;
  }
}

void RunExplanation::AddMatchKeys(const MatchKeySet& keys,
                                  google::protobuf::RepeatedPtrField<std::string>* names) const {
  for (size_t i = 0; i < plan_.match_keys().size(); ++i) {
    if (keys[i]) *names->Add() = plan_.match_keys()[i].name;
  }
}

absl::Status RunExplanation::AddEntities(uint32_t left, uint32_t right,
                                         v1::PairExplanation* out) const {
  BL_ASSIGN_OR_RETURN(const auto sizes, EntitySizesOf(left, right));
  out->set_left_entity(sizes.first);
  out->set_right_entity(sizes.second);
  return absl::OkStatus();
}

absl::StatusOr<v1::PairExplanation> RunExplanation::ExplainPair(const v1::RecordName& left,
                                                                const v1::RecordName& right) const {
  BL_ASSIGN_OR_RETURN(uint32_t lower, RankOf(left));
  BL_ASSIGN_OR_RETURN(uint32_t upper, RankOf(right));
  if (lower == upper) return absl::InvalidArgumentError("both records are the same");
  if (lower > upper) std::swap(lower, upper);
  v1::PairExplanation out;
  out.set_project(run_.run().project());
  out.set_run(run_.run().run());
  BL_ASSIGN_OR_RETURN(*out.mutable_left(), NameOf(lower));
  BL_ASSIGN_OR_RETURN(*out.mutable_right(), NameOf(upper));
  BL_RETURN_IF_ERROR(AddEntities(lower, upper, &out));
  out.set_min_score(min_score_);
  BL_ASSIGN_OR_RETURN(const auto found, FindConsidered(lower, upper));
  if (!found) return out;
  const ConsideredPairRow& row = *found;
  out.set_outcome(OutcomeOf(row.outcome));
  if (row.outcome == PairOutcome::kMatchedByDecision) {
    out.set_rule(kDecidedRuleName);
  } else if (row.pair.rule < plan_.proto().match_rules_size()) {
    out.set_rule(plan_.proto().match_rules(row.pair.rule).name());
  } else if (scorer_ && row.pair.rule != ScoredPairRow::kNoRule) {
    out.set_rule(blindlink::NameOf(BandOf(row.score)));
  }
  AddMatchKeys(row.pair.match_keys, out.mutable_match_keys());
  // A link that people made may be one that the run never compared.
  if (scorer_ && row.pair.match_keys.any()) AddScore(row, &out);
  return out;
}

void RunExplanation::AddScore(const ConsideredPairRow& row, v1::PairExplanation* out) const {
  const AgreementPattern pattern = row.pair.pattern;
  out->set_probability(row.score);
  out->set_through_one_token((pattern & kThroughOneToken) != 0);
  for (size_t f = 0; f < scorer_->fields().size(); ++f) {
    const ScoredField& field = scorer_->fields()[f];
    const size_t level = LevelIn(pattern, f);
    if (level >= field.levels.size()) continue;
    v1::FieldEvidence& evidence = *out->add_fields();
    evidence.set_field(field.name);
    evidence.set_level(field.levels[level]);
    evidence.set_agreement(AgreementOf(field, level));
    evidence.set_bits(level == 0 ? 0 : scorer_->WeightOf(pattern, f));
  }
  AddClasses(row, out);
  AddChanges(row, out);
}

// The run counted single patterns by its decoys as well (ScoreModel): that moves the odds of one
// person against all others, whose shares among themselves remain.
void RunExplanation::AddClasses(const ConsideredPairRow& row, v1::PairExplanation* out) const {
  const ClassWeights classes = scorer_->Classes(row.pair.pattern);
  const double match = SumOf(classes, kMatch);
  const double others = match < 1 ? (1 - row.score) / (1 - match) : 0;
  out->add_classes()->set_probability(row.score);
  out->mutable_classes(0)->set_name(blindlink::NameOf(kMatch));
  for (size_t which = kKin; which < kPairClasses; ++which) {
    const auto as_class = static_cast<PairClass>(which);
    if (IsApart(as_class)) continue;
    const bool both = which < kNeighbours;
    const double probability = (both ? SumOf(classes, as_class) : classes[which]) * others;
    if (probability < kLeastClass) continue;
    v1::ClassOdds& odds = *out->add_classes();
    odds.set_name(blindlink::NameOf(as_class));
    odds.set_probability(probability);
  }
  std::stable_sort(out->mutable_classes()->begin(), out->mutable_classes()->end(),
                   [](const v1::ClassOdds& a, const v1::ClassOdds& b) {
                     return a.probability() > b.probability();
                   });
}

void RunExplanation::AddChanges(const ConsideredPairRow& row, v1::PairExplanation* out) const {
  const bool reaches = row.score >= min_score_;
  for (size_t f = 0; f < scorer_->fields().size(); ++f) {
    const ScoredField& field = scorer_->fields()[f];
    if (field.is_rarity) continue;
    for (size_t level = 0; level < field.levels.size(); ++level) {
      if (level == LevelIn(row.pair.pattern, f)) continue;
      const double changed = scorer_->Probability(WithLevel(row.pair.pattern, f, level));
      if ((changed >= min_score_) == reaches) continue;
      v1::Change& change = *out->add_changes();
      change.set_field(field.name);
      change.set_level(field.levels[level]);
      change.set_probability(changed);
    }
  }
}

absl::StatusOr<v1::EntityExplanation> RunExplanation::ExplainEntity(
    const v1::RecordName& record) const {
  BL_ASSIGN_OR_RETURN(const uint32_t rank, RankOf(record));
  BL_ASSIGN_OR_RETURN(const uint32_t first, FirstOf(rank));
  BL_ASSIGN_OR_RETURN(const std::vector<uint32_t> members, Members(first));
  v1::EntityExplanation out;
  out.set_project(run_.run().project());
  out.set_run(run_.run().run());
  std::vector<std::pair<uint32_t, ConsideredPairRow>> pairs;  // with the left one's index
  for (uint32_t i = 0; i < members.size(); ++i) {
    BL_ASSIGN_OR_RETURN(*out.add_records(), NameOf(members[i]));
    BL_ASSIGN_OR_RETURN(const std::vector<ConsideredPairRow> of_member, PairsOf(members[i]));
    for (const ConsideredPairRow& row : of_member) pairs.emplace_back(i, row);
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.second.score > b.second.score; });
  Connections connections(members.size());
  for (const auto& [left, row] : pairs) {
    const auto right = std::lower_bound(members.begin(), members.end(), row.pair.right);
    if (right == members.end() || *right != row.pair.right) continue;
    v1::EntityPairExplanation& pair = *out.add_pairs();
    pair.set_left(left);
    pair.set_right(static_cast<uint32_t>(right - members.begin()));
    pair.set_probability(row.score);
    pair.set_outcome(OutcomeOf(row.outcome));
    pair.set_connects(connections.Connect(pair.left(), pair.right()));
    AddMatchKeys(row.pair.match_keys, pair.mutable_match_keys());
  }
  return out;
}

}  // namespace blindlink::resolver
