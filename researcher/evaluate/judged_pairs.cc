#include "researcher/evaluate/judged_pairs.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace blindlink::researcher {
namespace {

bool KeepAll(uint32_t) { return true; }

// True pairs among those that an entity map implies: with a truth, the pairs within (entity,
// person); otherwise the other system's pairs whose two records share an entity.
uint64_t CountTrueImplied(const EntityMapFile& file, const Reference& reference,
                          const RecordTable& records, Truth::RecordFilter keep) {
  if (!reference.truth().has_value()) {
    const auto& pairs = reference.other().pairs;
    return static_cast<uint64_t>(
        std::count_if(pairs.begin(), pairs.end(), [&](const RecordPair& pair) {
          const auto entity = file.EntityOf(pair.left);
          return entity.has_value() && entity == file.EntityOf(pair.right) && keep(pair.left) &&
                 keep(pair.right) &&
                 InScope(reference.scope(), records.SiteOf(pair.left), records.SiteOf(pair.right));
        }));
  }
  std::vector<GroupMember> members;
  for (const auto& [entity, record] : file.members) {
    const auto person = reference.truth()->PersonOf(record);
    if (person.has_value() && keep(record)) {
      members.push_back({uint64_t{entity} << 32 | *person, records.SiteOf(record)});
    }
  }
  return CountPairsWithinGroups(std::move(members), reference.scope());
}

void SortForReading(std::vector<SubgroupOutcome>::iterator first,
                    std::vector<SubgroupOutcome>::iterator last, const std::string& not_stated) {
  std::sort(first, last, [&](const SubgroupOutcome& a, const SubgroupOutcome& b) {
    return std::make_tuple(a.group == not_stated, std::cref(a.group)) <
           std::make_tuple(b.group == not_stated, std::cref(b.group));
  });
}

// What was found in a group, by the group's number.
using FoundIn = std::function<ContingencyTable(const Grouping&, uint32_t group)>;

std::vector<SubgroupOutcome> OutcomeOf(const Reference& reference, const RecordTable& records,
                                       const std::vector<Grouping>& groupings,
                                       const FoundIn& found_in) {
  std::vector<SubgroupOutcome> outcomes;
  const uint64_t all_true = reference.TruePairs(records, KeepAll);
  for (const Grouping& grouping : groupings) {
    const auto first = static_cast<ptrdiff_t>(outcomes.size());
    for (uint32_t group = 0; group < grouping.groups.size(); ++group) {
      // Pairs with a record in the group are all pairs minus those without one.
      const uint64_t outside = reference.TruePairs(
          records, [&](uint32_t record) { return grouping.GroupOf(record) != group; });
      SubgroupOutcome outcome{grouping.name, grouping.groups[group], found_in(grouping, group)};
      outcome.table.false_negatives = all_true - outside - outcome.table.true_positives;
      const ContingencyTable& table = outcome.table;
      if (table.true_positives + table.false_positives + table.false_negatives > 0) {
        outcomes.push_back(std::move(outcome));
      }
    }
    SortForReading(outcomes.begin() + first, outcomes.end(), grouping.groups[Grouping::kNotStated]);
  }
  return outcomes;
}

}  // namespace

ImpliedPairs CountImpliedPairs(const EntityMapFile& file, const Reference& reference,
                               const RecordTable& records, Truth::RecordFilter keep) {
  std::vector<GroupMember> all;
  std::vector<GroupMember> known;
  for (const auto& [entity, record] : file.members) {
    if (!keep(record)) continue;
    all.push_back({entity, records.SiteOf(record)});
    if (reference.Knows(record)) known.push_back(all.back());
  }
  return {CountPairsWithinGroups(std::move(all), reference.scope()),
          CountPairsWithinGroups(std::move(known), reference.scope()),
          CountTrueImplied(file, reference, records, keep)};
}

std::vector<SubgroupOutcome> OutcomeBySubgroup(const std::vector<JudgedPair>& judged,
                                               const Reference& reference,
                                               const RecordTable& records,
                                               const std::vector<Grouping>& groupings) {
  return OutcomeOf(reference, records, groupings, [&](const Grouping& grouping, uint32_t group) {
    ContingencyTable found;
    for (const auto& [pair, is_true] : judged) {
      if (grouping.GroupOf(pair.left) == group || grouping.GroupOf(pair.right) == group) {
        ++(is_true ? found.true_positives : found.false_positives);
      }
    }
    return found;
  });
}

std::vector<SubgroupOutcome> OutcomeBySubgroup(const EntityMapFile& file,
                                               const Reference& reference,
                                               const RecordTable& records,
                                               const std::vector<Grouping>& groupings) {
  const ImpliedPairs all = CountImpliedPairs(file, reference, records, KeepAll);
  return OutcomeOf(reference, records, groupings, [&](const Grouping& grouping, uint32_t group) {
    const ImpliedPairs outside = CountImpliedPairs(file, reference, records, [&](uint32_t record) {
      return grouping.GroupOf(record) != group;
    });
    ContingencyTable found;
    found.true_positives = all.true_ones - outside.true_ones;
    found.false_positives = all.judged - outside.judged - found.true_positives;
    return found;
  });
}

}  // namespace blindlink::researcher
