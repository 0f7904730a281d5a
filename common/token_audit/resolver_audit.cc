#include "common/token_audit/resolver_audit.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "common/token_audit/audit_verdict.h"

namespace blindlink {
namespace {

constexpr size_t kLongest = 500;
constexpr int kMostWarnings = 64;

double Percent(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string Safe(absl::string_view text) { return absl::CHexEscape(text.substr(0, kLongest)); }

v1::SeenMatchKey SeenKeyOf(const MatchKeyAudit& key) {
  v1::SeenMatchKey seen;
  seen.set_match_key(key.name);
  seen.set_tokens(key.entries);
  seen.set_distinct(key.distinct);
  seen.set_most_records(key.most_records);
  seen.set_in_large_groups(key.in_large_groups);
  seen.set_overused(key.overused);
  seen.set_entropy_bits(key.entropy_bits);
  return seen;
}

v1::SeenClasses SeenClassesOf(const ChainAudit& way) {
  v1::SeenClasses seen;
  seen.set_by(way.name);
  seen.set_largest_class(way.largest_class);
  seen.set_classes(way.classes);
  seen.set_chained_records(way.chained_records);
  seen.set_mean_strangers(way.mean_strangers);
  return seen;
}

}  // namespace

v1::ResolverAudit ResolverAuditOf(const TokenAuditFindings& findings, const ChainLayout& layout,
                                  const Plan& plan, const GroupAuditOptions& options) {
  v1::ResolverAudit audit;
  audit.set_records(findings.records);
  audit.set_tokens(findings.tokens);
  audit.set_class_size(static_cast<uint32_t>(options.class_size));
  for (const MatchKeyAudit& key : findings.match_keys) *audit.add_match_keys() = SeenKeyOf(key);
  size_t wanted = 0;
  for (const ChainWay& way : layout.ways()) wanted += way.tells_more ? 1 : 0;
  for (const size_t way : options.ways) *audit.add_classes() = SeenClassesOf(findings.ways[way]);
  audit.set_ways_left_out(static_cast<uint32_t>(wanted - options.ways.size()));
  audit.set_single_by_counts(findings.single_by_counts);
  audit.set_single_by_neighbourhood(findings.single_by_neighbourhood);
  if (plan.proto().has_audit()) {
    *audit.mutable_exceeded() = JudgeTokenSet(findings, layout, plan).exceeded();
  } else {
    for (const std::string& note : NoteWhatChains(findings, layout, plan, options.class_size)) {
      audit.add_noted(note);
    }
  }
  return audit;
}

std::string DescribeResolverAudit(const v1::ResolverAudit& audit, uint64_t tokens) {
  std::string text =
      absl::StrFormat("what the resolver sees in %d of %d tokens\n", audit.tokens(), tokens);
  absl::StrAppendFormat(&text, "  %-24s %12s %12s %9s %9s %9s %9s\n", "match key", "tokens",
                        "different", "most", "in large", "overused", "entropy");
  for (const v1::SeenMatchKey& key : audit.match_keys()) {
    absl::StrAppendFormat(&text, "  %-24s %12d %12d %9d %8.2f%% %8.2f%% %9.2f\n",
                          Safe(key.match_key()), key.tokens(), key.distinct(), key.most_records(),
                          Percent(key.in_large_groups(), key.tokens()),
                          Percent(key.overused(), key.tokens()), key.entropy_bits());
  }
  absl::StrAppendFormat(&text, "  %-32s %10s %10s %9s %10s\n", "records joined by", "largest",
                        "classes", "chained", "strangers");
  for (const v1::SeenClasses& way : audit.classes()) {
    absl::StrAppendFormat(&text, "  %-32s %10d %10d %8.2f%% %10.3f\n", Safe(way.by()),
                          way.largest_class(), way.classes(),
                          Percent(way.chained_records(), audit.records()), way.mean_strangers());
  }
  absl::StrAppendFormat(
      &text,
      "  chained: in classes of more than %d; unlike any other record in its number of tokens: "
      "%.2f%%, in how many share them: %.2f%%\n",
      audit.class_size(), Percent(audit.single_by_counts(), audit.records()),
      Percent(audit.single_by_neighbourhood(), audit.records()));
  if (audit.ways_left_out() > 0) {
    absl::StrAppendFormat(&text, "  %d ways of joining were not followed, for want of memory\n",
                          audit.ways_left_out());
  }
  return absl::StrCat(text, WarningsOf(audit));
}

std::string WarningsOf(const v1::ResolverAudit& audit) {
  std::string text;
  const auto print = [&text](const char* word, const auto& lines) {
    const int count = std::min(lines.size(), kMostWarnings);
    for (int i = 0; i < count; ++i) absl::StrAppend(&text, "  ", word, Safe(lines[i]), "\n");
  };
  print("warning: above a threshold of the plan: ", audit.exceeded());
  print("note: ", audit.noted());
  return text;
}

}  // namespace blindlink
