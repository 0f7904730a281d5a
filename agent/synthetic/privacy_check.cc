#include "agent/synthetic/privacy_check.h"

#include <algorithm>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>

#include "agent/synthetic/noisy_counter.h"
#include "agent/synthetic/random_source.h"

namespace blindlink::agent {
namespace {

constexpr size_t kMostRows = 20'000;    // of each table
constexpr size_t kMostNearest = 2'000;  // synthetic rows whose nearest rows are sought
constexpr size_t kMostTargets = 1'000;  // persons whose values are guessed

using Record = std::vector<uint16_t>;

std::vector<Record> SampleOf(const CodedTable& table, size_t most, RandomSource& random) {
  std::vector<size_t> rows(table.rows());
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = i;
  most = std::min(most, rows.size());
  for (size_t i = 0; i < most; ++i) std::swap(rows[i], rows[i + random.Below(rows.size() - i)]);
  std::vector<Record> sample(most);
  for (size_t i = 0; i < most; ++i) {
    for (const auto& column : table.columns) sample[i].push_back(column[rows[i]]);
  }
  return sample;
}

size_t DistanceOf(const Record& a, const Record& b) {
  size_t distance = 0;
  for (size_t c = 0; c < a.size(); ++c) distance += a[c] != b[c] ? 1 : 0;
  return distance;
}

size_t NearestOf(const Record& record, const std::vector<Record>& others) {
  size_t nearest = record.size();
  for (const Record& other : others) nearest = std::min(nearest, DistanceOf(record, other));
  return nearest;
}

double ShareEqual(const std::vector<Record>& synthetic, const std::vector<Record>& others) {
  const std::set<Record> known(others.begin(), others.end());
  const auto equal = std::count_if(synthetic.begin(), synthetic.end(),
                                   [&](const Record& record) { return known.contains(record); });
  return static_cast<double>(equal) / static_cast<double>(synthetic.size());
}

// Whether the value that most of the nearest rows have in `column` is the record's.
bool GuessIsRight(const Record& record, size_t column, const std::vector<Record>& synthetic,
                  const std::vector<size_t>& distances) {
  size_t nearest = record.size();
  std::unordered_map<uint16_t, size_t> votes;
  for (size_t i = 0; i < synthetic.size(); ++i) {
    const size_t distance = distances[i] - (synthetic[i][column] != record[column] ? 1 : 0);
    if (distance > nearest) continue;
    if (distance < nearest) votes.clear();
    nearest = distance;
    ++votes[synthetic[i][column]];
  }
  const size_t right = votes.contains(record[column]) ? votes[record[column]] : 0;
  return std::all_of(votes.begin(), votes.end(), [&](const auto& vote) {
    return vote.first == record[column] || vote.second < right;
  });
}

// For each column, how often guesses about these persons are right.
std::vector<double> Guess(const std::vector<Record>& persons,
                          const std::vector<Record>& synthetic) {
  std::vector<double> right(synthetic.front().size());
  std::vector<size_t> distances(synthetic.size());
  for (const Record& person : persons) {
    for (size_t i = 0; i < synthetic.size(); ++i) distances[i] = DistanceOf(person, synthetic[i]);
    for (size_t c = 0; c < right.size(); ++c) {
      right[c] += GuessIsRight(person, c, synthetic, distances) ? 1 : 0;
    }
  }
  for (double& share : right) share /= static_cast<double>(std::max<size_t>(persons.size(), 1));
  return right;
}

void CompareNearest(const std::vector<Record>& synthetic, const std::vector<Record>& real,
                    const std::vector<Record>& holdout, PrivacyCheck* check) {
  const size_t columns = synthetic.front().size();
  check->distances_to_real.resize(columns + 1);
  check->distances_to_holdout.resize(columns + 1);
  const size_t rows = std::min(kMostNearest, synthetic.size());
  for (size_t i = 0; i < rows; ++i) {
    const size_t to_real = NearestOf(synthetic[i], real);
    const size_t to_holdout = NearestOf(synthetic[i], holdout);
    ++check->distances_to_real[to_real];
    ++check->distances_to_holdout[to_holdout];
    check->nearer_to_real += to_real < to_holdout ? 1 : to_real == to_holdout ? 0.5 : 0;
  }
  check->nearer_to_real /= static_cast<double>(rows);
}

}  // namespace

PrivacyCheck CheckPrivacy(const std::vector<Domain>& domains, const CodedTable& real,
                          const CodedTable& holdout, const CodedTable& synthetic) {
  PrivacyCheck check;
  const std::unique_ptr<RandomSource> random = SeededRandom(2);
  const size_t rows = std::min({kMostRows, real.rows(), holdout.rows()});
  if (rows == 0 || synthetic.rows() == 0) return check;
  const std::vector<Record> persons = SampleOf(real, rows, *random);
  const std::vector<Record> others = SampleOf(holdout, rows, *random);
  const std::vector<Record> made = SampleOf(synthetic, kMostRows, *random);
  check.rows_compared = rows;
  check.equal_to_real = ShareEqual(made, persons);
  check.equal_to_holdout = ShareEqual(made, others);
  CompareNearest(made, persons, others, &check);
  const auto targets = static_cast<std::ptrdiff_t>(std::min(kMostTargets, rows));
  const std::vector<double> of_real = Guess({persons.begin(), persons.begin() + targets}, made);
  const std::vector<double> of_others = Guess({others.begin(), others.begin() + targets}, made);
  for (size_t c = 0; c < domains.size(); ++c) {
    const std::vector<double> counts = CountColumn(real, c);
    const double most = *std::max_element(counts.begin(), counts.end());
    check.attributes.push_back(
        {domains[c].name(), of_real[c], of_others[c], most / static_cast<double>(real.rows())});
  }
  return check;
}

}  // namespace blindlink::agent
