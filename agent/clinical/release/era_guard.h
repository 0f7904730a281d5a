#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_book.h"

namespace blindlink::agent {

// Keeps codes from telling when an event took place. A code that the lists have only on some days
// of the data would bound the shift of its date; it becomes the finest heading that they have on
// the first day as well as on the last, and is left out if there is none. Not thread-safe: it
// remembers its answers.
class EraGuard {
 public:
  // `book` must outlive it; the days are those of the release plan, "2018-01-01".
  EraGuard(const CodeBook& book, std::string first_day, std::string last_day)
      : book_(book), first_day_(std::move(first_day)), last_day_(std::move(last_day)) {}

  // The code, or the group in its place; empty if there is none. A code that no list has stays.
  const std::string& Safe(absl::string_view system, absl::string_view code);
  uint64_t changed() const { return changed_; }  // answers other than the code itself

 private:
  // Not known to be missing on either day.
  bool HasAlways(absl::string_view system, absl::string_view code) const;
  // In the lists of both days.
  bool IsListedAlways(absl::string_view system, absl::string_view code) const;
  std::string Find(absl::string_view system, const std::string& code) const;

  const CodeBook& book_;
  const std::string first_day_;
  const std::string last_day_;
  absl::flat_hash_map<std::pair<std::string, std::string>, std::string> known_;
  uint64_t changed_ = 0;
};

}  // namespace blindlink::agent
