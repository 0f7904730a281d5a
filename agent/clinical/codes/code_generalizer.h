#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_map.h"
#include "agent/clinical/codes/code_rules.h"
#include "agent/clinical/codes/code_utility.h"
#include "agent/clinical/codes/system_generalizer.h"
#include "blindlink/v1/release_plan.pb.h"

namespace blindlink::agent {

// Makes codes coarser as the rules of a release plan ask (system_generalizer.h says how). Systems
// without a rule have the default one: 11 persons, no combinations, the system's default levels.
//
//   create; Add every code of every person; Prepare; then ask Released.
//
// Memory: 17 bytes for each distinct code of each person, and the counts of combinations while
// Prepare runs. Add and Prepare are not thread-safe; the rest is, after Prepare.
class CodeGeneralizer {
 public:
  // `map` may be null. INVALID_ARGUMENT says what is wrong with a rule; FAILED_PRECONDITION if a
  // rule names a code map and `map` is missing or another, or was made with another code book, or
  // if there is a map and no rule names it.
  // `book` and `map` must outlive the result.
  static absl::StatusOr<std::unique_ptr<CodeGeneralizer>> Create(
      const CodeBook& book, absl::Span<const v1::CodeRule> rules, const CodeMap* map);

  // `person` is any number that stands for the person (PersonNumber in person_codes.h); `system`
  // and `code` are as written. Rows without a code are ignored.
  void Add(uint64_t person, absl::string_view system, absl::string_view code);
  void Prepare();

  // What a person's code is released as; an empty code: not at all. Codes that were not added are
  // not released.
  CodeRung Released(uint64_t person, absl::string_view system, absl::string_view code) const;
  // The same before combinations are looked at: what the code would be in a person without others.
  CodeRung Released(absl::string_view system, absl::string_view code) const;

  // One for each system that was added, in alphabetical order.
  std::vector<CodeUtility> Utility() const;

 private:
  CodeGeneralizer(const CodeBook& book, std::vector<CodeTarget> targets, const CodeMap* map)
      : book_(book), targets_(std::move(targets)), map_(map) {}
  std::unique_ptr<SystemGeneralizer> Make(const std::string& system) const;
  const SystemGeneralizer* Find(absl::string_view system) const;

  const CodeBook& book_;
  const std::vector<CodeTarget> targets_;
  const CodeMap* const map_;
  std::map<std::string, std::unique_ptr<SystemGeneralizer>> systems_;
};

}  // namespace blindlink::agent
