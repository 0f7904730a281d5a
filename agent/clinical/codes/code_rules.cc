#include "agent/clinical/codes/code_rules.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/clinical/codes/code_text.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

absl::Status RuleError(absl::string_view system, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("release plan, the rule for codes of '", system, "': ", what));
}

absl::Status CheckLevels(const CodeTarget& target, const CodeBook& book) {
  const std::vector<std::string> all = book.Levels(target.system);
  size_t last = 0;
  for (const std::string& level : target.levels) {
    const auto at = std::find(all.begin(), all.end(), level);
    if (at == all.end()) {
      return RuleError(target.system, absl::StrCat("there is no level '", level,
                                                   "'; the levels are ", absl::StrJoin(all, ", ")));
    }
    const auto place = static_cast<size_t>(at - all.begin());
    if (place < last) {
      return RuleError(target.system, absl::StrCat("level '", level,
                                                   "' stands after a coarser one: write them "
                                                   "finest first"));
    }
    last = place;
  }
  return absl::OkStatus();
}

CodeTarget Defaults(const CodeBook& book, absl::string_view system) {
  CodeTarget target;
  target.system = std::string(system);
  target.levels = book.DefaultLevels(system);
  return target;
}

absl::StatusOr<CodeTarget> CheckRule(const v1::CodeRule& rule, const CodeBook& book) {
  if (rule.code_system().empty()) return RuleError("", "name the code_system");
  CodeTarget target = Defaults(book, CanonicalSystem(rule.code_system()));
  if (rule.min_persons() > 0) target.min_persons = rule.min_persons();
  if (rule.levels_size() > 0) target.levels.assign(rule.levels().begin(), rule.levels().end());
  for (const std::string& code : rule.keep()) {
    target.keep.insert(NormalizeCode(target.system, code));
  }
  if (rule.combination() > 0) target.combination = rule.combination();
  if (rule.min_combination() > 0) target.min_combination = rule.min_combination();
  target.code_map = rule.code_map();
  if (target.combination > kMaxCombination) {
    return RuleError(target.system, absl::StrCat("combination is ", target.combination,
                                                 "; at most ", kMaxCombination, " can be kept"));
  }
  BL_RETURN_IF_ERROR(CheckLevels(target, book));
  return target;
}

class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (text_.empty())
      text_ = absl::StrCat("line ", line + 1, ", column ", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

absl::StatusOr<std::vector<CodeTarget>> CheckRules(absl::Span<const v1::CodeRule> rules,
                                                   const CodeBook& book) {
  std::vector<CodeTarget> targets;
  for (const v1::CodeRule& rule : rules) {
    BL_ASSIGN_OR_RETURN(CodeTarget target, CheckRule(rule, book));
    for (const CodeTarget& other : targets) {
      if (other.system == target.system) return RuleError(target.system, "there are two");
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

CodeTarget TargetOf(absl::Span<const CodeTarget> targets, const CodeBook& book,
                    absl::string_view system) {
  for (const CodeTarget& target : targets) {
    if (target.system == system) return target;
  }
  return Defaults(book, system);
}

std::string RulesDigest(absl::Span<const CodeTarget> targets) {
  std::vector<std::string> rules;
  for (const CodeTarget& target : targets) {
    std::vector<std::string> keep(target.keep.begin(), target.keep.end());
    std::sort(keep.begin(), keep.end());
    AppendCsvRow({target.system, absl::StrCat(target.min_persons),
                  absl::StrJoin(target.levels, " "), absl::StrJoin(keep, " "),
                  absl::StrCat(target.combination), absl::StrCat(target.min_combination)},
                 &rules.emplace_back());
  }
  std::sort(rules.begin(), rules.end());
  return HexEncode(AsView(Sha256Of(absl::StrJoin(rules, ""))));
}

absl::StatusOr<std::vector<v1::CodeRule>> LoadCodeRules(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  v1::ReleasePlan plan;
  google::protobuf::TextFormat::Parser parser;
  FirstError error;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(text, &plan)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ", ", error.text()));
  }
  return std::vector<v1::CodeRule>(plan.codes().begin(), plan.codes().end());
}

}  // namespace blindlink::agent
