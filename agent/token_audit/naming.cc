#include "agent/token_audit/naming.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/variants/variants.h"

namespace blindlink::agent {
namespace {

constexpr size_t kMostNamed = 2000;  // classes; smaller ones are of a few records
constexpr size_t kPurityClasses = 50;

struct Class {
  uint32_t number;
  uint64_t size;
};

// The largest classes of records with a value.
std::vector<Class> LargestClasses(TokenAudit& audit, size_t way, const ValueColumn& values) {
  const std::vector<uint32_t>& of_record = values.of_record();
  std::vector<uint32_t> sizes(of_record.size(), 0);
  for (uint32_t record = 0; record < of_record.size(); ++record) {
    if (of_record[record] != 0) ++sizes[audit.ClassOf(way, record)];
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

// The numbers of values, the commonest first: of the list or, without one, of the records.
std::vector<std::pair<uint32_t, double>> RankedValues(ValueColumn& values, const NameList& list) {
  std::vector<std::pair<uint32_t, double>> ranked;
  for (const auto& [text, frequency] : list) ranked.emplace_back(values.NumberOf(text), frequency);
  if (!list.empty()) return ranked;
  std::vector<double> counts(values.numbers(), 0);
  for (const uint32_t number : values.of_record()) ++counts[number];
  for (uint32_t number = 1; number < counts.size(); ++number) {
    ranked.emplace_back(number, counts[number]);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return ranked;
}

// The commonest value of each text of a form, in the order of how common all values of the text
// are.
std::vector<uint32_t> Labels(ValueColumn& values, const NameList& list, v1::Form form,
                             v1::Standardizer standardizer) {
  std::vector<std::pair<uint32_t, double>> labels;
  absl::flat_hash_map<std::string, size_t> place;
  std::vector<std::string> texts;
  for (const auto& [number, frequency] : RankedValues(values, list)) {
    texts.clear();
    StandardValue value;
    value.text = values.TextOf(number);
    if (form == v1::EXACT) {
      texts.push_back(value.text);
    } else {
      AppendForm(form, standardizer, value, &texts);
    }
    if (texts.empty()) continue;
    const auto [found, is_new] = place.try_emplace(texts[0], labels.size());
    if (is_new) labels.emplace_back(number, 0);
    labels[found->second].second += frequency;
  }
  std::stable_sort(labels.begin(), labels.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
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

}  // namespace

Naming NameClasses(TokenAudit& audit, size_t way, ValueColumn& values, const NameList& list,
                   v1::Standardizer standardizer) {
  Naming naming;
  naming.name = audit.layout().ways()[way].name;
  naming.target = audit.layout().ways()[way].target;
  const std::vector<uint32_t> labels =
      Labels(values, list, audit.layout().ways()[way].form, standardizer);
  const std::vector<uint32_t>& of_record = values.of_record();
  naming.right.assign(of_record.size(), false);
  if (labels.empty()) return naming;

  const std::vector<Class> classes = LargestClasses(audit, way, values);
  absl::flat_hash_map<uint32_t, size_t> rank;
  for (size_t i = 0; i < classes.size(); ++i) rank[classes[i].number] = i;
  std::vector<Histogram> histograms(classes.size());
  uint64_t with_value = 0, guessed = 0, strangers = 0;
  for (uint32_t record = 0; record < of_record.size(); ++record) {
    const uint32_t value = of_record[record];
    if (value == 0) continue;
    ++with_value;
    if (value == labels[0]) {
      ++guessed;
      strangers += audit.StrangersOf(way, record);
    }
    const auto found = rank.find(audit.ClassOf(way, record));
    if (found != rank.end()) ++histograms[found->second][value];
  }
  if (with_value == 0) return naming;
  const auto [named_classes, right] = BestCount(histograms, labels, guessed);
  naming.guessed = static_cast<double>(guessed) / static_cast<double>(with_value);
  naming.named = static_cast<double>(right) / static_cast<double>(with_value);
  naming.classes_named = named_classes;
  naming.purity = PurityOf(histograms);
  if (guessed > 0) {
    naming.strangers_of_commonest = static_cast<double>(strangers) / static_cast<double>(guessed);
  }
  for (uint32_t record = 0; record < of_record.size(); ++record) {
    const auto found = rank.find(audit.ClassOf(way, record));
    const bool by_rank = found != rank.end() && found->second < named_classes;
    const uint32_t called = by_rank ? labels[found->second] : labels[0];
    naming.right[record] = of_record[record] != 0 && called == of_record[record];
  }
  return naming;
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
