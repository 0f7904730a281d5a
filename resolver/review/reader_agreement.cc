#include "resolver/review/reader_agreement.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace blindlink::resolver {
namespace {

constexpr double kTwoSided95 = 1.959963984540054;

size_t PlaceOf(v1::Verdict verdict) { return static_cast<size_t>(verdict) - v1::VERDICT_LINK; }

std::vector<Reading> FirstOfEachReader(const std::vector<Reading>& readings) {
  std::vector<Reading> first;
  for (const Reading& reading : readings) {
    const bool known = std::any_of(first.begin(), first.end(), [&](const Reading& other) {
      return other.reader == reading.reader;
    });
    if (!known) first.push_back(reading);
  }
  return first;
}

v1::ReaderAgreement AgreementOf(const std::string& first, const std::string& second,
                                const VerdictTable& table) {
  v1::ReaderAgreement agreement;
  agreement.set_first(first);
  agreement.set_second(second);
  for (size_t i = 0; i < table.size(); ++i) {
    for (size_t j = 0; j < table.size(); ++j) {
      if (table[i][j] == 0) continue;
      agreement.set_pairs(agreement.pairs() + table[i][j]);
      if (i == j) agreement.set_agreed(agreement.agreed() + table[i][j]);
      v1::VerdictCount& count = *agreement.add_counts();
      count.set_first(static_cast<v1::Verdict>(v1::VERDICT_LINK + static_cast<int>(i)));
      count.set_second(static_cast<v1::Verdict>(v1::VERDICT_LINK + static_cast<int>(j)));
      count.set_pairs(table[i][j]);
    }
  }
  const Kappa kappa = KappaOf(table);
  agreement.set_has_kappa(kappa.known);
  agreement.set_kappa(kappa.value);
  agreement.set_kappa_low(kappa.low);
  agreement.set_kappa_high(kappa.high);
  return agreement;
}

}  // namespace

Kappa KappaOf(const VerdictTable& table) {
  double all = 0;
  for (const auto& row : table) {
    for (const uint64_t count : row) all += static_cast<double>(count);
  }
  if (all < 2) return {};
  std::array<double, 3> rows{};
  std::array<double, 3> columns{};
  double agreed = 0;
  for (size_t i = 0; i < table.size(); ++i) {
    agreed += static_cast<double>(table[i][i]) / all;
    for (size_t j = 0; j < table.size(); ++j) {
      rows[i] += static_cast<double>(table[i][j]) / all;
      columns[j] += static_cast<double>(table[i][j]) / all;
    }
  }
  double by_chance = 0;
  for (size_t i = 0; i < table.size(); ++i) by_chance += rows[i] * columns[i];
  if (by_chance > 1 - 1e-12) return {};
  const double kappa = (agreed - by_chance) / (1 - by_chance);
  double on = 0;
  double off = 0;
  for (size_t i = 0; i < table.size(); ++i) {
    const double of_both = rows[i] + columns[i];
    const double bracket = 1 - of_both * (1 - kappa);
    on += static_cast<double>(table[i][i]) / all * bracket * bracket;
    for (size_t j = 0; j < table.size(); ++j) {
      if (i == j) continue;
      const double crossed = columns[i] + rows[j];
      off += static_cast<double>(table[i][j]) / all * crossed * crossed;
    }
  }
  const double rest = kappa - by_chance * (1 - kappa);
  const double variance = (on + (1 - kappa) * (1 - kappa) * off - rest * rest) /
                          (all * (1 - by_chance) * (1 - by_chance));
  const double half = kTwoSided95 * std::sqrt(std::max(0.0, variance));
  return {true, kappa, std::max(-1.0, kappa - half), std::min(1.0, kappa + half)};
}

std::vector<v1::ReaderAgreement> AgreementOf(const std::vector<std::vector<Reading>>& pairs) {
  VerdictTable first_and_second{};
  std::map<std::pair<std::string, std::string>, VerdictTable> by_readers;
  for (const std::vector<Reading>& readings : pairs) {
    const std::vector<Reading> first = FirstOfEachReader(readings);
    if (first.size() < 2) continue;
    ++first_and_second[PlaceOf(first[0].verdict)][PlaceOf(first[1].verdict)];
    for (size_t i = 0; i < first.size(); ++i) {
      for (size_t j = 0; j < first.size(); ++j) {
        if (first[i].reader >= first[j].reader) continue;
        ++by_readers[{first[i].reader, first[j].reader}][PlaceOf(first[i].verdict)]
                    [PlaceOf(first[j].verdict)];
      }
    }
  }
  std::vector<v1::ReaderAgreement> agreement = {AgreementOf("", "", first_and_second)};
  for (const auto& [readers, table] : by_readers) {
    agreement.push_back(AgreementOf(readers.first, readers.second, table));
  }
  return agreement;
}

}  // namespace blindlink::resolver
