#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_book.h"

namespace blindlink::agent {

// What generalization left of the codes of a system.
struct CodeUtility {
  std::string system;
  uint64_t persons = 0;
  uint64_t rows = 0;
  std::map<std::string, uint64_t> rows_by_level;  // "" : not released
  uint64_t codes = 0;                             // distinct ones before
  uint64_t released = 0;                          // distinct ones after
  uint64_t kept_codes = 0;  // distinct ones that are released as they are at least once
  // Shannon's entropy of the codes of all rows, in bits, before, and after without the rows whose
  // code is not released: -sum p log2 p over the released codes, p being their share of all rows.
  double entropy = 0;
  double released_entropy = 0;
  // Non-uniform entropy kept (de Waal and Willenborg; Prasser et al.): 1 - (bits lost) / (bits
  // before), where a row loses log2(rows of its released code / rows of its code), and all its bits
  // if it has none.
  double non_uniform_kept = 0;

  double EntropyKept() const { return entropy > 0 ? released_entropy / entropy : 1; }
};

// Not thread-safe.
class CodeUtilityCounter {
 public:
  explicit CodeUtilityCounter(std::string system) { utility_.system = std::move(system); }
  void Add(const std::string& code, const CodeRung& released, uint64_t rows);
  CodeUtility Finish();

 private:
  CodeUtility utility_;
  absl::flat_hash_map<std::string, uint64_t> before_;
  absl::flat_hash_map<std::string, uint64_t> after_;
  absl::flat_hash_map<std::string, absl::flat_hash_map<std::string, uint64_t>> released_as_;
};

// For people, and as JSON.
std::string UtilityText(const std::vector<CodeUtility>& utilities);
std::string UtilityJson(const std::vector<CodeUtility>& utilities);

}  // namespace blindlink::agent
