#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/risk/person_table.h"
#include "agent/risk/quasi_table.h"

namespace blindlink::agent {

inline constexpr uint32_t kNoRow = ~uint32_t{0};

// For each row of `from` the row of `to` with the same person: the same value in the column `key`,
// or the same position if `key` is empty. kNoRow: there is none. INVALID_ARGUMENT if a key occurs
// twice in a table, or if tables without key have different numbers of rows.
absl::StatusOr<std::vector<uint32_t>> AlignRows(const PersonTable& from, const PersonTable& to,
                                                const std::string& key);

// The rows of `table` in the order of `rows`; where there is none, all cells are the root.
QuasiTable TakeRows(const QuasiTable& table, const std::vector<uint32_t>& rows);

// Both tables side by side, of the rows that have a partner in `rows` (indices into `other`).
QuasiTable SideBySide(const QuasiTable& table, const QuasiTable& other,
                      const std::vector<uint32_t>& rows);

}  // namespace blindlink::agent
