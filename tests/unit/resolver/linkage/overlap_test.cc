// How many entities sites share, and which of the counts a researcher sees.
#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

class OverlapTest : public LinkageTest {
 protected:
  // North and south share `shared` people; north has `alone` more.
  void AddPeople(int shared, int alone) {
    std::vector<SampleRecord> north;
    std::vector<SampleRecord> south;
    for (int i = 0; i < shared + alone; ++i) {
      const SampleRecord record{absl::StrFormat("r%d", i), {{absl::StrFormat("t%d", i)}}};
      north.push_back(record);
      if (i < shared) south.push_back(record);
    }
    Add("north", north);
    Add("south", south);
  }

  static std::string Show(const v1::OverlapResponse& overlap) {
    std::string out;
    for (const v1::OverlapCell& cell : overlap.cells()) {
      absl::StrAppend(&out, cell.left_site(), "-", cell.right_site(), "=",
                      cell.suppressed() ? "suppressed " : "", cell.entities(), "\n");
    }
    return out;
  }
};

TEST_F(OverlapTest, EntitiesAreCountedOnceASiteHoweverManyRecordsTheyHaveThere) {
  Add("north", {{"a", {{"t"}}}, {"b", {{"t"}}}, {"c", {{"u"}}}, {"d", {}}});
  Add("south", {{"e", {{"t"}}}, {"f", {}}});
  Add("west", {{"g", {{"t"}}}, {"h", {{"u"}}}});
  ASSERT_TRUE(TryRun(TinyPlan("entity_rules { within_site_duplicates: true }")).ok());
  v1::OverlapResponse exact;
  *exact.mutable_cells() = run_.overlap();
  EXPECT_EQ(Show(exact),
            "north-north=3\nnorth-south=1\nnorth-west=2\n"
            "south-south=2\nsouth-west=1\nwest-west=2\n");
}

TEST_F(OverlapTest, CountsFromOneToTenAreSuppressedZeroAndElevenAreShown) {
  AddPeople(10, 1);
  Add("west", {});
  EXPECT_EQ(Show(Run(TinyPlan())->Overlap()),
            "north-north=11\nnorth-south=suppressed 0\nnorth-west=0\n"
            "south-south=suppressed 0\nsouth-west=0\nwest-west=0\n");
  EXPECT_EQ(Run(TinyPlan())->Overlap().suppressed_up_to(), 10u);
}

TEST_F(OverlapTest, ElevenSharedEntitiesAreShown) {
  AddPeople(11, 0);
  EXPECT_EQ(Show(Run(TinyPlan())->Overlap()), "north-north=11\nnorth-south=11\nsouth-south=11\n");
}

TEST_F(OverlapTest, OneSharedEntityIsSuppressed) {
  AddPeople(1, 19);
  EXPECT_EQ(Show(Run(TinyPlan())->Overlap()),
            "north-north=20\nnorth-south=suppressed 0\nsouth-south=suppressed 0\n");
}

TEST_F(OverlapTest, TheStoredCountsStayExact) {
  AddPeople(3, 0);
  Run(TinyPlan());
  for (const v1::OverlapCell& cell : run_.overlap()) EXPECT_EQ(cell.entities(), 3u);
}

}  // namespace
}  // namespace blindlink::resolver
