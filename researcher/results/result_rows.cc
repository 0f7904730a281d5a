#include "researcher/results/result_rows.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/shortest_number.h"
#include "common/csv/csv_writer.h"

namespace blindlink::researcher {
namespace {

absl::string_view NameOf(v1::MatchLevel level) {
  switch (level) {
    case v1::FULL:
      return "full";
    case v1::PARTIAL:
      return "partial";
    default:
      return "";
  }
}

}  // namespace

std::vector<std::string> PairColumns() {
  return {"left_site", "left_record", "right_site", "right_record",
          "level",     "rule",        "match_keys", "score"};
}

std::vector<std::string> EntityColumns() { return {"entity", "site", "record"}; }

std::vector<std::string> OverlapColumns() {
  return {"left_site", "right_site", "entities", "suppressed"};
}

std::string HeaderRow(const std::vector<std::string>& columns) {
  return absl::StrCat(absl::StrJoin(columns, ","), "\n");
}

void AppendRow(const v1::MatchPair& pair, std::string* out) {
  // Match key names consist of a-z, 0-9 and '-', so they need no quoting.
  const std::string match_keys = absl::StrJoin(pair.match_keys(), ";");
  const std::string score = ShortestNumber(pair.score());
  AppendCsvRow({pair.left_site(), pair.left_record(), pair.right_site(), pair.right_record(),
                NameOf(pair.level()), pair.rule(), match_keys, score},
               out);
}

void AppendRow(const v1::EntityMember& member, std::string* out) {
  AppendCsvRow({member.entity(), member.site(), member.record()}, out);
}

void AppendRow(const v1::OverlapCell& cell, uint32_t suppressed_up_to, std::string* out) {
  const std::string entities = cell.withheld()     ? "withheld"
                               : cell.suppressed() ? absl::StrCat("1-", suppressed_up_to)  //
                                                   : absl::StrCat(cell.entities());
  AppendCsvRow(
      {cell.left_site(), cell.right_site(), entities, cell.suppressed() ? "true" : "false"}, out);
}

}  // namespace blindlink::researcher
