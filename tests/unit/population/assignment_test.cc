#include "tests/population/assignment.h"

#include <set>

#include "gtest/gtest.h"

namespace blindlink::population {
namespace {

TEST(Assignment, EveryoneIsSomewhereAndTheOverlapIsAsAsked) {
  const absl::StatusOr<Assignment> assignment =
      Assignment::Create(5, {.registry = 1000,
                             .claims = 9000,
                             .overlap = 0.6,
                             .registry_records_per_person = 1.25,
                             .claims_records_per_person = 1.5});
  ASSERT_TRUE(assignment.ok());
  std::set<uint64_t> registry, claims, both;
  for (uint64_t i = 0; i < 1000; ++i) registry.insert(assignment->RegistryPerson(i));
  for (uint64_t i = 0; i < 9000; ++i) claims.insert(assignment->ClaimsPerson(i));
  for (const uint64_t person : registry) {
    if (claims.contains(person)) both.insert(person);
  }
  EXPECT_EQ(registry.size(), 800U);
  EXPECT_EQ(claims.size(), 6000U);
  EXPECT_EQ(both.size(), 480U);
  EXPECT_EQ(assignment->people(), 800U + 6000U - 480U);
  registry.merge(claims);
  EXPECT_EQ(registry.size(), assignment->people());
  EXPECT_EQ(*registry.rbegin(), assignment->people() - 1);
}

TEST(Assignment, SizesThatDoNotFitAreRefused) {
  EXPECT_FALSE(Assignment::Create(1, {.registry = 0, .claims = 0}).ok());
  EXPECT_FALSE(Assignment::Create(1, {.registry = 10, .claims = 10, .overlap = 1.5}).ok());
  EXPECT_FALSE(Assignment::Create(1, {.registry = 100, .claims = 10, .overlap = 1}).ok());
  EXPECT_FALSE(
      Assignment::Create(1, {.registry = 10, .claims = 10, .claims_records_per_person = 0.5}).ok());
}

TEST(Assignment, OneFileAloneIsPossible) {
  EXPECT_TRUE(Assignment::Create(1, {.registry = 10, .claims = 0}).ok());
  EXPECT_TRUE(Assignment::Create(1, {.registry = 0, .claims = 10}).ok());
}

}  // namespace
}  // namespace blindlink::population
