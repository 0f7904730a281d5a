#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_book.h"

namespace blindlink::agent {

// Counts what codes are worth, by system. Not thread-safe.
class CodeCheck {
 public:
  // `book` must outlive it.
  explicit CodeCheck(const CodeBook& book) : book_(book) {}

  // `date` as in CodeBook::Check. Returns what the code is worth.
  CodeVerdict Add(absl::string_view system, absl::string_view code, absl::string_view date);
  // Whether it is a problem: neither valid nor of a system without a list.
  static bool IsProblem(CodeVerdict verdict);

  struct Counts {
    std::array<uint64_t, kCodeVerdicts> rows = {};  // by CodeVerdict
    std::map<std::string, uint64_t> other_system;   // the guess -> rows
  };
  const std::map<std::string, Counts>& counts() const { return counts_; }
  // Rows whose code is a problem.
  uint64_t problems() const;
  // For people: counts, never a code of a person.
  std::string ToText() const;
  std::string ToJson() const;

 private:
  const CodeBook& book_;
  std::map<std::string, Counts> counts_;
};

}  // namespace blindlink::agent
