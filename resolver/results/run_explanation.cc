#include "resolver/results/run_explanation.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/score/band.h"
#include "resolver/results/faint_pairs.h"
#include "resolver/results/result_files.h"

namespace blindlink::resolver {
namespace {

v1::Outcome OutcomeOf(PairOutcome outcome) {
  return static_cast<v1::Outcome>(static_cast<int>(outcome) + v1::MATCHED);
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

// Connects records by one pair after the other.
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
  if (HasFile(run_, kFaintFile)) {
    BL_ASSIGN_OR_RETURN(faint_, RowFileReader<ScoredPairRow>::Open(folder / kFaintFile));
    BL_RETURN_IF_ERROR(CheckResultFile(run_, kFaintFile, *faint_, /*with_digest=*/false));
  }
  if (!HasFile(run_, kDecidedFile)) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(decided_, RowFileReader<DecidedRow>::Open(folder / kDecidedFile));
  return CheckResultFile(run_, kDecidedFile, *decided_, /*with_digest=*/true);
}

absl::StatusOr<RecordPseudonym> PseudonymOf(const v1::RecordName& name) {
  const auto bytes = HexDecode(name.record());
  if (!bytes || bytes->size() != RecordPseudonym::kSize) {
    return absl::InvalidArgumentError("a record is named by its pseudonym: 32 hexadecimal digits");
  }
  return RecordPseudonym::FromBytes(reinterpret_cast<const uint8_t*>(bytes->data()));
}

absl::StatusOr<uint32_t> RunExplanation::RankOf(const v1::RecordName& name) const {
  BL_ASSIGN_OR_RETURN(const RecordPseudonym record, PseudonymOf(name));
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
  // Of a link that people made and the score calls hopeless, the evidence is among the faint pairs.
  if (!found || found->pair.match_keys.none()) BL_RETURN_IF_ERROR(AddFaint(lower, upper, &out));
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
  if (scorer_ && row.pair.match_keys.any()) AddScore(row.pair.pattern, row.score, &out);
  return out;
}

absl::Status RunExplanation::AddFaint(uint32_t left, uint32_t right,
                                      v1::PairExplanation* out) const {
  if (faint_ == nullptr || !scorer_) return absl::OkStatus();
  // Not before it is needed: it may be the largest file of the run.
  BL_RETURN_IF_ERROR(CheckResultFile(run_, kFaintFile, *faint_, /*with_digest=*/true));
  const std::pair<uint32_t, uint32_t> pair(left, right);
  BL_ASSIGN_OR_RETURN(const uint64_t at, FirstNot(*faint_, [&](const ScoredPairRow& row) {
                        return std::pair(row.left, row.right) < pair;
                      }));
  if (at == faint_->rows()) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const ScoredPairRow row, faint_->ReadOne(at));
  if (std::pair(row.left, row.right) != pair) return absl::OkStatus();
  AddMatchKeys(row.match_keys, out->mutable_match_keys());
  AddScore(row.pattern, ProbabilityOf(row.pattern), out);
  return absl::OkStatus();
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
  // As entities grew: links that people made first, whatever their score, then the best pairs.
  const auto order = [](const std::pair<uint32_t, ConsideredPairRow>& pair) {
    const bool decided = pair.second.outcome == PairOutcome::kMatchedByDecision;
    return std::pair(!decided, -pair.second.score);
  };
  std::stable_sort(pairs.begin(), pairs.end(),
                   [&](const auto& a, const auto& b) { return order(a) < order(b); });
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
