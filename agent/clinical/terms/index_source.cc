#include <algorithm>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/terms/official_sources.h"
#include "agent/clinical/terms/source_text.h"
#include "agent/clinical/terms/table_reader.h"
#include "agent/clinical/terms/term_markers.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// "Ulcer, ulcerated, ulcerating" names one thing three times: only the first word stays. "Apex,
// heart" stays as it is.
std::string WithoutDerivations(absl::string_view term) {
  const std::vector<absl::string_view> parts = absl::StrSplit(term, ", ");
  constexpr size_t kStem = 4;
  std::string out(parts[0]);
  for (size_t i = 1; i < parts.size(); ++i) {
    const bool derived = parts[0].size() >= kStem && !absl::StrContains(parts[i], ' ') &&
                         absl::StartsWithIgnoreCase(parts[i], parts[0].substr(0, kStem));
    if (!derived) absl::StrAppend(&out, ", ", parts[i]);
  }
  return out;
}

// One line of the index or of the table and those above it.
struct Path {
  std::vector<std::string> terms;
  std::vector<std::vector<std::string>> optional;

  // INVALID level: false.
  bool Enter(size_t level, absl::string_view term, absl::string_view modifiers) {
    if (level > terms.size()) return false;
    terms.resize(level);
    optional.resize(level);
    terms.push_back(level == 0 ? WithoutDerivations(WithoutBrackets(term)) : WithoutBrackets(term));
    optional.push_back(InBrackets(modifiers));
    for (std::string& inner : InBrackets(term)) optional.back().push_back(std::move(inner));
    return true;
  }
  std::vector<std::string> AllOptional() const {
    std::vector<std::string> all;
    for (const auto& list : optional) all.insert(all.end(), list.begin(), list.end());
    return all;
  }
};

// One line of the index.
struct IndexEntry {
  size_t level = 0;
  std::string text, code, see;
  std::vector<std::string> optional;
};

bool IsOfCategory(const std::string& code, const std::string& category) {
  return absl::StartsWith(code, absl::string_view(category).substr(0, 3));
}

// Whether most of what stands below an entry has codes of other categories than its own: "Disease,
// kidney" has N28.9, but what is known of a kidney's disease is N18, Q61 and so on.
bool LeadsElsewhere(const std::vector<IndexEntry>& entries, size_t at) {
  int others = 0;
  for (size_t i = at + 1; i < entries.size() && entries[i].level > entries[at].level; ++i) {
    if (entries[i].code.empty()) continue;
    others += IsOfCategory(entries[i].code, entries[at].code) ? -1 : 1;
  }
  return others > 0;
}

using EntriesByText = absl::flat_hash_map<std::string, std::vector<size_t>>;

// Whether the index has the same entry once more, with another category or none.
bool IsContradicted(const std::vector<IndexEntry>& entries, const EntriesByText& by_text,
                    size_t at) {
  const std::vector<size_t>& same = by_text.find(entries[at].text)->second;
  return std::any_of(same.begin(), same.end(), [&](size_t other) {
    return !IsOfCategory(entries[other].code, entries[at].code);
  });
}

void AddEntries(std::vector<IndexEntry> entries, TermDraft* draft) {
  EntriesByText by_text;
  for (size_t i = 0; i < entries.size(); ++i) by_text[entries[i].text].push_back(i);
  std::vector<bool> headings(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    headings[i] = !entries[i].code.empty() &&
                  (LeadsElsewhere(entries, i) || IsContradicted(entries, by_text, i));
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    IndexEntry& entry = entries[i];
    if (!entry.code.empty()) {
      draft->forms.push_back({std::move(entry.text), std::move(entry.code), "",
                              headings[i] ? TermSource::kHeading : TermSource::kIndex,
                              std::move(entry.optional)});
    } else if (!entry.see.empty()) {
      draft->references.push_back({std::move(entry.text), std::move(entry.see)});
    }
  }
}

// "E11.311 [H36]" is E11311, "S93.40-" is S9340, "C44.-" is C44; "--" is nothing.
std::string IndexCode(absl::string_view text) {
  text = text.substr(0, text.find_first_of(" [/,"));
  return CodeWithoutDot(text);
}

absl::StatusOr<size_t> LevelOf(const TableReader& table, int column) {
  uint32_t level = 0;
  if (!absl::SimpleAtoi(table.Field(column), &level)) {
    return table.RowError("the column Level does not hold a number");
  }
  return size_t{level};
}

