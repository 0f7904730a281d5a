// A site whose extraction changes is told so, and so is its coordinator; what is listed, programs
// can read. The real programs, over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "blindlink/v1/overview_service.pb.h"
#include "blindlink/v1/upload_service.pb.h"
#include "common/cli/exit_code.h"
#include "google/protobuf/util/json_util.h"
#include "simdjson.h"
#include "tests/support/generated_people.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Strings = std::vector<std::string>;

constexpr int kPeople = 300;
constexpr char kChanged[] = "not like what this site has sent before";

// The CSV with one column emptied.
std::string Without(const std::string& csv, const std::string& column) {
  std::vector<std::string> lines = absl::StrSplit(csv, '\n', absl::SkipEmpty());
  const Strings header = absl::StrSplit(lines[0], ',');
  const auto place = std::find(header.begin(), header.end(), column) - header.begin();
  for (size_t i = 1; i < lines.size(); ++i) {
    Strings fields = absl::StrSplit(lines[i], ',');
    EXPECT_EQ(fields.size(), header.size());
    fields.at(static_cast<size_t>(place)).clear();
    lines[i] = absl::StrJoin(fields, ",");
  }
  return absl::StrJoin(lines, "\n") + "\n";
}

template <typename Message>
Message Parsed(const Finished& done) {
  EXPECT_EQ(done.code, kExitOk) << done.err;
  Message message;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(done.out, &message).ok()) << done.out;
  return message;
}

class Drift : public testing::Test {
 protected:
  Drift() { network_.CreateProject("flu", ShippedPlan("us-default")); }

