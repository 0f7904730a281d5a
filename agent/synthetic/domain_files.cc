#include "agent/synthetic/domain_files.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr size_t kMostValues = 60'000;

struct Line {
  size_t number;
  std::string text;
};

absl::Status Wrong(const std::string& path, size_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ":", line, ": ", what));
}

// Without empty lines, line ends and a byte order mark.
absl::StatusOr<std::vector<Line>> LinesOf(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
  std::vector<Line> lines;
  size_t number = 0;
  absl::string_view text = content;
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::string_view trimmed = absl::StripAsciiWhitespace(line);
    if (!trimmed.empty()) lines.push_back({number, std::string(trimmed)});
  }
  if (lines.empty()) return Wrong(path, 1, "the file names no value");
  if (lines.size() > kMostValues) {
    return Wrong(path, lines.back().number, absl::StrCat("more than ", kMostValues, " values"));
  }
  return lines;
}

}  // namespace

absl::StatusOr<Domain> DomainOfList(const std::string& name, const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::vector<Line> lines, LinesOf(path));
  std::vector<std::string> values;
  std::unordered_map<std::string, size_t> seen;
  for (const Line& line : lines) {
    const auto [at, is_new] = seen.emplace(line.text, line.number);
    if (!is_new) {
      return Wrong(path, line.number, absl::StrCat("the same value stands in line ", at->second));
    }
    values.push_back(line.text);
  }
  return Domain::OfCategories(name, std::move(values));
}

absl::StatusOr<Domain> DomainOfHierarchy(const std::string& name, const std::string& path,
                                         uint32_t level) {
  BL_ASSIGN_OR_RETURN(const std::vector<Line> lines, LinesOf(path));
  std::vector<std::string> categories;
  std::unordered_map<std::string, uint32_t> category_codes, groups;
  for (const Line& line : lines) {
    const std::vector<std::string> levels = absl::StrSplit(line.text, ';');
    if (level >= levels.size()) {
      return Wrong(path, line.number,
                   absl::StrCat("has ", levels.size(), " levels, and level ", level,
                                " is wanted (0 is the value itself)"));
    }
    const std::string& category = levels[level];
    const auto [at, is_new] =
        category_codes.emplace(category, static_cast<uint32_t>(categories.size()));
    if (is_new) categories.push_back(category);
    const auto [known, first] = groups.emplace(levels[0], at->second);
    if (!first && known->second != at->second) {
      return Wrong(path, line.number, "the value stands in an earlier line with another group");
    }
  }
  return Domain::OfGroups(name, std::move(categories), std::move(groups));
}

CodeGroups::CodeGroups(std::vector<Group> groups) : groups_(std::move(groups)) {
  for (uint32_t i = 0; i < groups_.size(); ++i) {
    index_.emplace(groups_[i].prefix, i);
    longest_ = std::max(longest_, groups_[i].prefix.size());
  }
}

uint32_t CodeGroups::GroupOf(absl::string_view code) const {
  std::string plain = absl::AsciiStrToUpper(absl::StrReplaceAll(code, {{".", ""}, {" ", ""}}));
  plain.resize(std::min(plain.size(), longest_));
  for (; !plain.empty(); plain.pop_back()) {
    if (const auto found = index_.find(plain); found != index_.end()) return found->second;
  }
  return static_cast<uint32_t>(groups_.size());
}

absl::StatusOr<CodeGroups> ReadCodeGroups(const std::string& path) {
  constexpr size_t kMostGroups = 2000;
  BL_ASSIGN_OR_RETURN(const std::vector<Line> lines, LinesOf(path));
  if (lines.size() > kMostGroups) {
    return Wrong(path, lines[kMostGroups].number,
                 absl::StrCat("more than ", kMostGroups, " groups: use wider ones"));
  }
  std::vector<CodeGroups::Group> groups;
  std::unordered_map<std::string, size_t> seen;
  for (const Line& line : lines) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(line.text, absl::MaxSplits(';', 1));
    std::string prefix = absl::AsciiStrToUpper(absl::StrReplaceAll(parts.first, {{".", ""}}));
    if (prefix.empty()) return Wrong(path, line.number, "write \"prefix;title\"");
    const auto [at, is_new] = seen.emplace(prefix, line.number);
    if (!is_new) {
      return Wrong(path, line.number, absl::StrCat("the same prefix is in line ", at->second));
    }
    groups.push_back({std::move(prefix), parts.second});
  }
  return CodeGroups(std::move(groups));
}

}  // namespace blindlink::agent
