#include "resolver/coordinator/party_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::resolver {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

v1::ProjectInfo Flu(v1::ReleaseMode release) {
  v1::ProjectInfo project;
  project.set_name("flu");
  project.add_sites("north");
  project.add_researchers("study");
  project.set_release(release);
  return project;
}

v1::ProjectKeys Keys(int epochs) {
  v1::ProjectKeys keys;
  for (int i = 1; i <= epochs; ++i) {
    v1::Epoch& epoch = *keys.add_epochs();
    epoch.set_number(i);
    epoch.set_token_key_id("abcdefgh");
  }
  return keys;
}

TEST(SiteJoinsText, SaysThatTheBoundKeyStaysAndWhoFetchesWhat) {
  const std::string standing = SiteJoinsText(Flu(v1::RELEASE_STANDING), Keys(1), "east");
  EXPECT_THAT(standing, AllOf(HasSubstr("6162636465666768 stays"), HasSubstr("keys seal --to east"),
                              HasSubstr("study may fetch east's pairs"), HasSubstr("--partial")));
  const std::string by_grant = SiteJoinsText(Flu(v1::RELEASE_BY_GRANT), Keys(1), "east");
  EXPECT_THAT(by_grant, AllOf(HasSubstr("gives nothing of east"), Not(HasSubstr("may fetch"))));
}

TEST(SiteJoinsText, SaysWhatIsAskedOfItWhileNoKeyIsBoundOrTwoEpochsAreOpen) {
  v1::ProjectKeys unbound = Keys(1);
  unbound.mutable_epochs(0)->clear_token_key_id();
  EXPECT_THAT(SiteJoinsText(Flu(v1::RELEASE_STANDING), unbound, "east"),
              HasSubstr("none is bound yet"));
  EXPECT_THAT(
      SiteJoinsText(Flu(v1::RELEASE_STANDING), Keys(2), "east"),
      AllOf(HasSubstr("east needs only the key of epoch 2"), HasSubstr("Epoch 1 ends once")));
}

TEST(ResearcherJoinsText, SaysWhetherAnybodyApproves) {
  EXPECT_THAT(ResearcherJoinsText(Flu(v1::RELEASE_STANDING), "cohort"),
              HasSubstr("cohort may fetch the pairs and entities of every run"));
  EXPECT_THAT(ResearcherJoinsText(Flu(v1::RELEASE_BY_GRANT), "cohort"),
              HasSubstr("cohort may ask for access"));
}

TEST(JoinedText, HasALineForEachAndNoneForTheFirst) {
  v1::ProjectInfo project = Flu(v1::RELEASE_STANDING);
  EXPECT_EQ(JoinedText(project), "");
  v1::JoinedParty& joined = *project.add_joined();
  joined.set_researcher("cohort");
  joined.set_unix_seconds(1'700'000'000);
  EXPECT_EQ(JoinedText(project), "joined later         researcher cohort, 2023-11-14T22:13:20Z\n");
}

}  // namespace
}  // namespace blindlink::resolver