  Finished Send(const std::string& dataset, const std::string& csv, const Strings& more = {}) {
    Strings arguments =
        network_.RunArguments("flu", "north", network_.Write("rows.csv", csv), dataset);
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished sent = network_.Agent("site/north", arguments);
    EXPECT_EQ(sent.code, kExitOk) << sent.err;
    return sent;
  }
  Finished Status(const std::string& site, const Strings& more = {}) {
    Strings arguments = {"status", "--project", "flu"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return network_.Agent("site/" + site, arguments);
  }

  TestNetwork network_;
};

TEST_F(Drift, IsToldToTheSiteAndTheCoordinatorAndStays) {
  const std::time_t before = std::time(nullptr);
  EXPECT_THAT(Send("first", GeneratedPeople(1, kPeople)).err, Not(HasSubstr(kChanged)));
  EXPECT_THAT(Send("second", GeneratedPeople(1001, kPeople)).err, Not(HasSubstr(kChanged)));
  EXPECT_THAT(
      Send("third", Without(GeneratedPeople(2001, kPeople), "date_of_birth")).err,
      AllOf(HasSubstr(kChanged),
            HasSubstr("changed: records with a usable date_of_birth: 0.0 %, before 100.0 %")));

  EXPECT_EQ(network_.StopResolver(), 0);
  network_.StartResolver();
  EXPECT_THAT(Status("north").out, HasSubstr(absl::StrCat("third is ", kChanged)));
  EXPECT_THAT(Status("south").out, Not(HasSubstr(kChanged)));
  EXPECT_THAT(network_.Coordinator({"upload", "list", "--project", "flu"}).out,
              AllOf(HasSubstr("north/third shows:\n  changed: "), Not(HasSubstr("north/second"))));
  const Finished shown = network_.Coordinator(
      {"upload", "status", "--project", "flu", "--site", "north", "--dataset", "third"});
  EXPECT_THAT(shown.out, HasSubstr("changed: records with a usable date_of_birth: 0.0 %"));

  const auto list = Parsed<v1::ListUploadsResponse>(
      network_.Coordinator({"upload", "list", "--project", "flu", "--json", "-"}));
  ASSERT_EQ(list.uploads_size(), 3);
  for (const v1::UploadInfo& upload : list.uploads()) {
    EXPECT_GE(upload.commit_unix_seconds(), before);
    EXPECT_LE(upload.commit_unix_seconds(), std::time(nullptr));
  }
  EXPECT_THAT(list.uploads(0).drift().not_compared(), HasSubstr("nothing before"));
  EXPECT_THAT(list.uploads(1).drift().compared_with(), ElementsAre("first"));
  EXPECT_THAT(list.uploads(1).drift().findings(), IsEmpty());
  EXPECT_THAT(list.uploads(2).drift().compared_with(), ElementsAre("first", "second"));
  EXPECT_EQ(list.uploads(2).notes_size(), list.uploads(2).drift().findings_size());
}

TEST_F(Drift, IsInTheSitesStatusForProgramsAndNothingElseIsPrinted) {
  Send("first", GeneratedPeople(1, kPeople));
  const Finished sent =
      Send("second", Without(GeneratedPeople(1001, kPeople), "zip"), {"--json", "-"});
  simdjson::dom::parser parser;
  const simdjson::dom::element summary = parser.parse(sent.out);
  EXPECT_EQ(int64_t(summary["records"]), kPeople);
  const Finished status = Status("north", {"--json", "-"});
  ASSERT_EQ(status.code, kExitOk) << status.err;
  const simdjson::dom::element json = parser.parse(status.out);
  const simdjson::dom::element drift = json["datasets"].at(1)["drift"];
  EXPECT_EQ(std::string_view(drift["compared_with"].at(0)), "first");
  Strings subjects;
  for (const simdjson::dom::element finding : drift["findings"]) {
    subjects.emplace_back(std::string_view(finding["subject"]));
  }
  EXPECT_THAT(subjects, Not(IsEmpty()));
}

TEST_F(Drift, OfACorrectionIsNotSpokenOf) {
  Send("first", GeneratedPeople(1, kPeople));
  EXPECT_THAT(
      Send("fixes", Without(GeneratedPeople(1, 40), "date_of_birth"), {"--kind", "correction"}).err,
      Not(HasSubstr(kChanged)));
  EXPECT_THAT(Send("second", GeneratedPeople(1001, kPeople)).err, Not(HasSubstr(kChanged)));
}

TEST_F(Drift, EveryListIsPrintedForProgramsToo) {
  network_.Upload("flu", "north", network_.Write("n.csv", GeneratedPeople(1, 50)));
  network_.Upload("flu", "south", network_.Write("s.csv", GeneratedPeople(1, 50, true)));
  network_.Link("flu");
  const auto health = Parsed<v1::Health>(network_.Coordinator({"health", "--json", "-"}));
  EXPECT_EQ(health.projects(), 1u);
  EXPECT_EQ(health.uploads_committed(), 2u);
  EXPECT_EQ(health.records(), 100u);
  EXPECT_THAT(network_.Coordinator({"health"}).out,
              AllOf(HasSubstr("projects         1, 0 of them damaged\n"),
                    HasSubstr("2 committed, 0 failed"), HasSubstr("audit log        ")));

  simdjson::dom::parser parser;
  const auto parse = [&](const Finished& done) {
    EXPECT_EQ(done.code, kExitOk) << done.err;
    return simdjson::dom::element(parser.parse(done.out));
  };
  const auto coordinator = [&](Strings arguments) {
    arguments.insert(arguments.end(), {"--json", "-"});
    return parse(network_.Coordinator(arguments));
  };
  EXPECT_EQ(std::string_view(coordinator({"project", "list"})["projects"].at(0)["name"]), "flu");
  const auto project = coordinator({"project", "show", "--project", "flu"});
  EXPECT_EQ(std::string_view(project["project"]["name"]), "flu");
  EXPECT_EQ(project["key_exchange"]["sites"].get_array().size(), 2u);
  EXPECT_EQ(int64_t(coordinator({"project", "keys", "--project", "flu"})["epochs"].at(0)["number"]),
            1);
  EXPECT_EQ(
      std::string_view(coordinator({"linkage", "list", "--project", "flu"})["runs"].at(0)["state"]),
      "FINISHED");
  EXPECT_EQ(std::string_view(coordinator({"upload", "status", "--project", "flu", "--site", "north",
                                          "--dataset", "d1"})["state"]),
            "COMMITTED");
  EXPECT_EQ(
      std::string_view(
          parse(network_.Researcher({"list", "--project", "flu", "--json", "-"}))["results"].at(
              0)["run"]),
      "run-000001");
}

}  // namespace
}  // namespace blindlink
