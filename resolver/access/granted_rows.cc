#include "resolver/access/granted_rows.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kBatch = 4096;

// Calls `take(row, left record, right record)` for each pair that the request covers.
template <typename Take>
absl::Status ForEachPair(const RunResult& result, const v1::AccessRequest& request,
                         const Take& take) {
  for (uint64_t first = 0; first < result.pair_count(); first += kBatch) {
    BL_ASSIGN_OR_RETURN(const std::vector<PairRow> rows, result.Pairs(first, kBatch));
    for (const PairRow& row : rows) {
      BL_ASSIGN_OR_RETURN(const RecordRow left, result.RecordAt(row.left));
      BL_ASSIGN_OR_RETURN(const RecordRow right, result.RecordAt(row.right));
      if (!CoversPair(request, result.SiteAt(left.site), result.SiteAt(right.site))) continue;
      BL_RETURN_IF_ERROR(take(row, left, right));
    }
  }
  return absl::OkStatus();
}

template <typename Take>
absl::Status ForEachMember(const RunResult& result, const v1::AccessRequest& request,
                           const Take& take) {
  for (uint64_t first = 0; first < result.entity_row_count(); first += kBatch) {
    BL_ASSIGN_OR_RETURN(const auto members, result.Members(first, kBatch));
    for (const RunResult::Member& member : members) {
      if (!CoversSite(request, result.SiteAt(member.record.site))) continue;
      BL_RETURN_IF_ERROR(take(member));
    }
  }
  return absl::OkStatus();
}

template <typename Row>
absl::Status SkipRows(uint64_t count, ExternalSorter<Row>* rows) {
  if (count > rows->count()) {
    return absl::OutOfRangeError(absl::StrCat("there are ", rows->count(), " rows"));
  }
  for (uint64_t i = 0; i < count; ++i) BL_RETURN_IF_ERROR(rows->Next().status());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<GrantRegister::Totals> CountGranted(const RunResult& result,
                                                   const v1::AccessRequest& request) {
  GrantRegister::Totals totals;
  if (request.site_pairs().empty()) {
    totals = {result.pair_count(), result.entity_row_count()};
  } else {
    BL_RETURN_IF_ERROR(ForEachPair(result, request, [&](const auto&, const auto&, const auto&) {
      ++totals.match_pairs;
      return absl::OkStatus();
    }));
    BL_RETURN_IF_ERROR(ForEachMember(result, request, [&](const auto&) {
      ++totals.entity_map_rows;
      return absl::OkStatus();
    }));
  }
  if (request.level() < v1::ACCESS_PAIRS) totals.match_pairs = 0;
  if (request.level() < v1::ACCESS_ENTITY_MAP) totals.entity_map_rows = 0;
  return totals;
}

absl::StatusOr<std::unique_ptr<GrantedPairs>> GrantedPairs::Sort(
    const RunResult& result, const GrantedRowsOptions& options) {
  std::unique_ptr<GrantedPairs> pairs(new GrantedPairs(result, options));
  BL_RETURN_IF_ERROR(pairs->Fill(options));
  BL_RETURN_IF_ERROR(pairs->rows_.Sort());
  return pairs;
}

absl::Status GrantedPairs::Fill(const GrantedRowsOptions& options) {
  GrantKey::Pseudonyms pseudonyms = options.key.MakePseudonyms();
  const bool own = options.request.site_pseudonyms();
  const auto take = [&](const PairRow& row, const RecordRow& left, const RecordRow& right) {
    GrantedPair pair;
    pair.left_site = left.site;
    pair.right_site = right.site;
    pair.left = own ? left.record : pseudonyms.OfRecord(result_.SiteAt(left.site), left.record);
    pair.right = own ? right.record : pseudonyms.OfRecord(result_.SiteAt(right.site), right.record);
    if (pair.left_site == pair.right_site && pair.right < pair.left) {
      std::swap(pair.left, pair.right);
    }
    pair.rule = row.rule;
    pair.score = static_cast<uint16_t>(std::lround(row.score * 100));
    return rows_.Add(pair);
  };
  return ForEachPair(result_, options.request, take);
}

absl::Status GrantedPairs::Skip(uint64_t count) { return SkipRows(count, &rows_); }

absl::Status GrantedPairs::Append(uint64_t count, v1::MatchPairChunk* chunk) {
  for (uint64_t i = 0; i < count; ++i) {
    BL_ASSIGN_OR_RETURN(const GrantedPair* row, rows_.Next());
    if (row == nullptr) break;
    v1::MatchPair& pair = *chunk->add_pairs();
    pair.set_left_site(result_.SiteAt(row->left_site));
    pair.set_left_record(HexEncode(row->left.AsView()));
    pair.set_right_site(result_.SiteAt(row->right_site));
    pair.set_right_record(HexEncode(row->right.AsView()));
    PairRow rule;
    rule.rule = row->rule;
    result_.SetRule(rule, &pair);
    pair.set_score(row->score / 100.0);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<GrantedMembers>> GrantedMembers::Sort(
    const RunResult& result, const GrantedRowsOptions& options) {
  std::unique_ptr<GrantedMembers> members(new GrantedMembers(result, options));
  BL_RETURN_IF_ERROR(members->Fill(options));
  BL_RETURN_IF_ERROR(members->rows_.Sort());
  return members;
}

absl::Status GrantedMembers::Fill(const GrantedRowsOptions& options) {
  GrantKey::Pseudonyms pseudonyms = options.key.MakePseudonyms();
  const bool own = options.request.site_pseudonyms();
  return ForEachMember(result_, options.request, [&](const RunResult::Member& member) {
    const RecordPseudonym& record = member.record.record;
    return rows_.Add(
        {member.record.site,
         own ? record : pseudonyms.OfRecord(result_.SiteAt(member.record.site), record),
         pseudonyms.OfEntity(member.entity)});
  });
}

absl::Status GrantedMembers::Skip(uint64_t count) { return SkipRows(count, &rows_); }

absl::Status GrantedMembers::Append(uint64_t count, v1::EntityChunk* chunk) {
  for (uint64_t i = 0; i < count; ++i) {
    BL_ASSIGN_OR_RETURN(const GrantedMember* row, rows_.Next());
    if (row == nullptr) break;
    v1::EntityMember& member = *chunk->add_members();
    member.set_entity(HexEncode(row->entity.AsView()));
    member.set_site(result_.SiteAt(row->site));
    member.set_record(HexEncode(row->record.AsView()));
  }
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
