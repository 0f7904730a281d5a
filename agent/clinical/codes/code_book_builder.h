#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Collects what official files and a site's own hierarchies say about codes, in any order of
// systems, and writes the code book. Official files must be added oldest edition first: what a
// later one says of a group replaces what an earlier one said. Not thread-safe.
class CodeBookBuilder {
 public:
  enum class Billable : uint8_t { kNo, kYes, kUnknown };

  // A code of an edition; `edition` is its first day, "2024-10-01", or empty: valid on every day.
  // kUnknown: billable unless a longer code of the edition begins with it.
  void AddCode(absl::string_view system, absl::string_view code, absl::string_view edition,
               Billable billable);
  // The group of a code (or of a category, whose codes then all have it) at a level.
  void SetGroup(absl::string_view system, absl::string_view code, absl::string_view level,
                absl::string_view group);
  // A range of ICD-10-CM categories that is a chapter.
  void AddChapter(absl::string_view first, absl::string_view last);
  // One edge of a site's own hierarchy. INVALID_ARGUMENT, beginning with `where`, if the child has
  // another parent already or a level's name has blanks.
  absl::Status AddEdge(absl::string_view system, absl::string_view child,
                       absl::string_view child_level, absl::string_view parent,
                       absl::string_view parent_level, const std::string& where);

  struct SystemCount {
    std::string system;
    std::vector<std::string> editions;
    uint64_t codes = 0;
    uint64_t billable = 0;                                     // in the newest edition
    std::vector<std::pair<std::string, uint64_t>> with_group;  // level -> codes that have a group
  };
  // The text of the book (docs/formats/code_files.md). INVALID_ARGUMENT if a site's hierarchy has a
  // cycle, a system has more than kMaxEditions editions, or nothing was added.
  absl::StatusOr<std::string> Finish(std::vector<SystemCount>* counts);

 private:
  struct Code {
    std::map<std::string, Billable> editions;
    std::map<std::string, std::string> groups;
  };
  struct System {
    std::map<std::string, Code> codes;
    std::vector<std::string> levels;  // of own hierarchies, finest first
  };
  struct Edge {
    std::string parent;
    std::string where;
  };
  struct OwnSystem {
    std::map<std::string, Edge> edges;
    std::map<std::string, std::string> level_of;
  };

  absl::Status AddOwnSystems();
  absl::Status AddOwnSystem(const std::string& name, const OwnSystem& own);
  static absl::StatusOr<std::vector<std::string>> PathOf(const OwnSystem& own,
                                                         const std::string& child);
  void AddDerivedGroups();
  static void AddBelow(const Code& facts, Code* heading);
  void AddHeadings(const std::string& name, System* system);
  void SettleBillable(System* system);
  std::string ChapterOf(absl::string_view category) const;
  using Editions = std::map<std::string, bool>;
  struct EditionBits {
    uint32_t valid = 0;
    uint32_t billable = 0;
  };
  static Editions EditionsOf(const System& system);
  static absl::Status CheckEditions(const std::string& name, const System& system);
  static EditionBits BitsOf(const Code& code, const Editions& editions);
  static std::string GroupsOf(const Code& code, SystemCount* count);
  static void AppendSystem(const std::string& name, const System& system, SystemCount* count,
                           std::string* out);

  std::map<std::string, System> systems_;
  std::map<std::string, OwnSystem> own_;
  std::map<std::string, std::string> chapters_;  // first category -> last
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::string>>
      of_category_;  // system, level -> category -> group
};

}  // namespace blindlink::agent
