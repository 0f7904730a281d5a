#include "agent/clinical/codes/code_book_builder.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_text.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

struct LevelsOfSystem {
  const char* system;
  const char* all;
  const char* defaults;
};
constexpr std::array<LevelsOfSystem, 6> kOfficial = {
    {{kIcd10Cm, "code subcategory category block chapter dxccsr dxccsr_body",
      "code subcategory category block chapter"},
     {kIcd10Pcs, "code body_part operation body_system section prccsr prccsr_domain",
      "code body_part operation body_system section"},
     {kHcpcs, "code betos betos_group betos_class section", "code betos betos_group betos_class"},
     {kIcd9Cm, "code category ccs ccs_4 ccs_3 ccs_2 ccs_1 icd10_category icd10_chapter",
      "code ccs ccs_2 ccs_1"},
     {kIcd9Pcs, "code ccs ccs_3 ccs_2 ccs_1", "code ccs ccs_2 ccs_1"},
     {kMsDrg, "code mdc", "code mdc"}}};

std::string LevelWords(const std::string& name, const std::vector<std::string>& own,
                       const char* LevelsOfSystem::*which) {
  for (const LevelsOfSystem& row : kOfficial) {
    if (row.system == name) return std::string(row.*which);
  }
  return absl::StrJoin(own, " ");
}

size_t CategorySize(absl::string_view system, absl::string_view code) {
  return system == kIcd9Cm && absl::StartsWith(code, "E") ? 4 : 3;
}

// Groups that are beginnings of the code.
std::vector<std::pair<absl::string_view, size_t>> PrefixLevels(absl::string_view system,
                                                               absl::string_view code) {
  if (system == kIcd10Cm) return {{"subcategory", 4}, {"category", 3}};
  if (system == kIcd9Cm) return {{"category", CategorySize(system, code)}};
  if (system == kIcd10Pcs) {
    return {{"body_part", 4}, {"operation", 3}, {"body_system", 2}, {"section", 1}};
  }
  return {};
}

}  // namespace

void CodeBookBuilder::AddCode(absl::string_view system, absl::string_view code,
                              absl::string_view edition, Billable billable) {
  if (code.empty()) return;
  Billable& known = systems_[std::string(system)]
                        .codes[std::string(code)]
                        .editions.try_emplace(std::string(edition), Billable::kUnknown)
                        .first->second;
  if (known == Billable::kUnknown) known = billable;
}

void CodeBookBuilder::SetGroup(absl::string_view system, absl::string_view code,
                               absl::string_view level, absl::string_view group) {
  if (code.empty() || group.empty()) return;
  if (code.size() == CategorySize(system, code) && IsByPrefix(system)) {
    of_category_[{std::string(system), std::string(level)}][std::string(code)] = std::string(group);
    return;
  }
  systems_[std::string(system)].codes[std::string(code)].groups[std::string(level)] =
      std::string(group);
}

void CodeBookBuilder::AddChapter(absl::string_view first, absl::string_view last) {
  std::string& known = chapters_[std::string(first)];
  known = std::max(known, std::string(last));
}

absl::Status CodeBookBuilder::AddEdge(absl::string_view system, absl::string_view child,
                                      absl::string_view child_level, absl::string_view parent,
                                      absl::string_view parent_level, const std::string& where) {
  OwnSystem& own = own_[std::string(system)];
  for (const absl::string_view text : {child, parent, child_level, parent_level}) {
    if (absl::StrContains(text, '|') || text == "-" || text == "*") {
      return absl::InvalidArgumentError(
          absl::StrCat(where, ": a code or level must not be '-' or '*' or contain '|'"));
    }
  }
  if (absl::StrContains(child_level, ' ') || absl::StrContains(parent_level, ' ')) {
    return absl::InvalidArgumentError(absl::StrCat(where, ": a level's name must have no blanks"));
  }
  own.level_of.try_emplace(std::string(child), child_level);
  if (parent.empty()) return absl::OkStatus();
  own.level_of.try_emplace(std::string(parent), parent_level);
  const auto [edge, is_new] =
      own.edges.try_emplace(std::string(child), Edge{std::string(parent), where});
  if (!is_new && edge->second.parent != parent) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, ": the child has another parent than in ", edge->second.where,
                     "; a code must have one parent: remove one of the two rows"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> CodeBookBuilder::PathOf(const OwnSystem& own,
                                                                 const std::string& child) {
  std::vector<std::string> path = {child};
  while (true) {
    const auto edge = own.edges.find(path.back());
    if (edge == own.edges.end()) return path;
    if (std::find(path.begin(), path.end(), edge->second.parent) != path.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          edge->second.where, ": the hierarchy is cyclic: this row makes a code its own ancestor"));
    }
    path.push_back(edge->second.parent);
  }
}

