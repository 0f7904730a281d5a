#include "agent/token_audit/naming.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace blindlink::agent {
namespace {

constexpr size_t kMostNamed = 2000;  // classes; smaller ones are of a few records
constexpr size_t kPurityClasses = 50;

struct Class {
  uint32_t number;
  uint64_t size;
};

// One way of joining, and the values behind the records.
struct ChainAttack {
  const TokenAudit& audit;
  size_t way;
  const ValueColumn& values;
  std::vector<uint32_t> class_of;  // by record
};

// The class of each record.
std::vector<uint32_t> ClassesOf(TokenAudit& audit, size_t way, size_t records) {
  std::vector<uint32_t> classes(records);
  for (uint32_t record = 0; record < records; ++record) {
    classes[record] = audit.ClassOf(way, record);
  }
  return classes;
}

// The largest classes of records with a value.
std::vector<Class> LargestClasses(const std::vector<uint32_t>& class_of,
                                  const ValueColumn& values) {
  std::vector<uint32_t> sizes(class_of.size(), 0);
  for (size_t record = 0; record < class_of.size(); ++record) {
    if (values.of_record()[record] != 0) ++sizes[class_of[record]];
  }
  std::vector<Class> classes;
  for (uint32_t number = 0; number < sizes.size(); ++number) {
    if (sizes[number] > 1) classes.push_back({number, sizes[number]});
  }
  const size_t kept = std::min(classes.size(), kMostNamed);
  std::partial_sort(classes.begin(), classes.begin() + static_cast<ptrdiff_t>(kept), classes.end(),
                    [](const Class& a, const Class& b) {
                      return a.size != b.size ? a.size > b.size : a.number < b.number;
                    });
  classes.resize(kept);
  return classes;
}

using Ranked = std::vector<std::pair<uint32_t, double>>;  // values and how common they are

void PutCommonestFirst(Ranked* ranked) {
  std::stable_sort(ranked->begin(), ranked->end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
}

// The numbers of the list's values, the commonest first.
Ranked ValuesOfList(const NameList& list, const ValueMarks& marks, size_t target,
                    ValueColumn* values) {
  Ranked ranked;
  Marks of_text;
  for (const auto& [text, frequency] : list) {
    of_text.clear();
    marks.AppendOf(target, text, &of_text);
    ranked.emplace_back(values->NumberOf(of_text), frequency);
  }
  return ranked;
}

// Those of the records' own values.
Ranked ValuesOfRecords(const ValueColumn& values) {
  std::vector<double> counts(values.numbers(), 0);
  for (const uint32_t number : values.of_record()) ++counts[number];
  Ranked ranked;
  for (uint32_t number = 1; number < counts.size(); ++number) {
    ranked.emplace_back(number, counts[number]);
  }
  PutCommonestFirst(&ranked);
  return ranked;
}

// The commonest value of each text of a form, in the order of how common all values of the text
// are. `form`: which of their marks.
std::vector<uint32_t> Labels(const Ranked& ranked, const ValueColumn& values, size_t form) {
  Ranked labels;
  absl::flat_hash_map<uint64_t, size_t> place;
  for (const auto& [number, frequency] : ranked) {
    const uint64_t mark = values.MarkOf(number, form);
    if (mark == 0) continue;
    const auto [found, is_new] = place.try_emplace(mark, labels.size());
    if (is_new) labels.emplace_back(number, 0);
    labels[found->second].second += frequency;
  }
  PutCommonestFirst(&labels);
  std::vector<uint32_t> numbers;
  numbers.reserve(labels.size());
  for (const auto& [number, frequency] : labels) numbers.push_back(number);
  return numbers;
}

using Histogram = absl::flat_hash_map<uint32_t, uint64_t>;  // value -> records

double PurityOf(const std::vector<Histogram>& classes) {
  uint64_t pure = 0, all = 0;
  for (size_t i = 0; i < std::min(classes.size(), kPurityClasses); ++i) {
    uint64_t most = 0;
    for (const auto& [value, count] : classes[i]) {
      most = std::max(most, count);
      all += count;
    }
    pure += most;
  }
  return all == 0 ? 0 : static_cast<double>(pure) / static_cast<double>(all);
}

uint64_t CountIn(const Histogram& histogram, uint32_t value) {
  const auto found = histogram.find(value);
  return found == histogram.end() ? 0 : found->second;
}

// The number of classes to name at which most records are right, and how many are.
std::pair<size_t, uint64_t> BestCount(const std::vector<Histogram>& classes,
                                      const std::vector<uint32_t>& labels, uint64_t guessed) {
  std::pair<size_t, uint64_t> best{0, guessed};
  uint64_t by_rank = 0, guessed_in_classes = 0;
  for (size_t k = 0; k < std::min(classes.size(), labels.size()); ++k) {
    by_rank += CountIn(classes[k], labels[k]);
    guessed_in_classes += CountIn(classes[k], labels[0]);
    const uint64_t right = by_rank + guessed - guessed_in_classes;
    if (right > best.second) best = {k + 1, right};
  }
  return best;
}

using Ranks = absl::flat_hash_map<uint32_t, size_t>;  // class -> its place by size

// Counts what the classes hold. `commonest`: the value to guess.
std::vector<Histogram> CountClasses(const ChainAttack& attack, const Ranks& rank,
                                    uint32_t commonest, Naming* naming) {
  std::vector<Histogram> histograms(rank.size());
  uint64_t strangers = 0;
  for (uint32_t record = 0; record < attack.class_of.size(); ++record) {
    const uint32_t value = attack.values.of_record()[record];
    if (value == 0) continue;
    ++naming->with_value;
    if (value == commonest) {
      ++naming->guessed;
      strangers += attack.audit.StrangersOf(attack.way, record);
    }
    const auto found = rank.find(attack.class_of[record]);
    if (found != rank.end()) ++histograms[found->second][value];
  }
  if (naming->guessed > 0) {
    naming->strangers_of_commonest =
        static_cast<double>(strangers) / static_cast<double>(naming->guessed);
  }
  return histograms;
}

// Names by the first `classes_named` labels, and everybody else by the first.
std::vector<bool> NamedRightly(const ChainAttack& attack, const Ranks& rank,
                               const std::vector<uint32_t>& labels, size_t classes_named) {
  const auto& of_record = attack.values.of_record();
  std::vector<bool> right(of_record.size(), false);
  for (size_t record = 0; record < of_record.size(); ++record) {
    const auto found = rank.find(attack.class_of[record]);
    const bool by_rank = found != rank.end() && found->second < classes_named;
    const uint32_t called = by_rank ? labels[found->second] : labels[0];
    right[record] = of_record[record] != 0 && called == of_record[record];
  }
  return right;
}

}  // namespace

Naming NameClasses(TokenAudit& audit, size_t way, SiteTruth& truth, const NameLists& lists) {
  const ChainWay& how = audit.layout().ways()[way];
  ValueColumn& values = truth.column(how.target);
  const auto list = lists.find(how.field);
  const Ranked ranked = list == lists.end()
                            ? ValuesOfRecords(values)
                            : ValuesOfList(list->second, truth.marks(), how.target, &values);
  const std::vector<uint32_t> labels =
      Labels(ranked, values, truth.marks().MarkOfForm(how.target, how.form));
  Naming naming;
  naming.name = how.name;
  naming.target = how.target;
  naming.right.assign(values.of_record().size(), false);
  if (labels.empty()) return naming;

  const ChainAttack attack{audit, way, values, ClassesOf(audit, way, values.of_record().size())};
  const std::vector<Class> classes = LargestClasses(attack.class_of, values);
  Ranks rank;
  for (size_t i = 0; i < classes.size(); ++i) rank[classes[i].number] = i;
  const std::vector<Histogram> histograms = CountClasses(attack, rank, labels[0], &naming);
  std::tie(naming.classes_named, naming.named) = BestCount(histograms, labels, naming.guessed);
  naming.purity = PurityOf(histograms);
  naming.right = NamedRightly(attack, rank, labels, naming.classes_named);
  return naming;
}

std::vector<Naming> NameByAllWays(TokenAudit& audit, SiteTruth& truth, const NameLists& lists) {
  std::vector<Naming> namings;
  for (size_t way = 0; way < audit.layout().ways().size(); ++way) {
    namings.push_back(NameClasses(audit, way, truth, lists));
  }
  return namings;
}

std::vector<Naming> BestOfEachTarget(std::vector<Naming> namings) {
  std::vector<Naming> best;
  for (Naming& naming : namings) {
    const auto found = std::find_if(best.begin(), best.end(), [&](const Naming& other) {
      return other.target == naming.target;
    });
    if (found == best.end()) {
      best.push_back(std::move(naming));
    } else if (naming.named > found->named) {
      *found = std::move(naming);
    }
  }
  return best;
}

NamingOfTwo NameBoth(const Naming& first, const ValueColumn& first_values, const Naming& second,
                     const ValueColumn& second_values) {
  absl::flat_hash_map<uint64_t, uint64_t> counts;
  uint64_t named = 0, all = 0, commonest = 0;
  for (size_t record = 0; record < first.right.size(); ++record) {
    const uint64_t a = first_values.of_record()[record], b = second_values.of_record()[record];
    if (a == 0 || b == 0) continue;
    ++all;
    named += first.right[record] && second.right[record] ? 1 : 0;
    commonest = std::max(commonest, ++counts[a << 32 | b]);
  }
  if (all == 0) return {};
  return {static_cast<double>(named) / static_cast<double>(all),
          static_cast<double>(commonest) / static_cast<double>(all)};
}

}  // namespace blindlink::agent
