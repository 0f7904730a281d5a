// Coordinators decide about pairs, sites answer for their own records, and later runs follow: the
// real programs, over mutual TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr int kPeople = 40;

class Review : public testing::Test {
 protected:
  // People whose number is divisible by 4 are at both sites.
  std::string People(const std::string& site) const {
    std::string text = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
    for (int i = 0; i < kPeople; ++i) {
      const std::string own = i % 4 == 0 ? "" : site;
      absl::StrAppend(&text, site.substr(0, 1), i, ",Anna", own, ",Miller", own, i, ",", i,
                      " Oak Street,02139,19", 10 + i, "-03-04\n");
    }
    if (site == "north") absl::StrAppend(&text, more_at_north_);
    return text;
  }

  void Create(const std::string& plan, const std::string& review) {
    const std::string text = ReadFile(ShippedPlan(plan)).value() + "\n" + review + "\n";
    network_.certs().Add({"coordinator/second"});
    network_.CreateProject("flu", network_.Write("plan.textproto", text));
    for (const char* site : {"north", "south"}) Upload(site, "d1");
    network_.Link("flu");
  }
  void Upload(const std::string& site, const std::string& dataset) {
    network_.Upload("flu", site, network_.Write(absl::StrCat(site, ".csv"), People(site)), dataset);
  }

  // SITE/PSEUDONYM of a site's record, by the map that the site keeps.
  std::string Named(const std::string& site, const std::string& record,
                    const std::string& dataset = "d1") {
    const std::string map =
        ReadFile(network_.StateOf(site) / absl::StrCat("flu.", site, ".", dataset, ".map.csv"))
            .value_or("");
    for (const absl::string_view line : absl::StrSplit(map, '\n')) {
      const std::vector<std::string> fields = absl::StrSplit(line, ',');
      if (fields.size() == 2 && fields[0] == record) return absl::StrCat(site, "/", fields[1]);
    }
    ADD_FAILURE() << "no record " << record;
    return "";
  }

  Finished Call(const std::string& party, const std::string& command,
                std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"review", command, "--project", "flu"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return blindlink::Run(network_.Command("blindlink-resolver", party, arguments));
  }
  Finished Decide(const std::string& left, const std::string& right, const std::string& verdict,
                  const std::string& party = "coordinator/center") {
    return Call(party, "decide",
                {"--left", left, "--right", right, "--verdict", verdict, "--reason",
                 "Twins: all but the first name agrees."});
  }

  Finished Explain(const std::string& what, std::vector<std::string> records,
                   const std::string& party = "coordinator/center") {
    std::vector<std::string> arguments = {"explain", what, "--project", "flu"};
    arguments.insert(arguments.end(), records.begin(), records.end());
    return blindlink::Run(network_.Command("blindlink-resolver", party, arguments));
  }

  TestNetwork network_;
  std::string more_at_north_;  // rows
};

TEST_F(Review, CoordinatorsAloneAreToldWhyTwoRecordsMatchAndHowAnEntityGrew) {
  // Like nobody: others have somebody of their age at the same house of the other site, which may
  // or may not be one with them.
  more_at_north_ = "n99,Berta,Lonely,7 Elm Road,02140,1950-07-08\n";
  Create("us-default", "review {}");
  const std::string left = Named("north", "n8");
  const std::string right = Named("south", "s8");
  const Finished pair = Explain("pair", {"--left", left, "--right", right});
  EXPECT_EQ(pair.code, 0) << pair.err;
  EXPECT_THAT(pair.out, HasSubstr("decision      matched"));
  EXPECT_THAT(pair.out, HasSubstr("match keys    "));
  EXPECT_THAT(pair.out, HasSubstr("what the two may be\n"));
  EXPECT_THAT(pair.out, ContainsRegex("last_name +agree +exact"));
  const Finished tokens = Explain("pair", {"--left", left, "--right", right, "--tokens"});
  EXPECT_EQ(tokens.code, 0) << tokens.err;
  EXPECT_THAT(tokens.out, ContainsRegex("shared token, match key +left +right\n"));
  EXPECT_THAT(tokens.out, ContainsRegex("\n[a-z0-9-]+ +as it is +as it is\n"));
  for (const char* value : {"Miller8", "Oak", "1918-03-04", "n8"}) {
    EXPECT_THAT(tokens.out, Not(HasSubstr(value)));
    EXPECT_THAT(pair.out, Not(HasSubstr(value))) << "pseudonyms and levels alone";
  }

  EXPECT_EQ(Decide(Named("north", "n99"), right, "link").code, 0);
  network_.Link("flu");
  const Finished entity = Explain("entity", {"--record", left});
  EXPECT_EQ(entity.code, 0) << entity.err;
  EXPECT_THAT(entity.out, HasSubstr("records   3\n"));
  EXPECT_THAT(entity.out, HasSubstr(Named("north", "n99")));
  EXPECT_THAT(entity.out, ContainsRegex("before it did\n  \\+ +[123] - +[123]  [0-9.]+  decided"))
      << "what people linked comes first";
  EXPECT_THAT(entity.out, ContainsRegex("\n  \\+ +[123] - +[123]  [0-9.]+  matched"));
  const Finished json = Explain("entity", {"--record", left, "--json", "-"});
  EXPECT_THAT(json.out, HasSubstr("\"outcome\": \"MATCHED_BY_DECISION\""));
  const Finished earlier = Explain("entity", {"--record", left, "--run", "run-000001"});
  EXPECT_THAT(earlier.out, HasSubstr("records   2\n"));

  for (const char* party : {"site/north", "researcher/study"}) {
    EXPECT_EQ(Explain("pair", {"--left", left, "--right", right}, party).code, kExitRefused);
    EXPECT_EQ(Explain("entity", {"--record", left}, party).code, kExitRefused);
  }
  const std::string nobody = "north/" + std::string(32, '0');
  EXPECT_NE(Explain("entity", {"--record", nobody}).code, 0);
}