// The two alternatives of "anorectum, anorectal" mean the same; a comma also inverts: "apex,
// heart".
void AddSite(const std::string& wording, const std::string& site, const std::string& code,
             const std::vector<std::string>& optional, TermDraft* draft) {
  draft->forms.push_back(
      {absl::StrCat(wording, " ", site), code, "", TermSource::kNeoplasm, optional});
}

struct Behavior {
  absl::string_view column;
  std::vector<std::string> wordings;
};

const std::vector<Behavior>& Behaviors() {
  static const auto* const kBehaviors =
      new std::vector<Behavior>{{"MalignantPrimary", {"malignant neoplasm of"}},
                                {"MalignantSecondary", {"secondary malignant neoplasm of"}},
                                {"CaInSitu", {"carcinoma in situ of"}},
                                {"Benign", {"benign neoplasm of"}},
                                {"UncertainBehavior", {"neoplasm of uncertain behavior of"}},
                                {"UnspecifiedBehavior", {"neoplasm of unspecified behavior of"}}};
  return *kBehaviors;
}

// The site of a path below "Neoplasm, neoplastic", most special first, each way the table words it.
std::vector<std::string> SitesOf(const Path& path) {
  std::vector<std::string> sites = {""};
  for (size_t i = path.terms.size(); i-- > 1;) {
    std::vector<std::string> longer;
    const bool words_only = i == 1 && absl::StrContains(path.terms[i], ", ");
    for (const std::string& site : sites) {
      longer.push_back(absl::StrCat(site, site.empty() ? "" : " ", path.terms[i]));
      if (!words_only) continue;
      for (const absl::string_view word : absl::StrSplit(path.terms[i], ", ")) {
        longer.push_back(absl::StrCat(site, site.empty() ? "" : " ", word));
      }
    }
    sites = std::move(longer);
  }
  return sites;
}

}  // namespace

absl::Status ReadIndex(const std::string& path, TermDraft* draft) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, TableReader::Open(path));
  BL_ASSIGN_OR_RETURN(const int level_column, table->NeededColumn({"Level"}));
  BL_ASSIGN_OR_RETURN(const int term, table->NeededColumn({"Term", "Title"}));
  BL_ASSIGN_OR_RETURN(const int code_column, table->NeededColumn({"Code"}));
  const int see = table->ColumnOf({"See"});
  const int modifiers = table->ColumnOf({"NonEssModif", "nemod"});
  Path path_to;
  std::vector<IndexEntry> entries;
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool more, table->Next());
    if (!more) break;
    BL_ASSIGN_OR_RETURN(const size_t level, LevelOf(*table, level_column));
    if (!path_to.Enter(level, table->Field(term), table->Field(modifiers))) {
      return table->RowError("the column Level skips a level");
    }
    entries.push_back({level, absl::StrJoin(path_to.terms, ", "),
                       IndexCode(table->Field(code_column)), std::string(table->Field(see)),
                       path_to.AllOptional()});
  }
  AddEntries(std::move(entries), draft);
  return absl::OkStatus();
}

absl::Status ReadNeoplasms(const std::string& path, TermDraft* draft) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, TableReader::Open(path));
  BL_ASSIGN_OR_RETURN(const int level_column, table->NeededColumn({"Level"}));
  BL_ASSIGN_OR_RETURN(const int term, table->NeededColumn({"Term", "Title"}));
  const int modifiers = table->ColumnOf({"NonEssModif"});
  std::vector<int> columns;
  for (const Behavior& behavior : Behaviors()) {
    BL_ASSIGN_OR_RETURN(const int column, table->NeededColumn({behavior.column}));
    columns.push_back(column);
  }
  Path entry;
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool more, table->Next());
    if (!more) return absl::OkStatus();
    BL_ASSIGN_OR_RETURN(const size_t level, LevelOf(*table, level_column));
    if (!entry.Enter(level, table->Field(term), table->Field(modifiers))) {
      return table->RowError("the column Level skips a level");
    }
    const std::vector<std::string> sites = SitesOf(entry);
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string code = IndexCode(table->Field(columns[i]));
      if (code.empty()) continue;
      for (const std::string& site : sites) {
        for (const std::string& wording : Behaviors()[i].wordings) {
          AddSite(wording, site, code, entry.AllOptional(), draft);
        }
        // A name that does not say how the growth behaves may mean each of these: a person decides.
        AddSite("neoplasm of", site, code, entry.AllOptional(), draft);
      }
    }
  }
}

}  // namespace blindlink::agent
