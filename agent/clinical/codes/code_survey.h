#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_ladders.h"
#include "agent/clinical/codes/code_rules.h"
#include "agent/clinical/codes/person_codes.h"

namespace blindlink::agent {

// What a site tells others about the codes of a system so that they can plan together. All counts
// are rounded down to multiples of the smallest cell (11), so none from 1 to 10 is shown, and
// differences of counts do not tell smaller ones.
struct SystemSurvey {
  struct Node {
    std::string level;
    uint32_t number = 0;  // the place among all nodes; see NumberNodes
    uint64_t persons = 0;
    // Of these, at least so many have a code of the group that belongs to no finer node shown.
    uint64_t rest = 0;
    uint64_t rows = 0;
  };
  uint64_t persons = 0;  // with any code of the system
  uint64_t rows = 0;
  std::map<std::string, Node, std::less<>> nodes;  // codes and groups
  // PairKey of two nodes -> at least so many persons have both; empty unless combinations count.
  absl::flat_hash_map<uint64_t, uint32_t> pairs;

  // Call it when all nodes are there, before pairs are.
  void NumberNodes();
  static uint64_t PairKey(uint32_t a, uint32_t b) {
    return uint64_t{std::min(a, b)} << 32 | std::max(a, b);
  }
};

inline constexpr uint64_t kMinCell = 11;
// Pairs are counted of this many nodes, those with most rows.
inline constexpr size_t kMaxPairNodes = 2048;

// A site's survey: code system -> counts.
struct CodeSurvey {
  std::string file;  // that it was read from, or empty
  std::string book_digest;
  std::string rules_digest;  // RulesDigest of the rules that it was counted by
  std::map<std::string, SystemSurvey> systems;

  // INVALID_ARGUMENT names file, row and column of what is wrong.
  static absl::StatusOr<CodeSurvey> Open(const std::string& path);
  // CSV (docs/formats/code_files.md).
  std::string ToText() const;
};

// Counts a site's codes. Not thread-safe.
class CodeSurveyor {
 public:
  // `book` must outlive it. Systems without a target are counted with the default one.
  CodeSurveyor(const CodeBook& book, std::vector<CodeTarget> targets)
      : book_(book), targets_(std::move(targets)) {}

  void Add(uint64_t person, absl::string_view system, absl::string_view code);
  CodeSurvey Finish();

 private:
  struct System {
    CodeTarget target;
    std::unique_ptr<CodeLadders> ladders;
    PersonCodes codes;
  };
  static SystemSurvey Survey(System* system);

  const CodeBook& book_;
  const std::vector<CodeTarget> targets_;
  std::map<std::string, System> systems_;
};

}  // namespace blindlink::agent
