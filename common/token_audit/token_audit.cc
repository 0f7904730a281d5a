#include "common/token_audit/token_audit.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "common/base/status_macros.h"

namespace blindlink {
namespace {

// A bijective mix (SplitMix64), so that sums of it tell apart what was added.
uint64_t Mix(uint64_t value) {
  value += 0x9E3779B97F4A7C15u;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
  value = (value ^ value >> 27) * 0x94D049BB133111EBu;
  return value ^ value >> 31;
}

// How many values occur once. Sorts `values` and gives up their memory.
uint64_t CountSingles(std::vector<uint64_t> values) {
  std::sort(values.begin(), values.end());
  uint64_t singles = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool as_before = i > 0 && values[i - 1] == values[i];
    const bool as_after = i + 1 < values.size() && values[i + 1] == values[i];
    singles += as_before || as_after ? 0 : 1;
  }
  return singles;
}

void AddStrangers(absl::Span<const uint32_t> members, std::vector<uint32_t>* strangers) {
  for (const uint32_t member : members) {
    const uint64_t sum = uint64_t{(*strangers)[member]} + members.size() - 1;
    (*strangers)[member] =
        static_cast<uint32_t>(std::min<uint64_t>(sum, std::numeric_limits<uint32_t>::max()));
  }
}

}  // namespace

TokenAudit::TokenAudit(const Plan& plan, TokenAuditOptions options)
    : plan_(plan),
      options_(std::move(options)),
      layout_(plan),
      groups_(plan, layout_, options_.folder, options_.memory_budget),
      ways_(layout_.ways().size()) {}

absl::StatusOr<TokenAuditFindings> TokenAudit::Finish() {
  TokenAuditFindings findings;
  findings.records = groups_.records();
  for (Way& way : ways_) {
    way.sets.Grow(findings.records);
    way.strangers.assign(findings.records, 0);
  }
  count_marks_.assign(findings.records, 0);
  neighbourhood_marks_.assign(findings.records, 0);
  for (const MatchKeyLayout& key : plan_.match_keys()) findings.match_keys.push_back({key.name});
  BL_RETURN_IF_ERROR(groups_.Sort());
  while (true) {
    BL_ASSIGN_OR_RETURN(const absl::Span<const AuditedToken> group, groups_.Next());
    if (group.empty()) break;
    const size_t key = group[0].match_key;
    Count(group, &findings.match_keys[key]);
    findings.tokens += group.size();
    if (group.size() == 1) continue;
    for (size_t way = 0; way < ways_.size(); ++way) {
      const Joins joins = layout_.JoinsOf(key, way);
      if (joins == Joins::kByToken) JoinAll(group, &ways_[way]);
      const size_t target = layout_.ways()[way].target;
      if (joins == Joins::kByTokenAndCodes && group.size() <= layout_.LargestGroup(key, target)) {
        JoinByCodes(group, target, &ways_[way]);
      }
    }
  }
  findings.single_by_counts = CountSingles(std::move(count_marks_));
  findings.single_by_neighbourhood = CountSingles(std::move(neighbourhood_marks_));
  for (size_t way = 0; way < ways_.size(); ++way) findings.ways.push_back(Measure(way));
  return findings;
}

void TokenAudit::Count(absl::Span<const AuditedToken> group, MatchKeyAudit* key) {
  key->entries += group.size();
  ++key->distinct;
  key->most_records = std::max<uint64_t>(key->most_records, group.size());
  if (group.size() > options_.class_size) key->in_large_groups += group.size();
  for (const AuditedToken& token : group) {
    count_marks_[token.record] += Mix(token.match_key);
    neighbourhood_marks_[token.record] += Mix(group.size() << 8 | token.match_key);
  }
}

void TokenAudit::JoinAll(absl::Span<const AuditedToken> group, Way* way) {
  members_.clear();
  for (const AuditedToken& token : group) {
    if (token.base) members_.push_back(token.record);
  }
  for (size_t i = 1; i < members_.size(); ++i) way->sets.Join(members_[0], members_[i]);
  AddStrangers(members_, &way->strangers);
}

void TokenAudit::JoinByCodes(absl::Span<const AuditedToken> group, size_t target, Way* way) {
  coded_.clear();
  for (const AuditedToken& token : group) {
    if (token.base && token.codes[target] != 0) {
      coded_.emplace_back(token.codes[target], token.record);
    }
  }
  std::sort(coded_.begin(), coded_.end());
  for (size_t begin = 0, end = 0; begin < coded_.size(); begin = end) {
    members_.clear();
    while (end < coded_.size() && coded_[end].first == coded_[begin].first) {
      members_.push_back(coded_[end++].second);
    }
    for (size_t i = 1; i < members_.size(); ++i) way->sets.Join(members_[0], members_[i]);
    AddStrangers(members_, &way->strangers);
  }
}

ChainAudit TokenAudit::Measure(size_t way) {
  ChainAudit audit;
  audit.name = layout_.ways()[way].name;
  Way& joined = ways_[way];
  const auto records = static_cast<uint32_t>(joined.strangers.size());
  std::vector<uint32_t> sizes(records, 0);
  for (uint32_t record = 0; record < records; ++record) ++sizes[joined.sets.Find(record)];
  for (const uint32_t size : sizes) {
    audit.largest_class = std::max<uint64_t>(audit.largest_class, size);
    audit.classes += size > 1 ? 1 : 0;
    if (size > options_.class_size) audit.chained_records += size;
  }
  if (records == 0) return audit;
  audit.mean_strangers =
      std::accumulate(joined.strangers.begin(), joined.strangers.end(), 0.0) / records;
  std::vector<uint32_t> strangers = joined.strangers;
  const auto at = strangers.begin() + records - 1 - records / 100;
  std::nth_element(strangers.begin(), at, strangers.end());
  audit.most_strangers = *at;
  return audit;
}

}  // namespace blindlink
