#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// Of a system: a code has one bit for each.
inline constexpr size_t kMaxEditions = 32;

// What a code is worth on a day.
enum class CodeVerdict : uint8_t {
  kValid,
  kNotBillable,  // a heading: more digits are needed
  kWrongYear,    // the system has it, but not on that day
  kOtherSystem,  // unknown here, known in another system of the book
  kUnknown,
  kNoList,  // the book has no list of the system, so nothing can be said
  kNoCode,  // nothing is written
};
inline constexpr size_t kCodeVerdicts = 7;

// "valid", "not billable".
absl::string_view CodeVerdictName(CodeVerdict verdict);

// One step of the ladder of a code: the group it belongs to at a level.
struct CodeRung {
  std::string level;  // "code", "category", ...
  std::string code;   // what is released: "E1165", "E11", "E08-E13", "E00-E89"
};

// The codes of all systems with their groups and the editions in which they exist, as `codes build`
// writes them (docs/formats/code_files.md). Immutable; threads may share it.
class CodeBook {
 public:
  // INVALID_ARGUMENT names the file, row and column of what is wrong.
  static absl::StatusOr<CodeBook> Open(const std::string& path);

  // Lower-case hexadecimal SHA-256 of the file (as stored, compressed or not).
  const std::string& digest() const { return digest_; }
  // The systems that have a list or a hierarchy, in alphabetical order.
  std::vector<std::string> Systems() const;
  // A system may be used if it has a list, or is CPT, whose hierarchy is arithmetic.
  bool Has(absl::string_view system) const;
  // The codes that `system` lists, in no order.
  std::vector<std::string> Codes(absl::string_view system) const;
  // All levels of `system`, finest first, and those used unless a plan chooses. {"code"} for a
  // system that the book lacks.
  std::vector<std::string> Levels(absl::string_view system) const;
  std::vector<std::string> DefaultLevels(absl::string_view system) const;
  // Days, "2024-10-01", from which on the lists of `system` are valid, in order.
  std::vector<std::string> Editions(absl::string_view system) const;

  // The groups of a code, finest first, at those of `levels` that it has; without repetitions.
  // `system` must be canonical, `code` normalized (code_text.h). A code that is not in the list
  // has no rung "code", only groups of the longest known code it begins with; if nothing is known
  // the ladder is empty. Codes of a system without a list have the rung "code" alone.
  std::vector<CodeRung> Ladder(absl::string_view system, absl::string_view code,
                               absl::Span<const std::string> levels) const;
  // The group of a code at one level; empty if there is none.
  std::string Ancestor(absl::string_view system, absl::string_view code,
                       absl::string_view level) const;

  // `date` is "2021-03-14", or empty: any day. `text` is the code as written.
  CodeVerdict Check(absl::string_view system, absl::string_view text, absl::string_view date) const;
  // The system, other than `system`, that `text` is a code of; empty if none is known. ICD-10-CM
  // before ICD-9-CM before the others.
  std::string GuessSystem(absl::string_view system, absl::string_view text) const;

 private:
  static constexpr uint32_t kNone = 0;
  struct Entry {
    uint32_t editions = 0;  // a bit for each edition that has it
    uint32_t billable = 0;
    std::vector<uint32_t> groups;  // for each level from the second on, an index into names
  };
  struct System {
    bool prefixes = false;  // whether a code's beginnings are its groups
    std::vector<std::string> levels;
    std::vector<std::string> default_levels;
    std::vector<std::string> editions;
    std::vector<bool> has_seventh;  // for each edition: whether it lists codes of 7 characters
    std::vector<std::string> names = {""};
    absl::flat_hash_map<std::string, uint32_t> name_ids = {{"", kNone}};
    absl::flat_hash_map<std::string, Entry> codes;

    uint32_t IdOf(absl::string_view name);
    // The entry of the code, or else of the longest code it begins with; null if there is none.
    const Entry* Nearest(absl::string_view code) const;
  };

  const System* Find(absl::string_view system) const;
  absl::Status AddRow(absl::Span<const std::string> fields, const std::string& where);
  static absl::Status AddSystem(absl::string_view levels, absl::string_view defaults,
                                absl::string_view editions, const std::string& where,
                                System* system);
  static absl::Status AddCode(absl::Span<const std::string> fields, const std::string& where,
                              System* system);
  static CodeVerdict CheckIn(const System& system, const std::string& code, absl::string_view date);

  absl::node_hash_map<std::string, System> systems_;
  std::string digest_;
};

}  // namespace blindlink::agent
