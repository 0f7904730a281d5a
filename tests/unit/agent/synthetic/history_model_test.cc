#include "agent/synthetic/history_model.h"

#include <gtest/gtest.h>

#include <chrono>

#include "agent/synthetic/day.h"
#include "agent/synthetic/noisy_counter.h"

namespace blindlink::agent {
namespace {

using std::chrono::days;

SynthesisSpec Spec() {
  SynthesisSpec spec;
  spec.columns = {Domain::OfCategories("sex", {"F", "M"})};
  spec.code_groups = CodeGroups({{"E11", "Diabetes"}, {"I10", "Hypertension"}});
  spec.first_day = *DayOf("2020-01-01");
  spec.last_day = *DayOf("2021-12-31");
  v1::SyntheticClaims* claims = spec.proto.mutable_claims();
  for (const char* setting : {"outpatient", "inpatient"}) claims->add_settings(setting);
  claims->set_max_visits(50);
  for (const uint32_t bound : {0, 8, 31, 91, 366}) claims->add_gap_bounds(bound);
  for (const uint32_t bound : {0, 1, 8}) claims->add_stay_bounds(bound);
  claims->add_person_columns("sex");
  spec.person_columns = {0};
  return spec;
}

// Two kinds of persons: monthly visits that alternate between two diseases, or one stay.
struct Real {
  CodedTable persons;
  std::vector<History> histories;
};
Real MakeReal(const SynthesisSpec& spec, const HistoryModel& model) {
  Real real{CodedTable::For(spec.columns), {}};
  real.persons.sizes.push_back(model.visits_domain().size());
  real.persons.columns.emplace_back();
  for (int person = 0; person < 200; ++person) {
    const bool monthly = person % 2 == 0;
    History history;
    for (int visit = 0; visit < (monthly ? 10 : 1); ++visit) {
      const auto day = spec.first_day + days(20 + 28 * visit);
      history.push_back({day, monthly ? day : day + days(3), monthly ? 0u : 1u,
                         static_cast<uint32_t>(visit % 2), 3});
    }
    real.persons.columns[0].push_back(monthly ? 0 : 1);
    real.persons.columns[1].push_back(static_cast<uint16_t>(
        model.visits_domain().CodeOfNumber(static_cast<int64_t>(history.size()))));
    real.histories.push_back(std::move(history));
  }
  return real;
}

TEST(HistoryModelTest, HistoriesHaveTheOrderGapsAndSettingsOfTheRealOnes) {
  const SynthesisSpec spec = Spec();
  const HistoryModel model(spec);
  const Real real = MakeReal(spec, model);
  const auto random = SeededRandom(1);
  const CodedTable steps = model.StepsOf(real.histories, real.persons, 0, *random);
  EXPECT_EQ(steps.rows(), 100u * 10 + 100u);
  const std::vector<History> made = model.Draw(real.persons, steps, *random);
  ASSERT_EQ(made.size(), 200u);
  for (size_t person = 0; person < made.size(); ++person) {
    const History& history = made[person];
    ASSERT_FALSE(history.empty());
    EXPECT_EQ(history[0].group, 0u);
    for (size_t i = 0; i < history.size(); ++i) {
      EXPECT_GE(history[i].start, spec.first_day);
      EXPECT_LE(history[i].end, spec.last_day);
      EXPECT_EQ(history[i].setting, person % 2);
      EXPECT_EQ(history[i].group, i % 2) << "diabetes and hypertension alternate";
      if (i == 0) continue;
      const auto gap = (history[i].start - history[i - 1].start).count();
      EXPECT_GE(gap, 8);
      EXPECT_LE(gap, 30);
    }
    const size_t fewest = person % 2 == 0 ? 10 : 1, most = person % 2 == 0 ? 13 : 1;
    EXPECT_GE(history.size(), fewest);
    EXPECT_LE(history.size(), most);
  }
}

TEST(HistoryModelTest, NoPersonGivesMoreStepsThanTheBound) {
  const SynthesisSpec spec = Spec();
  const HistoryModel model(spec);
  const Real real = MakeReal(spec, model);
  const auto random = SeededRandom(2);
  const CodedTable steps = model.StepsOf(real.histories, real.persons, 3, *random);
  EXPECT_EQ(steps.rows(), 100u * 3 + 100u);
  // Of ten visits each is as likely as another to be looked at.
  const double firsts = CountColumn(steps, 0)[2];
  EXPECT_NEAR(firsts, 100 + 100 * 0.3, 25);
}

TEST(HistoryModelTest, HistoriesThatDoNotFitTheWindowAreCutAtItsEnd) {
  SynthesisSpec spec = Spec();
  const HistoryModel model(spec);
  const Real real = MakeReal(spec, model);
  const auto random = SeededRandom(3);
  const CodedTable steps = model.StepsOf(real.histories, real.persons, 0, *random);
  spec.last_day = spec.first_day + days(100);
  for (const History& history : model.Draw(real.persons, steps, *random)) {
    for (const Visit& visit : history) EXPECT_LE(visit.end, spec.last_day);
  }
}

TEST(DayTest, ReadsAndWritesDays) {
  EXPECT_EQ(TextOfDay(*DayOf("2020-02-29")), "2020-02-29");
  for (const char* text : {"2021-02-29", "2020-2-29", "29.02.2020", "", "2020-13-01"}) {
    EXPECT_FALSE(DayOf(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace blindlink::agent
