#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "agent/synthetic/budget.h"
#include "agent/synthetic/coded_table.h"
#include "agent/synthetic/random_source.h"

namespace blindlink::agent {

// Counts of one column's values, or of two columns' pairs of values, row-major: the value of the
// second column changes fastest.
struct NoisyCounts {
  std::vector<double> counts;
  double variance = 0;  // of each count's noise; 0: exact
};

using ColumnPair = std::pair<size_t, size_t>;  // first < second

std::vector<double> CountColumn(const CodedTable& table, size_t column);
std::vector<double> CountPair(const CodedTable& table, ColumnPair pair);

// The only way from the data to the model: everything it returns has paid its price. Without a
// budget (not private) it returns exact counts and best choices. Not thread-safe; the arguments of
// the constructor must outlive it.
class NoisyCounter {
 public:
  // One person has at most `rows_per_person` rows. `part` names the table among the budget's steps.
  NoisyCounter(std::string part, const CodedTable& table, uint64_t rows_per_person, Budget& budget,
               RandomSource& random)
      : part_(std::move(part)),
        table_(table),
        rows_per_person_(rows_per_person),
        budget_(budget),
        random_(random) {}

  const CodedTable& table() const { return table_; }
  bool is_private() const { return budget_.is_private(); }

  // All with the same variance, which is a whole number, for at most `rho` together.
  std::vector<NoisyCounts> Columns(const std::string& what, double rho);
  std::vector<NoisyCounts> Pairs(const std::string& what, const std::vector<ColumnPair>& pairs,
                                 double rho);
  // The variance that so many measurements for `rho` have.
  double VarianceOf(size_t measurements, double rho) const;

  // Scores are whole numbers of this part of a row, so that what one person can change is exact.
  static constexpr int64_t kScoreUnits = 1024;
  // One of the candidates, a high score being exponentially likelier than a low one (exponential
  // mechanism, sampled exactly by rejection; epsilon^2/8-zCDP). One row more or less must change no
  // score by more than kScoreUnits. `scores` is not empty.
  size_t Choose(const std::vector<int64_t>& scores, double rho);
  // Notes what `choices` calls of Choose have cost.
  void SpendOnChoices(const std::string& what, size_t choices, double rho_of_each);

 private:
  NoisyCounts AddNoise(std::vector<double> exact, uint64_t variance);
  // Pays for them.
  uint64_t Pay(const std::string& what, size_t measurements, double rho);

  const std::string part_;
  const CodedTable& table_;
  const uint64_t rows_per_person_;
  Budget& budget_;
  RandomSource& random_;
};

}  // namespace blindlink::agent