TEST_F(Review, AWithdrawnRecordTakesItsDecisionsWithIt) {
  Create("mini-sentinel-phase2", "review {}");
  EXPECT_EQ(Decide(Named("north", "n8"), Named("south", "s8"), "do-not-link").code, 0);
  network_.Link("flu");
  ASSERT_THAT(network_.Entities("flu"), Not(Contains("north/n8=south/s8")));
  const Finished withdrawn = network_.Agent(
      "site/north",
      {"withdraw", "--project", "flu", "--site", "north", "--ids", network_.Write("ids", "n8\n"),
       "--state", network_.StateOf("north"), "--receipt", (network_ / "receipt.json").string()});
  ASSERT_EQ(withdrawn.code, 0) << withdrawn.err;
  Upload("north", "d2");
  network_.Link("flu");
  EXPECT_THAT(network_.Entities("flu"), Contains("north/n8=south/s8"));
}

TEST_F(Review, DecisionsHoldInLaterRunsAfterARestartAndANewUpload) {
  Create("mini-sentinel-phase2", "review {}");
  ASSERT_THAT(network_.Entities("flu"), Contains("north/n8=south/s8"));
  EXPECT_EQ(Decide(Named("north", "n8"), Named("south", "s8"), "do-not-link").code, 0);
  EXPECT_EQ(Decide(Named("north", "n1"), Named("south", "s2"), "link").code, 0);
  const auto hold = [&](const char* when) {
    network_.Link("flu");
    EXPECT_THAT(network_.Entities("flu"), Not(Contains("north/n8=south/s8"))) << when;
    EXPECT_THAT(network_.Entities("flu"), Contains("north/n1=south/s2")) << when;
    EXPECT_THAT(network_.Pairs("flu"), Contains("north/n1 south/s2 decided")) << when;
    EXPECT_THAT(network_.Pairs("flu"), Not(Contains(HasSubstr("north/n8 ")))) << when;
  };
  hold("in the next run");
  EXPECT_EQ(network_.StopResolver(), 0);
  network_.StartResolver();
  hold("after a restart");
  EXPECT_EQ(network_
                .Coordinator(
                    {"upload", "discard", "--project", "flu", "--site", "north", "--dataset", "d1"})
                .code,
            0);
  Upload("north", "d2");
  EXPECT_EQ(Named("north", "n8", "d2"), Named("north", "n8")) << "stable";
  hold("after a new upload");

  // A later decision supersedes the earlier one, and both are kept.
  EXPECT_EQ(Decide(Named("north", "n8"), Named("south", "s8"), "link").code, 0);
  network_.Link("flu");
  EXPECT_THAT(network_.Entities("flu"), Contains("north/n8=south/s8"));
  const Finished shown = Call("coordinator/center", "show",
                              {"--left", Named("north", "n8"), "--right", Named("south", "s8")});
  EXPECT_THAT(shown.out, HasSubstr("(superseded)"));
  EXPECT_THAT(shown.out, HasSubstr("people decided that the two records are one person"));
}

TEST_F(Review, AChainCannotJoinWhatPeopleKeptApart) {
  Create("mini-sentinel-phase2", "review {}");
  const std::string n1 = Named("north", "n1");
  const std::string s2 = Named("south", "s2");
  const std::string n3 = Named("north", "n3");
  EXPECT_EQ(Decide(n1, s2, "link").code, 0);
  EXPECT_EQ(Decide(s2, n3, "link").code, 0);
  EXPECT_EQ(Decide(n1, n3, "do-not-link").code, 0);
  network_.Link("flu");
  EXPECT_THAT(network_.Entities("flu"), Not(Contains("north/n1=north/n3=south/s2")));
  const Finished conflicts = Call("coordinator/center", "conflicts");
  EXPECT_EQ(conflicts.code, 0) << conflicts.err;
  EXPECT_THAT(conflicts.out, HasSubstr("(dropped)"));
  const Finished listed =
      Call("coordinator/center", "list", {"--why", "link-dropped", "--json", "-"});
  EXPECT_THAT(listed.out, HasSubstr("REASON_LINK_DROPPED"));
}

