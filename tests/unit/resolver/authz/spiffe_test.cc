#include "resolver/authz/spiffe.h"

#include <gtest/gtest.h>

namespace blindlink::resolver {
namespace {

TEST(Spiffe, APartyGoesThereAndBack) {
  for (const Role role :
       {Role::kSite, Role::kCoordinator, Role::kResearcher, Role::kResolver, Role::kWorker}) {
    const Party party{role, "general-hospital-2"};
    const auto read = ParseSpiffeUri(SpiffeUriOf(party));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, party);
  }
}

TEST(Spiffe, NothingButTheExactFormIsRead) {
  for (const char* uri :
       {"", "spiffe://blindlink/site", "spiffe://blindlink/site/", "spiffe://blindlink/admin/a",
        "spiffe://other/site/a", "SPIFFE://blindlink/site/a", "spiffe://blindlink/site/a/b",
        "spiffe://blindlink/site/A", "spiffe://blindlink/site/a?b", "spiffe://blindlink//a",
        "spiffe://blindlink/site/a "}) {
    EXPECT_EQ(ParseSpiffeUri(uri).status().code(), absl::StatusCode::kInvalidArgument) << uri;
  }
}

}  // namespace
}  // namespace blindlink::resolver
