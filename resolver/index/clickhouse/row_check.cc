#include "resolver/index/clickhouse/row_check.h"

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/index/clickhouse/row_hash.h"

namespace blindlink::resolver {
namespace {

struct Sums {
  uint64_t rows = 0;
  uint64_t hash = 0;
};

// `from`: a table with a condition, or a SELECT in parentheses.
absl::StatusOr<Sums> SumsOf(const Server& server, const std::string& from) {
  const NativeType types[] = {kUInt64, kUInt64};
  BL_ASSIGN_OR_RETURN(
      const auto found,
      server.Select(absl::StrCat("SELECT count(), sum(", kRowHash, ") FROM ", from), types));
  if (found->rows() == 0) return Sums();
  const auto& columns = found->blocks[0].columns;
  return Sums{columns[0].At<uint64_t>(0), columns[1].At<uint64_t>(0)};
}

// Range by range, so that it takes little memory.
absl::StatusOr<Sums> DistinctSums(const Server& server, const std::string& from) {
  constexpr uint64_t kRanges = 64;
  constexpr uint64_t kStep = std::numeric_limits<uint64_t>::max() / kRanges + 1;
  Sums sums;
  for (uint64_t range = 0; range < kRanges; ++range) {
    BL_ASSIGN_OR_RETURN(
        const Sums some,
        SumsOf(server, absl::StrCat("(SELECT DISTINCT hi, lo, match_key, record, form, width, "
                                    "evidence FROM ",
                                    from, " AND hi BETWEEN ", range * kStep, " AND ",
                                    range * kStep + (kStep - 1), ")")));
    sums.rows += some.rows;
    sums.hash += some.hash;
  }
  return sums;
}

}  // namespace

absl::Status CheckRows(const Server& server, const IndexTables& tables, uint32_t dataset,
                       uint64_t load, uint32_t part, const storage::v1::StoredShardRows& expected) {
  const std::string from = absl::StrCat(tables.postings(), " WHERE dataset = ", dataset,
                                        " AND load = ", load, " AND part = ", part);
  BL_ASSIGN_OR_RETURN(Sums found, SumsOf(server, from));
  if (found.rows > expected.rows()) {
    BL_ASSIGN_OR_RETURN(found, DistinctSums(server, from));
  }
  if (found.rows == expected.rows() && found.hash == expected.hash()) return absl::OkStatus();
  return server.Named(
      absl::DataLossError(absl::StrCat("has ", found.rows, " of the ", expected.rows(),
                                       " postings that were sent to it, or others: check its disk, "
                                       "then repeat the upload's ingest")));
}

}  // namespace blindlink::resolver