TEST_F(Review, ASecondReaderIsAskedForAndDecidesWithoutSeeingTheFirst) {
  Create("mini-sentinel-phase2", "review { second_reader: true }");
  const std::string left = Named("north", "n8");
  const std::string right = Named("south", "s8");
  EXPECT_EQ(Decide(left, right, "do-not-link").code, 0);
  EXPECT_EQ(Decide(left, right, "do-not-link").code, 0) << "the same person twice";
  network_.Link("flu");
  EXPECT_THAT(network_.Entities("flu"), Contains("north/n8=south/s8")) << "one reader";
  const Finished shown = Call("coordinator/second", "show", {"--left", left, "--right", right});
  EXPECT_THAT(shown.out, HasSubstr("awaits-reader"));
  EXPECT_THAT(shown.out, HasSubstr("2 by others, hidden"));
  EXPECT_THAT(shown.out, Not(HasSubstr("Twins")));
  EXPECT_EQ(Decide(left, right, "do-not-link", "coordinator/second").code, 0);
  network_.Link("flu");
  EXPECT_THAT(network_.Entities("flu"), Not(Contains("north/n8=south/s8")));
  EXPECT_THAT(Call("coordinator/center", "statistics").out,
              HasSubstr("center and second            1 of 1 agree"));
}

TEST_F(Review, SitesAreAskedAboutTheirOwnRecordsAndTheirAnswersStandAtThePair) {
  Create("mini-sentinel-phase2", "review { questions_per_site: 1 }");
  const std::string left = Named("north", "n8");
  const std::string right = Named("south", "s8");
  EXPECT_EQ(Call("coordinator/center", "ask", {"--left", left, "--right", right}).code, 0);
  EXPECT_EQ(Call("coordinator/center", "ask",
                 {"--left", Named("north", "n4"), "--right", Named("south", "s4")})
                .code,
            kExitRefused)
      << "the quota";
  const Finished listed = network_.Agent(
      "site/north", {"review", "list", "--project", "flu", "--state", network_.StateOf("north")});
  EXPECT_EQ(listed.code, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr(",n8,"));
  EXPECT_THAT(listed.out, Not(HasSubstr("south")));
  EXPECT_THAT(listed.out, Not(HasSubstr(right.substr(right.find('/') + 1))));
  const std::string question =
      std::string(absl::StripPrefix(listed.out, "question,record_id,answer\n")).substr(0, 32);
  const std::vector<std::string> answer = {"review",     "answer", "--project", "flu",
                                           "--question", question, "--answer",  "no"};
  EXPECT_NE(network_.Agent("site/south", answer).code, 0) << "another site's question";
  EXPECT_EQ(network_.Agent("site/north", answer).code, 0);
  const Finished shown = Call("coordinator/center", "show", {"--left", left, "--right", right});
  EXPECT_THAT(shown.out, HasSubstr(": no\n"));
  EXPECT_THAT(shown.out, HasSubstr(": no answer yet\n"));
}

TEST_F(Review, IsForCoordinatorsOfAProjectWhosePlanSwitchesItOn) {
  Create("mini-sentinel-phase2", "review {}");
  for (const char* party : {"site/north", "researcher/study"}) {
    EXPECT_EQ(Call(party, "list").code, kExitRefused) << party;
    EXPECT_EQ(Decide(Named("north", "n8"), Named("south", "s8"), "link", party).code, kExitRefused)
        << party;
  }
  network_.CreateProject("plain", ShippedPlan("mini-sentinel-phase2"));
  const Finished refused = network_.Coordinator({"review", "list", "--project", "plain"});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, HasSubstr("does not switch review on"));
}

TEST_F(Review, OfARunThatScoredListsUnclearPairsAndMeasuresItsQuality) {
  Create("us-default", "review {}");
  const Finished listed = Call("coordinator/center", "list", {"--size", "5"});
  EXPECT_EQ(listed.code, 0) << listed.err;
  const Finished drawn = Call("coordinator/center", "sample", {"--pairs", "5000"});
  EXPECT_EQ(drawn.code, 0) << drawn.err;
  EXPECT_THAT(drawn.out, HasSubstr("sample-000001"));
  for (int i = 0; i < kPeople; ++i) {  // all of the sample but strangers, whatever its order
    const std::string number = absl::StrCat(i);
    EXPECT_EQ(Decide(Named("north", "n" + number), Named("south", "s" + number), "link").code, 0);
  }
  const Finished quality = Call("coordinator/center", "quality");
  EXPECT_EQ(quality.code, 0) << quality.err;
  EXPECT_THAT(quality.out, HasSubstr("decided  "));
  EXPECT_THAT(quality.out, Not(HasSubstr("decided  0 of")));
}

}  // namespace
}  // namespace blindlink
