#include "resolver/review/link_conflicts.h"

#include <gtest/gtest.h>

#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

NamedRecord Record(const std::string& name) { return {"north", RecordNamed(name)}; }
NamedDecision Link(const std::string& a, const std::string& b) {
  return {Record(a), Record(b), true};
}
NamedDecision Apart(const std::string& a, const std::string& b) {
  return {Record(a), Record(b), false};
}

TEST(LinkConflictsTest, DecisionsThatAgreeAreNone) {
  EXPECT_TRUE(FindConflicts({}).empty());
  EXPECT_TRUE(FindConflicts({Link("a", "b"), Link("b", "c"), Apart("a", "d")}).empty());
}

TEST(LinkConflictsTest, LinksThatLeadFromOneToTheOtherAreShownInOrder) {
  const auto conflicts = FindConflicts(
      {Link("c", "b"), Apart("d", "a"), Link("a", "b"), Link("c", "d"), Link("x", "y")});
  ASSERT_EQ(conflicts.size(), 1u);
  EXPECT_TRUE(conflicts[0].apart == (NamedPair{Record("a"), Record("d")}));
  ASSERT_EQ(conflicts[0].chain.size(), 3u);
  EXPECT_TRUE(conflicts[0].chain[0] == (NamedPair{Record("a"), Record("b")}));
  EXPECT_TRUE(conflicts[0].chain[2] == (NamedPair{Record("c"), Record("d")}));
}

TEST(LinkConflictsTest, TheShortestWayIsShown) {
  const auto conflicts = FindConflicts({Link("a", "b"), Link("b", "c"), Link("c", "d"),
                                        Link("a", "d"), Link("d", "e"), Apart("a", "e")});
  ASSERT_EQ(conflicts.size(), 1u);
  EXPECT_EQ(conflicts[0].chain.size(), 2u);
}

}  // namespace
}  // namespace blindlink::resolver
