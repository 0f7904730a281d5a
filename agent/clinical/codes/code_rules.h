#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/codes/code_book.h"
#include "blindlink/v1/release_plan.pb.h"

namespace blindlink::agent {

// A CodeRule with its defaults filled in and checked against a code book.
struct CodeTarget {
  std::string system;  // canonical
  uint32_t min_persons = 11;
  std::vector<std::string> levels;        // finest first, at least one
  absl::flat_hash_set<std::string> keep;  // normalized
  uint32_t combination = 1;               // 1: single codes only
  uint32_t min_combination = 5;
  std::string code_map;  // SHA-256, hexadecimal; empty: the site's own counts
};

// More than this many codes at a time are not looked at: their number explodes.
inline constexpr uint32_t kMaxCombination = 3;

// INVALID_ARGUMENT names the rule's code system and what is wrong: a system twice, a level that the
// system does not have, levels that are not finest first, a combination over kMaxCombination.
absl::StatusOr<std::vector<CodeTarget>> CheckRules(absl::Span<const v1::CodeRule> rules,
                                                   const CodeBook& book);

// The target of `system`: its rule, or the defaults if there is none.
CodeTarget TargetOf(absl::Span<const CodeTarget> targets, const CodeBook& book,
                    absl::string_view system);

// What identifies the rules: lower-case hexadecimal SHA-256 of a text that has all of them but
// their code maps, in one order, with their defaults written out.
std::string RulesDigest(absl::Span<const CodeTarget> targets);

// Reads the rules of a release plan. INVALID_ARGUMENT names the line and column of what is wrong.
absl::StatusOr<std::vector<v1::CodeRule>> LoadCodeRules(const std::string& path);

}  // namespace blindlink::agent
