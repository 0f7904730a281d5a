#include "resolver/ingest/ingest_audit.h"

#include <algorithm>

#include "common/token_audit/resolver_audit.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kUsualClassSize = 20;                    // of a plan without thresholds
constexpr uint64_t kMostRecordsJoined = uint64_t{1} << 31;  // as DisjointSets can hold

GroupAuditOptions OptionsFor(const Plan& plan, const ChainLayout& layout, uint64_t records,
                             uint64_t memory) {
  GroupAuditOptions options;
  options.class_size =
      plan.proto().has_audit() ? plan.proto().audit().class_size() : kUsualClassSize;
  const uint64_t per_record = memory / std::max<uint64_t>(1, records);
  options.marks_by_record = per_record >= GroupAudit::kBytesOfMarks;
  if (!options.marks_by_record || records >= kMostRecordsJoined) return options;
  uint64_t left = (per_record - GroupAudit::kBytesOfMarks) / GroupAudit::kBytesOfWay;
  for (const bool whole_values : {true, false}) {
    for (size_t way = 0; way < layout.ways().size() && left > 0; ++way) {
      const ChainWay& how = layout.ways()[way];
      if (!how.tells_more || (how.form == v1::EXACT) != whole_values) continue;
      options.ways.push_back(way);
      --left;
    }
  }
  return options;
}

}  // namespace

IngestAudit::IngestAudit(const Plan& plan, uint64_t records, uint64_t memory)
    : plan_(plan),
      layout_(plan),
      options_(OptionsFor(plan, layout_, records, memory)),
      audit_(plan, layout_, records, options_) {
  for (size_t key = 0; key < plan.match_keys().size(); ++key) {
    index_of_key_[plan.match_keys()[key].id] = static_cast<uint8_t>(key);
    has_codes_.push_back(std::any_of(
        options_.ways.begin(), options_.ways.end(),
        [&](const size_t way) { return layout_.JoinsOf(key, way) == Joins::kByTokenAndCodes; }));
  }
}

void IngestAudit::AddGroups(absl::Span<const AuditedToken> tokens,
                            absl::Span<const GroupEnd> ends) {
  const std::lock_guard lock(mutex_);
  size_t begin = 0;
  for (const GroupEnd& group : ends) {
    audit_.Add(tokens.subspan(begin, group.end - begin), group.more_records, group.more_tokens);
    begin = group.end;
  }
}

v1::ResolverAudit IngestAudit::Finish() {
  return ResolverAuditOf(audit_.Finish(), layout_, plan_, options_);
}

}  // namespace blindlink::resolver
