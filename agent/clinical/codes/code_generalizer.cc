#include "agent/clinical/codes/code_generalizer.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/codes/code_text.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

absl::Status CheckMap(const CodeTarget& target, const CodeBook& book, const CodeMap* map) {
  if (target.code_map.empty()) return absl::OkStatus();
  if (map == nullptr || map->digest() != target.code_map) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the release plan wants the code map ", target.code_map, " for ", target.system, ", ",
        map == nullptr ? "and none is given" : absl::StrCat("not ", map->digest()),
        ": give the file that codes plan wrote"));
  }
  if (map->book_digest() != book.digest()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the code map was made with the code book ", map->book_digest(), ", not with ",
                     book.digest(), ": all sites must use the same code book"));
  }
  return absl::OkStatus();
}

// A map that no rule names would be ignored, and the site would release by its own counts.
absl::Status CheckMapIsUsed(absl::Span<const CodeTarget> targets, const CodeMap* map) {
  const bool used = std::any_of(targets.begin(), targets.end(),
                                [](const CodeTarget& target) { return !target.code_map.empty(); });
  if (map == nullptr || used) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "a code map is given, and no rule of the release plan names one: write code_map: \"",
      map->digest(), "\" into each rule for codes, or leave the map out"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<CodeGeneralizer>> CodeGeneralizer::Create(
    const CodeBook& book, absl::Span<const v1::CodeRule> rules, const CodeMap* map) {
  BL_ASSIGN_OR_RETURN(std::vector<CodeTarget> targets, CheckRules(rules, book));
  BL_RETURN_IF_ERROR(CheckMapIsUsed(targets, map));
  for (const CodeTarget& target : targets) BL_RETURN_IF_ERROR(CheckMap(target, book, map));
  auto generalizer = absl::WrapUnique(new CodeGeneralizer(book, std::move(targets), map));
  for (const CodeTarget& target : generalizer->targets_) {
    generalizer->systems_[target.system] = generalizer->Make(target.system);
  }
  return generalizer;
}

std::unique_ptr<SystemGeneralizer> CodeGeneralizer::Make(const std::string& system) const {
  CodeTarget target = TargetOf(targets_, book_, system);
  const absl::flat_hash_set<std::string>* released = nullptr;
  if (!target.code_map.empty()) {
    static const absl::flat_hash_set<std::string> kNothing;
    released = map_->Released(system);
    // A map that does not name the system releases none of its codes.
    if (released == nullptr) released = &kNothing;
  }
  return std::make_unique<SystemGeneralizer>(book_, std::move(target), released);
}

void CodeGeneralizer::Add(uint64_t person, absl::string_view system, absl::string_view code) {
  const std::string name = CanonicalSystem(system);
  if (name.empty()) return;
  std::unique_ptr<SystemGeneralizer>& of = systems_[name];
  if (of == nullptr) of = Make(name);
  of->Add(person, code);
}

void CodeGeneralizer::Prepare() {
  for (const auto& [name, system] : systems_) system->Prepare();
}

const SystemGeneralizer* CodeGeneralizer::Find(absl::string_view system) const {
  const auto found = systems_.find(CanonicalSystem(system));
  return found == systems_.end() ? nullptr : found->second.get();
}

CodeRung CodeGeneralizer::Released(uint64_t person, absl::string_view system,
                                   absl::string_view code) const {
  const SystemGeneralizer* const of = Find(system);
  return of == nullptr ? CodeRung() : of->Released(person, code);
}

CodeRung CodeGeneralizer::Released(absl::string_view system, absl::string_view code) const {
  const SystemGeneralizer* const of = Find(system);
  return of == nullptr ? CodeRung() : of->ReleasedForAll(code);
}

std::vector<CodeUtility> CodeGeneralizer::Utility() const {
  std::vector<CodeUtility> utilities;
  for (const auto& [name, system] : systems_) {
    CodeUtility utility = system->Utility();
    if (utility.rows > 0) utilities.push_back(std::move(utility));
  }
  return utilities;
}

}  // namespace blindlink::agent
