#include "researcher/timeline/joined_risk.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace blindlink::researcher {
namespace {

using Values = std::vector<std::vector<absl::string_view>>;

TEST(JoinedRisk, ADigestTellsColumnsAndValuesApart) {
  EXPECT_EQ(DigestOf(Values{{"F"}, {"1950"}}), DigestOf(Values{{"F"}, {"1950"}}));
  EXPECT_NE(DigestOf(Values{{"F"}, {"1950"}}), DigestOf(Values{{"1950"}, {"F"}}));
  EXPECT_NE(DigestOf(Values{{"F", "1950"}, {}}), DigestOf(Values{{"F"}, {"1950"}}));
  EXPECT_NE(DigestOf(Values{{"ab", "c"}}), DigestOf(Values{{"a", "bc"}}));
}

TEST(JoinedRisk, PersonsInGroupsBelowKAreCounted) {
  const TemporaryFolder folder;
  ExternalSorter<ProfileDigest> digests(folder.path(), 1 << 16);
  for (const char* value : {"a", "b", "a", "c", "a", "b"}) {
    ASSERT_TRUE(digests.Add(DigestOf(Values{{value}})).ok());
  }
  const auto risk = MeasureRisk(&digests, 3);
  ASSERT_TRUE(risk.ok());
  EXPECT_EQ(risk->persons, 6u);
  EXPECT_EQ(risk->groups, 3u);
  EXPECT_EQ(risk->smallest, 1u);
  EXPECT_EQ(risk->groups_below, 2u);
  EXPECT_EQ(risk->persons_below, 3u);
}

TEST(JoinedRisk, WithoutPersonsThereIsNone) {
  const TemporaryFolder folder;
  ExternalSorter<ProfileDigest> digests(folder.path(), 1 << 16);
  const auto risk = MeasureRisk(&digests, 3);
  ASSERT_TRUE(risk.ok());
  EXPECT_EQ(risk->persons, 0u);
  EXPECT_EQ(risk->persons_below, 0u);
}

}  // namespace
}  // namespace blindlink::researcher
