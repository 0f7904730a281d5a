#include "agent/synthetic/synthesizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agent/synthetic/closeness.h"

namespace blindlink::agent {
namespace {

// Age, a group that follows age, an outcome that depends on both, and an unrelated column.
CodedTable Population(const std::vector<Domain>& domains, int rows, uint64_t seed) {
  const auto random = SeededRandom(seed);
  CodedTable table = CodedTable::For(domains);
  for (int i = 0; i < rows; ++i) {
    const auto age = static_cast<uint16_t>((random->Below(40) + random->Below(40)));
    const auto group = static_cast<uint16_t>(random->Below(80) < age ? random->Below(2) : 2);
    const bool outcome = random->Uniform() < 0.1 + 0.006 * age + 0.2 * (group == 0 ? 1 : 0);
    table.columns[0].push_back(age);
    table.columns[1].push_back(group);
    table.columns[2].push_back(outcome ? 1 : 0);
    table.columns[3].push_back(static_cast<uint16_t>(random->Below(5)));
  }
  return table;
}

std::vector<Domain> Domains() {
  return {Domain::OfNumbers("age", 0, 99, 1), Domain::OfCategories("group", {"a", "b", "c"}),
          Domain::OfCategories("outcome", {"no", "yes"}),
          Domain::OfCategories("day", {"1", "2", "3", "4", "5"})};
}

TEST(SynthesizerTest, WithoutPrivacyCountsOfColumnsAreExactAndPairsNearlySo) {
  const std::vector<Domain> domains = Domains();
  const CodedTable real = Population(domains, 8000, 1);
  const auto random = SeededRandom(2);
  Budget budget(0);
  NoisyCounter counter("t", real, 1, budget, *random);
  const SynthesizedTable made = SynthesizeTable(domains, counter, 0, 0, *random);
  EXPECT_EQ(made.table.rows(), real.rows());
  const Closeness closeness = CompareTables(real, made.table);
  EXPECT_EQ(closeness.one_way_max, 0);
  EXPECT_LT(closeness.two_way_max, 0.03);
}

TEST(SynthesizerTest, WithPrivacyTablesAreCloseAndTheBudgetIsKept) {
  const std::vector<Domain> domains = Domains();
  const CodedTable real = Population(domains, 20'000, 3);
  const auto random = SeededRandom(4);
  const double rho = RhoOf(1, 1e-9);
  Budget budget(rho);
  NoisyCounter counter("t", real, 1, budget, *random);
  const SynthesizedTable made = SynthesizeTable(domains, counter, rho, 0, *random);
  EXPECT_LE(budget.spent(), rho);
  EXPECT_GT(budget.spent(), 0.95 * rho);
  EXPECT_NEAR(made.total, 20'000, 500);
  const Closeness closeness = CompareTables(real, made.table);
  EXPECT_LT(closeness.one_way, 0.012);
  EXPECT_LT(closeness.two_way, 0.03);
}

TEST(SynthesizerTest, UnlistedValuesOfAFewPersonsDoNotAppear) {
  const std::vector<Domain> domains = Domains();
  CodedTable real = Population(domains, 20'000, 5);
  for (int i = 0; i < 5; ++i) real.columns[1][i] = static_cast<uint16_t>(domains[1].other());
  const auto random = SeededRandom(6);
  const double rho = RhoOf(1, 1e-9);
  Budget budget(rho);
  NoisyCounter counter("t", real, 1, budget, *random);
  const SynthesizedTable made = SynthesizeTable(domains, counter, rho, 0, *random);
  EXPECT_EQ(CountColumn(made.table, 1)[domains[1].other()], 0);
}

TEST(SynthesizerTest, SaysHowMuchTheNoiseWeighs) {
  const std::vector<Domain> domains = Domains();
  const double rho = RhoOf(1, 1e-9);
  const auto noise_of = [&](int persons) {
    const CodedTable real = Population(domains, persons, 11);
    const auto random = SeededRandom(12);
    Budget budget(rho);
    NoisyCounter counter("t", real, 1, budget, *random);
    return SynthesizeTable(domains, counter, rho, 0, *random).noise;
  };
  EXPECT_LT(noise_of(20'000), 0.05);
  EXPECT_GT(noise_of(200), 0.3);
}

TEST(SynthesizerTest, EmptyAndTinyTablesWorkToo) {
  const std::vector<Domain> domains = Domains();
  for (const int rows : {0, 1, 3}) {
    for (const double rho : {0.0, 0.01}) {
      const CodedTable real = Population(domains, rows, 7);
      const auto random = SeededRandom(8);
      Budget budget(rho);
      NoisyCounter counter("t", real, 1, budget, *random);
      EXPECT_GE(SynthesizeTable(domains, counter, rho, 0, *random).table.rows(), 1u);
    }
  }
}

TEST(SynthesizerTest, OneAndTwoColumnsWorkToo) {
  for (const size_t columns : {1, 2}) {
    std::vector<Domain> domains = Domains();
    CodedTable real = Population(domains, 5000, 9);
    domains.erase(domains.begin() + static_cast<std::ptrdiff_t>(columns), domains.end());
    real.sizes.resize(columns);
    real.columns.resize(columns);
    const auto random = SeededRandom(10);
    const double rho = RhoOf(1, 1e-9);
    Budget budget(rho);
    NoisyCounter counter("t", real, 1, budget, *random);
    const SynthesizedTable made = SynthesizeTable(domains, counter, rho, 0, *random);
    EXPECT_LT(CompareTables(real, made.table).one_way, 0.05);
  }
}

}  // namespace
}  // namespace blindlink::agent