absl::Status CodeBookBuilder::AddOwnSystem(const std::string& name, const OwnSystem& own) {
  // A level's place is its largest distance from the bottom.
  std::map<std::string, size_t> height;
  for (const auto& [child, level] : own.level_of) {
    BL_ASSIGN_OR_RETURN(const std::vector<std::string> path, PathOf(own, child));
    for (size_t i = 0; i < path.size(); ++i) {
      size_t& known = height[own.level_of.at(path[i])];
      known = std::max(known, i);
    }
  }
  System& system = systems_[name];
  for (size_t i = 0; i <= own.level_of.size() && system.levels.size() < height.size(); ++i) {
    for (const auto& [level, at] : height) {
      if (at == i && level != "code") system.levels.push_back(level);
    }
    if (i == 0) system.levels.insert(system.levels.begin(), "code");
  }
  for (const auto& [child, level] : own.level_of) {
    AddCode(name, child, "", Billable::kYes);
    BL_ASSIGN_OR_RETURN(const std::vector<std::string> path, PathOf(own, child));
    for (size_t i = 1; i < path.size(); ++i) {
      system.codes[child].groups[own.level_of.at(path[i])] = path[i];
    }
  }
  return absl::OkStatus();
}

absl::Status CodeBookBuilder::AddOwnSystems() {
  for (const auto& [name, own] : own_) {
    if (systems_.count(name) > 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "there is a hierarchy file and an official list for ", name, ": remove one of them"));
    }
    BL_RETURN_IF_ERROR(AddOwnSystem(name, own));
  }
  return absl::OkStatus();
}

std::string CodeBookBuilder::ChapterOf(absl::string_view category) const {
  auto at = chapters_.upper_bound(std::string(category));
  if (at == chapters_.begin()) return "";
  --at;
  return category <= at->second ? absl::StrCat(at->first, "-", at->second) : "";
}

void CodeBookBuilder::AddDerivedGroups() {
  for (auto& [name, system] : systems_) {
    for (auto& [code, facts] : system.codes) {
      for (const auto& [level, size] : PrefixLevels(name, code)) {
        if (code.size() >= size) facts.groups[std::string(level)] = code.substr(0, size);
      }
      if (name == kHcpcs) {
        facts.groups["section"] =
            absl::StrCat(code.substr(0, 1), "0000-", code.substr(0, 1), "9999");
      }
      if (name == kIcd10Cm) facts.groups["chapter"] = ChapterOf(code.substr(0, 3));
      if (name == kIcd9Cm) {
        const auto icd10 = facts.groups.find("icd10_category");
        if (icd10 != facts.groups.end()) facts.groups["icd10_chapter"] = ChapterOf(icd10->second);
      }
    }
  }
  for (const auto& [of, categories] : of_category_) {
    for (auto& [code, facts] : systems_[of.first].codes) {
      const auto found = categories.find(code.substr(0, CategorySize(of.first, code)));
      if (found != categories.end()) facts.groups.try_emplace(of.second, found->second);
    }
  }
}

// Notes that `facts` is below `heading`, which has the groups that all codes below it share.
void CodeBookBuilder::AddBelow(const Code& facts, Code* heading) {
  for (const auto& [edition, billable] : facts.editions) {
    heading->editions.try_emplace(edition, Billable::kNo);
  }
  for (auto& [level, group] : heading->groups) {
    const auto same = facts.groups.find(level);
    if (same == facts.groups.end() || same->second != group) group.clear();
  }
}

void CodeBookBuilder::AddHeadings(const std::string& name, System* system) {
  if (!IsByPrefix(name)) return;
  const size_t shortest = name == kIcd9Pcs ? 2 : 3;
  const size_t longest = name == kIcd10Pcs ? 3 : 6;
  std::map<std::string, Code> headings;
  for (const auto& [code, facts] : system->codes) {
    for (size_t size = shortest; size < code.size() && size <= longest; ++size) {
      const auto [heading, is_new] = headings.try_emplace(code.substr(0, size));
      if (is_new) heading->second.groups = facts.groups;
      AddBelow(facts, &heading->second);
    }
  }
  for (auto& [stem, heading] : headings) {
    Code& known = system->codes[stem];
    for (const auto& [edition, billable] : heading.editions) {
      known.editions.try_emplace(edition, billable);
    }
    for (auto& [level, group] : heading.groups) {
      // A beginning longer than the heading is no group of it.
      if (!group.empty() && !(group.size() > stem.size() && absl::StartsWith(group, stem))) {
        known.groups.try_emplace(level, group);
      }
    }
  }
}

