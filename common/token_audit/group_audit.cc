#include "common/token_audit/group_audit.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace blindlink {
namespace {

// A bijective mix (SplitMix64), so that sums of it tell apart what was added.
uint32_t Mix(uint64_t value) {
  value += 0x9E3779B97F4A7C15u;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
  value = (value ^ value >> 27) * 0x94D049BB133111EBu;
  return static_cast<uint32_t>(value ^ value >> 31);
}

// How many values occur once. Sorts `values` and gives up their memory.
uint64_t CountSingles(std::vector<uint32_t> values) {
  std::sort(values.begin(), values.end());
  uint64_t singles = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool as_before = i > 0 && values[i - 1] == values[i];
    const bool as_after = i + 1 < values.size() && values[i + 1] == values[i];
    singles += as_before || as_after ? 0 : 1;
  }
  return singles;
}

// n log2 n in steps of 2^-16, so that sums do not depend on their order.
constexpr double kStepsPerBit = 65536;
uint64_t TimesItsLogarithm(uint64_t n) {
  if (n <= 1) return 0;
  const auto number = static_cast<double>(n);
  return static_cast<uint64_t>(std::llround(number * std::log2(number) * kStepsPerBit));
}

uint64_t RecordsOf(absl::Span<const AuditedToken> group) {
  uint64_t records = 1;
  for (size_t i = 1; i < group.size(); ++i) {
    records += group[i].record != group[i - 1].record ? 1 : 0;
  }
  return records;
}

}  // namespace

GroupAudit::GroupAudit(const Plan& plan, const ChainLayout& layout, uint64_t records,
                       GroupAuditOptions options)
    : plan_(plan),
      layout_(layout),
      options_(std::move(options)),
      repetition_(plan.match_keys().size()),
      ways_(layout.ways().size()),
      count_marks_(options_.marks_by_record ? records : 0),
      neighbourhood_marks_(options_.marks_by_record ? records : 0) {
  findings_.records = records;
  for (const MatchKeyLayout& key : plan.match_keys()) {
    findings_.match_keys.push_back({.name = key.name});
  }
  for (const size_t way : options_.ways) {
    ways_[way].sets.Grow(records);
    if (options_.strangers_by_record) ways_[way].strangers.assign(records, 0);
  }
}

void GroupAudit::Add(absl::Span<const AuditedToken> group, uint64_t more_records,
                     uint64_t more_tokens) {
  const uint64_t tokens = group.size() + more_tokens;
  Count(group, RecordsOf(group) + more_records, tokens);
  if (group.size() == 1) return;
  const size_t key = group[0].match_key;
  for (const size_t way : options_.ways) {
    const Joins joins = layout_.JoinsOf(key, way);
    if (joins == Joins::kByToken) JoinAll(group, &ways_[way]);
    const size_t target = layout_.ways()[way].target;
    if (joins == Joins::kByTokenAndCodes && tokens <= layout_.LargestGroup(key, target)) {
      JoinByCodes(group, target, &ways_[way]);
    }
  }
}

void GroupAudit::Count(absl::Span<const AuditedToken> group, uint64_t records, uint64_t tokens) {
  const size_t index = group[0].match_key;
  MatchKeyAudit& key = findings_.match_keys[index];
  findings_.tokens += tokens;
  key.entries += tokens;
  ++key.distinct;
  key.most_records = std::max(key.most_records, records);
  if (records > options_.class_size) key.in_large_groups += tokens;
  if (records > plan_.proto().limits().max_records_per_token()) key.overused += tokens;
  const uint64_t at_site = plan_.proto().max_records_per_token_at_site();
  if (at_site > 0 && records > at_site) ++key.above_site_limit;
  repetition_[index] += TimesItsLogarithm(tokens);
  if (!options_.marks_by_record) return;
  const uint32_t count_mark = Mix(index);
  const uint32_t neighbourhood_mark = Mix(tokens << 8 | index);
  for (const AuditedToken& token : group) {
    count_marks_[token.record] += count_mark;
    neighbourhood_marks_[token.record] += neighbourhood_mark;
  }
}

void GroupAudit::JoinMembers(Way* way) {
  if (members_.size() < 2) return;
  for (size_t i = 1; i < members_.size(); ++i) way->sets.Join(members_[0], members_[i]);
  const uint64_t others = members_.size() - 1;
  way->all_strangers += others * members_.size();
  if (way->strangers.empty()) return;
  for (const uint32_t member : members_) {
    way->strangers[member] = static_cast<uint32_t>(
        std::min<uint64_t>(way->strangers[member] + others, std::numeric_limits<uint32_t>::max()));
  }
}

void GroupAudit::JoinAll(absl::Span<const AuditedToken> group, Way* way) {
  members_.clear();
  for (const AuditedToken& token : group) {
    if (token.base) members_.push_back(token.record);
  }
  JoinMembers(way);
}

void GroupAudit::JoinByCodes(absl::Span<const AuditedToken> group, size_t target, Way* way) {
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
    JoinMembers(way);
  }
}

ChainAudit GroupAudit::Measure(size_t way) {
  ChainAudit audit;
  audit.name = layout_.ways()[way].name;
  Way& joined = ways_[way];
  const auto records = static_cast<uint32_t>(joined.sets.count());
  if (records == 0) return audit;
  for (uint32_t record = 0; record < records; ++record) {
    if (joined.sets.Find(record) != record) continue;
    const uint64_t size = joined.sets.SizeOf(record);
    audit.largest_class = std::max(audit.largest_class, size);
    audit.classes += size > 1 ? 1 : 0;
    if (size > options_.class_size) audit.chained_records += size;
  }
  audit.mean_strangers = static_cast<double>(joined.all_strangers) / records;
  if (joined.strangers.empty()) return audit;
  std::vector<uint32_t> strangers = joined.strangers;
  const auto at = strangers.begin() + records - 1 - records / 100;
  std::nth_element(strangers.begin(), at, strangers.end());
  audit.most_strangers = *at;
  return audit;
}

TokenAuditFindings GroupAudit::Finish() {
  findings_.single_by_counts = CountSingles(std::move(count_marks_));
  findings_.single_by_neighbourhood = CountSingles(std::move(neighbourhood_marks_));
  for (size_t i = 0; i < findings_.match_keys.size(); ++i) {
    MatchKeyAudit& key = findings_.match_keys[i];
    if (key.entries == 0) continue;
    const auto entries = static_cast<double>(key.entries);
    const double repeated = static_cast<double>(repetition_[i]) / kStepsPerBit / entries;
    key.entropy_bits = std::max(0.0, std::log2(entries) - repeated);
  }
  for (size_t way = 0; way < ways_.size(); ++way) findings_.ways.push_back(Measure(way));
  return findings_;
}

}  // namespace blindlink
