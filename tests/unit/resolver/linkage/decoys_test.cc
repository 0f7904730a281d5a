#include "resolver/linkage/decoys.h"

#include "common/plan/plan.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

class DecoysTest : public LinkageTest {
 protected:
  RecordOrder Order() {
    auto rows = RowFileWriter<RecordRow>::Create(folder_ / "order.rows");
    EXPECT_TRUE(rows.ok());
    const RunControl control{&cancel_, [](const char*, double) {}};
    auto order = RecordOrder::Make(*index_, *index_->Datasets(), folder_.path(), 1 << 20,
                                   rows->get(), control);
    EXPECT_TRUE(order.ok()) << order.status();
    return *std::move(order);
  }
};

TEST_F(DecoysTest, EverySiteThatIsReadWhollyGivesItsPairs) {
  Add("north", {{"a", {{"t"}}}, {"b", {{"t"}}}, {"c", {{"t"}}}});
  Add("south", {{"d", {{"t"}}}, {"e", {{"t"}}}});
  const RecordOrder order = Order();
  const RunFakes no_fakes(TinyPlan(), *index_->Datasets(), {}, order);
  const Decoys both(order, {true, true}, no_fakes);
  EXPECT_EQ(both.comparisons(), 3 + 1);
  EXPECT_TRUE(both.Has(0, 2));
  EXPECT_TRUE(both.Has(1, 4));
  const Decoys south(order, {false, true}, no_fakes);
  EXPECT_EQ(south.comparisons(), 1);
  EXPECT_FALSE(south.Has(0, 0));
  EXPECT_TRUE(south.Has(1, 3));
  EXPECT_FALSE(Decoys().Has(0, 0));
}

TEST_F(DecoysTest, NeverMatchAndAreCountedNowhere) {
  Add("north", {{"anna", {{"t", 1}, {"u", 1}}}, {"anne", {{"t", 1}, {"u", 1}}}});
  Add("south", {{"ann", {{"t", 1}}}, {"bob", {{"v", 1}}}, {"rob", {{"v", 1}}}});
  const auto by_rules = Run(ScoredPlan("BY_RULES"));
  const v1::RunSummary counts = summary();
  EXPECT_EQ(counts.candidate_pairs(), 2u);
  const auto by_both = Run(ScoredPlan("BY_RULES_AND_SCORE"));
  EXPECT_EQ(summary().candidate_pairs(), counts.candidate_pairs());
  EXPECT_EQ(summary().tokens_shared(), counts.tokens_shared());
  EXPECT_EQ(summary().tokens_overused(), counts.tokens_overused());
  EXPECT_EQ(Pairs(*by_both), Pairs(*by_rules));
}

}  // namespace
}  // namespace blindlink::resolver