void CodeBookBuilder::SettleBillable(System* system) {
  for (auto code = system->codes.begin(); code != system->codes.end(); ++code) {
    for (auto& [edition, billable] : code->second.editions) {
      if (billable != Billable::kUnknown) continue;
      billable = Billable::kYes;
      for (auto below = std::next(code);
           below != system->codes.end() && absl::StartsWith(below->first, code->first); ++below) {
        if (below->second.editions.count(edition) > 0) billable = Billable::kNo;
      }
    }
  }
}

// First day -> whether codes of 7 characters are listed.
CodeBookBuilder::Editions CodeBookBuilder::EditionsOf(const System& system) {
  Editions editions;
  for (const auto& [code, facts] : system.codes) {
    for (const auto& [edition, billable] : facts.editions) {
      if (!edition.empty()) editions[edition] |= code.size() == 7;
    }
  }
  return editions;
}

CodeBookBuilder::EditionBits CodeBookBuilder::BitsOf(const Code& code, const Editions& editions) {
  const auto always = code.editions.find("");
  if (always != code.editions.end()) {
    return {~0u, always->second == Billable::kYes ? ~0u : 0u};
  }
  EditionBits bits;
  uint32_t bit = 1;
  for (const auto& [day, has_seventh] : editions) {
    const auto found = code.editions.find(day);
    if (found != code.editions.end()) {
      bits.valid |= bit;
      if (found->second == Billable::kYes) bits.billable |= bit;
    }
    bit <<= 1;
  }
  return bits;
}

std::string CodeBookBuilder::GroupsOf(const Code& code, SystemCount* count) {
  std::string text;
  for (auto& [level, codes] : count->with_group) {
    const auto found = code.groups.find(level);
    const bool has = found != code.groups.end() && !found->second.empty();
    absl::StrAppend(&text, text.empty() ? "" : "|", has ? found->second : "-");
    if (has) ++codes;
  }
  return text.empty() ? "-" : text;
}

void CodeBookBuilder::AppendSystem(const std::string& name, const System& system,
                                   SystemCount* count, std::string* out) {
  const std::string all = LevelWords(name, system.levels, &LevelsOfSystem::all);
  const std::vector<std::string> levels = absl::StrSplit(all, ' ');
  for (size_t i = 1; i < levels.size(); ++i) count->with_group.emplace_back(levels[i], 0);
  const Editions editions = EditionsOf(system);
  std::vector<std::string> days;
  for (const auto& [day, has_seventh] : editions) {
    count->editions.push_back(day);
    days.push_back(absl::StrCat(day, has_seventh ? "" : "!"));
  }
  AppendCsvRow({name, "*", absl::StrJoin(days, " "),
                LevelWords(name, system.levels, &LevelsOfSystem::defaults), all},
               out);
  const uint32_t newest = 1u << (editions.empty() ? 0 : editions.size() - 1);
  for (const auto& [code, facts] : system.codes) {
    if (facts.editions.empty()) continue;  // grouped, but in no list
    const EditionBits bits = BitsOf(facts, editions);
    AppendCsvRow({name, code, absl::StrCat(absl::Hex(bits.valid)),
                  absl::StrCat(absl::Hex(bits.billable)), GroupsOf(facts, count)},
                 out);
    ++count->codes;
    if ((bits.billable & newest) != 0) ++count->billable;
  }
}

absl::Status CodeBookBuilder::CheckEditions(const std::string& name, const System& system) {
  const size_t editions = EditionsOf(system).size();
  if (editions <= kMaxEditions) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("there are lists of ", editions, " editions of ",
                                                 name, ", and a code book has ", "at most ",
                                                 kMaxEditions, ": leave out the oldest files"));
}

absl::StatusOr<std::string> CodeBookBuilder::Finish(std::vector<SystemCount>* counts) {
  BL_RETURN_IF_ERROR(AddOwnSystems());
  AddDerivedGroups();
  std::string text;
  AppendCsvRow({"code_system", "code", "editions", "billable", "groups"}, &text);
  for (auto& [name, system] : systems_) {
    AddHeadings(name, &system);
    SettleBillable(&system);
    BL_RETURN_IF_ERROR(CheckEditions(name, system));
    SystemCount count;
    count.system = name;
    AppendSystem(name, system, &count, &text);
    if (count.codes > 0) counts->push_back(std::move(count));
  }
  if (counts->empty()) {
    return absl::InvalidArgumentError(
        "no code was found: give files that docs/codes.md lists, or NAME.hierarchy.csv");
  }
  return text;
}

}  // namespace blindlink::agent
