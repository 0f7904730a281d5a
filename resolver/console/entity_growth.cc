#include "resolver/console/entity_growth.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

// Which records are together, pair by pair.
class Groups {
 public:
  explicit Groups(int records) {
    for (int i = 0; i < records; ++i) group_of_.push_back(i);
  }
  // The size of the group that holds both from now on. An entity has few records.
  size_t Join(size_t left, size_t right) {
    const int to = group_of_[left];
    const int from = group_of_[right];
    std::replace(group_of_.begin(), group_of_.end(), from, to);
    return static_cast<size_t>(std::count(group_of_.begin(), group_of_.end(), to));
  }

 private:
  std::vector<int> group_of_;
};

Html OutcomeState(v1::Outcome outcome) {
  switch (outcome) {
    case v1::MATCHED:
      return State("matched", Mood::kGood);
    case v1::MATCHED_BY_ENTITY:
      return State("matched by its entity", Mood::kGood);
    case v1::MATCHED_BY_DECISION:
      return State("people decided", Mood::kGood);
    default:
      return State("not matched by itself", Mood::kPlain);
  }
}

Html PairLink(const v1::RecordName& left, const v1::RecordName& right, const std::string& words,
              absl::string_view run_address) {
  return Link(absl::StrCat(run_address, "/explain?left_site=", QueryEscape(left.site()), "&left=",
                           QueryEscape(left.record()), "&right_site=", QueryEscape(right.site()),
                           "&right=", QueryEscape(right.record())),
              words);
}

Html Records(const v1::EntityExplanation& entity) {
  Table table("Its records", {"#Number", "Site", "Pseudonym"});
  for (int i = 0; i < entity.records_size(); ++i) {
    table.Row({Cell(absl::StrCat(i + 1)), Cell(entity.records(i).site()),
               Html().Element("code", entity.records(i).record())});
  }
  return table.Finish();
}

}  // namespace

Html GrowthOf(const v1::EntityExplanation& entity, absl::string_view run_address) {
  Html html = Records(entity);
  const int records = entity.records_size();
  Groups groups(records);
  Table table("How it grew: pairs in the order in which they were taken",
              {"Records", "#Score", "Outcome", "What it joined", "Shared match keys"});
  for (const v1::EntityPairExplanation& pair : entity.pairs()) {
    const auto left = static_cast<int>(pair.left());
    const auto right = static_cast<int>(pair.right());
    if (left >= records || right >= records) continue;
    const std::string words = absl::StrCat(left + 1, " and ", right + 1);
    const std::string joined =
        pair.connects()
            ? absl::StrCat("now ", groups.Join(pair.left(), pair.right()), " records are together")
            : "were together already";
    table.Row({PairLink(entity.records(left), entity.records(right), words, run_address),
               Cell(pair.probability() > 0 ? absl::StrFormat("%.4f", pair.probability()) : "-"),
               OutcomeState(pair.outcome()), Cell(joined),
               Cell(absl::StrJoin(pair.match_keys(), ", "))});
  }
  return html.Add(table.empty() ? Empty("No other record is of this entity.") : table.Finish());
}

}  // namespace blindlink::resolver
