#include "resolver/access/grant_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/resolver/access/sample_request.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kSites = {"east", "north", "south"};

v1::Grant Asked() {
  v1::Grant grant;
  grant.set_grant("grant-000001");
  grant.set_state(v1::GRANT_REQUESTED);
  *grant.mutable_request() = SampleRequest();
  grant.set_researcher("study");
  grant.set_researcher_fingerprint(std::string(AsView(PersonNamed("study").fingerprint)));
  return grant;
}

void AddPair(const std::string& left, const std::string& right, v1::AccessRequest* request) {
  v1::SitePair& pair = *request->add_site_pairs();
  pair.set_left(left);
  pair.set_right(right);
}

TEST(AccessRequests, NeedAllTheirWords) {
  EXPECT_TRUE(CheckAccessRequest(SampleRequest(), kSites, kNow).ok());
  const std::pair<const char*, std::function<void(v1::AccessRequest&)>> spoilers[] = {
      {"purpose", [](v1::AccessRequest& r) { r.clear_purpose(); }},
      {"legal basis", [](v1::AccessRequest& r) { r.set_legal_basis("yes"); }},
      {"necessity", [](v1::AccessRequest& r) { r.mutable_rubric()->set_necessity("         x "); }},
      {"proportionality",
       [](v1::AccessRequest& r) { r.mutable_rubric()->clear_proportionality(); }},
      {"harm", [](v1::AccessRequest& r) { r.mutable_rubric()->set_harm("none at all\x1b[2J"); }},
      {"harm", [](v1::AccessRequest& r) { r.mutable_rubric()->set_harm("\xff\xfe not a text"); }},
      {"purpose", [](v1::AccessRequest& r) { r.set_purpose(std::string(4001, 'a')); }},
      {"purpose", [](v1::AccessRequest& r) { r.set_purpose("written \xe2\x80\xae backwards"); }},
      {"expiry", [](v1::AccessRequest& r) { r.set_expires_unix_seconds(kNow); }},
      {"expiry", [](v1::AccessRequest& r) { r.set_expires_unix_seconds(kNow + 800 * kDay); }},
      {"level", [](v1::AccessRequest& r) { r.clear_level(); }},
      {"run", [](v1::AccessRequest& r) { r.clear_run(); }},
      {"site", [](v1::AccessRequest& r) { AddPair("north", "west", &r); }},
      {"site pseudonyms: only for an entity map",
       [](v1::AccessRequest& r) { r.set_site_pseudonyms(true); }},
      {"relink",
       [](v1::AccessRequest& r) {
         r.set_level(v1::ACCESS_COUNTS);
         r.set_relink(true);
       }},
  };
  for (const auto& [what, spoil] : spoilers) {
    v1::AccessRequest request = SampleRequest();
    spoil(request);
    const absl::Status status = CheckAccessRequest(request, kSites, kNow);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << what;
    EXPECT_THAT(std::string(status.message()), HasSubstr(what));
  }
}

// A site turns its own pseudonyms back with its own map, whatever the grant says.
TEST(AccessRequests, ForSitePseudonymsSayThatTheyCanBeTurnedBack) {
  v1::AccessRequest request = SampleRequest(v1::ACCESS_ENTITY_MAP);
  request.set_site_pseudonyms(true);
  const absl::Status status = CheckAccessRequest(request, kSites, kNow);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("must say relink too"));
  request.set_relink(true);
  EXPECT_TRUE(CheckAccessRequest(request, kSites, kNow).ok());
}

TEST(AccessRequests, ForAnEntityMapCoverAllPairsOfItsSites) {
  v1::AccessRequest request = SampleRequest(v1::ACCESS_ENTITY_MAP);
  AddPair("north", "south", &request);
  AddPair("south", "east", &request);
  const absl::Status status = CheckAccessRequest(request, kSites, kNow);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("east:north"));
  AddPair("north", "east", &request);
  EXPECT_TRUE(CheckAccessRequest(request, kSites, kNow).ok());
  EXPECT_TRUE(CoversPair(request, "east", "east"));
}

TEST(AccessRequests, CoverThePairsTheyNameInEitherOrder) {
  v1::AccessRequest request = SampleRequest();
  EXPECT_TRUE(CoversPair(request, "north", "east"));
  AddPair("south", "north", &request);
  EXPECT_TRUE(CoversPair(request, "north", "south"));
  EXPECT_FALSE(CoversPair(request, "north", "east"));
  EXPECT_FALSE(CoversPair(request, "north", "north"));
  EXPECT_TRUE(CoversSite(request, "south"));
  EXPECT_FALSE(CoversSite(request, "east"));
}

TEST(Decisions, TwoCoordinatorsMakeAGrant) {
  v1::Grant grant = Asked();
  ASSERT_TRUE(AddDecision(PersonNamed("ann"), true, kReason, kNow, &grant).ok());
  EXPECT_EQ(grant.state(), v1::GRANT_REQUESTED);
  ASSERT_TRUE(AddDecision(PersonNamed("ben"), true, kReason, kNow, &grant).ok());
  EXPECT_EQ(grant.state(), v1::GRANT_APPROVED);
  EXPECT_EQ(AddDecision(PersonNamed("cat"), false, kReason, kNow, &grant).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(Decisions, TheSamePersonTwiceDoesNotCount) {
  v1::Grant grant = Asked();
  ASSERT_TRUE(AddDecision(PersonNamed("ann"), true, kReason, kNow, &grant).ok());
  // The same certificate, another certificate of the same name, another name of the same
  // certificate.
  Person renamed = PersonNamed("ann");
  renamed.name = "anna";
  for (const Person& again : {PersonNamed("ann"), PersonNamed("ann", 1), renamed}) {
    EXPECT_EQ(AddDecision(again, true, kReason, kNow, &grant).code(),
              absl::StatusCode::kAlreadyExists);
  }
  EXPECT_EQ(grant.state(), v1::GRANT_REQUESTED);
  EXPECT_EQ(grant.decisions_size(), 1);
}

TEST(Decisions, NobodyDecidesAboutTheirOwnRequest) {
  v1::Grant grant = Asked();
  EXPECT_EQ(AddDecision(PersonNamed("study", 1), true, kReason, kNow, &grant).code(),
            absl::StatusCode::kPermissionDenied);
}

TEST(Decisions, OneDenialEndsTheRequestAlsoOfWhoApproved) {
  for (const char* denier : {"ann", "ben"}) {
    v1::Grant grant = Asked();
    ASSERT_TRUE(AddDecision(PersonNamed("ann"), true, kReason, kNow, &grant).ok());
    ASSERT_TRUE(AddDecision(PersonNamed(denier), false, kReason, kNow, &grant).ok());
    EXPECT_EQ(grant.state(), v1::GRANT_DENIED);
    EXPECT_EQ(AddDecision(PersonNamed("cat"), true, kReason, kNow, &grant).code(),
              absl::StatusCode::kFailedPrecondition);
  }
}

TEST(Decisions, NeedAReasonAndComeBeforeTheEnd) {
  v1::Grant grant = Asked();
  EXPECT_EQ(AddDecision(PersonNamed("ann"), true, "ok", kNow, &grant).code(),
            absl::StatusCode::kInvalidArgument);
  const absl::Status late =
      AddDecision(PersonNamed("ann"), true, kReason, kNow + 31 * kDay, &grant);
  EXPECT_EQ(late.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(late.message()), HasSubstr("expired"));
}

}  // namespace
}  // namespace blindlink::resolver
