// Canaries: records of nobody, sent like all others, found wherever a file of a site has been.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using Lines = std::vector<std::string>;

constexpr int kPeople = 40;
constexpr int kCanaries = 5;
constexpr char kHeader[] = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";

// The same people at each site.
std::string People() {
  std::string text = kHeader;
  for (int i = 0; i < kPeople; ++i) {
    absl::StrAppend(&text, "p", i, ",Anna,Miller", i, ",", 1 + i, " Oak Street,02139,19", 10 + i,
                    "-03-04\n");
  }
  return text;
}

class Canaries : public testing::Test {
 protected:
  Canaries() {
    people_ = network_.Write("people.csv", People());
    canaries_ = network_ / "canaries.csv";
    const Finished made = Agent({"canaries", "make", "--like", people_, "--plan", plan_, "--count",
                                 absl::StrCat(kCanaries), "--out", canaries_});
    EXPECT_EQ(made.code, kExitOk) << made.err;
    std::string rows = ReadFile(canaries_).value();
    north_ = network_.Write("north.csv", People() + rows.substr(rows.find('\n') + 1));
  }
  static Finished Agent(const Lines& arguments) {
    Lines argv = {ProgramPath("blindlink-agent")};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return blindlink::Run(argv);
  }
  void MakeProject(const Lines& more = {}) {
    network_.CreateProject("flu", plan_, more);
    network_.Upload("flu", "north", north_);
    network_.Upload("flu", "south", people_);
    network_.Link("flu");
  }
  Lines Marks(const std::string& command, const Lines& files = {}) {
    Lines arguments = {"canaries",    command,
                       "--canaries",  canaries_,
                       "--plan",      plan_,
                       "--project",   "flu",
                       "--site",      "north",
                       "--token-key", network_.token_key(),
                       "--state",     network_.StateOf("north")};
    arguments.insert(arguments.end(), files.begin(), files.end());
    return arguments;
  }
  Finished Check(const Lines& files) { return Agent(Marks("check", files)); }
  std::filesystem::path Fetched(const std::string& what, const Lines& more = {}) {
    const std::filesystem::path file = network_ / absl::StrCat(what, fetches_++, ".csv");
    Lines arguments = {what, "--project", "flu", "--out", file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished fetched = network_.Researcher(arguments);
    EXPECT_EQ(fetched.code, kExitOk) << fetched.err;
    return file;
  }
  // A grant of the researcher's, approved by two.
  void Grant(const std::string& name) {
    const std::string until =
        absl::FormatTime("%Y-%m-%d", absl::Now() + absl::Hours(24 * 30), absl::UTCTimeZone());
    const Finished asked = network_.Researcher({"access",
                                                "request",
                                                "--project",
                                                "flu",
                                                "--run",
                                                "run-000001",
                                                "--level",
                                                "entity-map",
                                                "--until",
                                                until,
                                                "--purpose",
                                                "How many people fall ill.",
                                                "--legal-basis",
                                                "Decision 12 of the board.",
                                                "--necessity",
                                                "Counts cannot answer it.",
                                                "--proportionality",
                                                "It saves lives.",
                                                "--harm",
                                                "Little: no names, one user."});
    ASSERT_EQ(asked.code, kExitOk) << asked.err;
    for (const char* coordinator : {"coordinator/center", "coordinator/second"}) {
      const Finished approved =
          blindlink::Run(network_.Command("blindlink-resolver", coordinator,
                                          {"access", "approve", "--project", "flu", "--grant", name,
                                           "--reason", "As the ethics board decided."}));
      ASSERT_EQ(approved.code, kExitOk) << approved.err;
    }
  }
  Finished Trace(const std::filesystem::path& marks, const std::filesystem::path& file) {
    return blindlink::Run({ProgramPath("blindlink-resolver"), "access", "trace", "--data",
                           network_.data(), "--project", "flu", "--site", "north", "--pseudonyms",
                           marks, file});
  }

  TestNetwork network_;
  const std::filesystem::path plan_ = ShippedPlan("mini-sentinel-phase2");
  std::filesystem::path people_;
  std::filesystem::path canaries_;
  std::filesystem::path north_;
  int fetches_ = 0;
};

TEST_F(Canaries, MatchNobodyAndAreFoundInEveryFileOfTheSiteAndInNoOther) {
  MakeProject();
  const std::filesystem::path tokens = network_ / "north.bltok";
  EXPECT_EQ(Agent(network_.TokenizeArguments("flu", "north", north_, plan_, tokens)).code, kExitOk);
  const std::filesystem::path pairs = Fetched("pairs");
  const std::filesystem::path entities = Fetched("entities");
  const Finished found = Check({north_, tokens, entities, pairs, people_});
  EXPECT_EQ(found.code, kExitRefused) << found.out << found.err;
  const Lines lines = absl::StrSplit(found.out, '\n', absl::SkipEmpty());
  const auto says = [](const std::filesystem::path& file, const std::string& what) {
    return AllOf(HasSubstr(file.string() + ": "), HasSubstr(what));
  };
  EXPECT_THAT(lines, Contains(says(north_, "FOUND of 5 canaries of ")));
  EXPECT_THAT(lines, Contains(says(north_, "5 by name or record id; from byte ")));
  EXPECT_THAT(lines, Contains(says(tokens, "5 by this site's pseudonyms, 5 by tokens")));
  EXPECT_THAT(lines, Contains(says(entities, ": 5 by this site's pseudonyms")));
  // In no pair, and not among other people.
  EXPECT_THAT(lines, Contains(pairs.string() + ": none"));
  EXPECT_THAT(lines, Contains(people_.string() + ": none"));
  EXPECT_EQ(Check({pairs, people_}).code, kExitOk);
  // Each is an entity of its own: 40 people at both sites, and 5 canaries.
  const std::string map = ReadFile(entities).value();
  EXPECT_EQ(std::count(map.begin(), map.end(), '\n'), 1 + 2 * kPeople + kCanaries);
  EXPECT_EQ(network_.Entities("flu").size(), static_cast<size_t>(kPeople));
  // No line of the output has a value of one.
  const Lines rows = absl::StrSplit(ReadFile(canaries_).value(), '\n', absl::SkipEmpty());
  for (size_t i = 1; i < rows.size(); ++i) {
    const Lines fields = absl::StrSplit(rows[i], ',');
    EXPECT_THAT(found.out + found.err, AllOf(Not(HasSubstr(fields[0])), Not(HasSubstr(fields[2]))));
  }
}

TEST_F(Canaries, TellFromWhichGrantAFileComes) {
  network_.certs().Add({"coordinator/second"});
  MakeProject({"--release", "by-grant"});
  Grant("grant-000001");
  Grant("grant-000002");
  const Finished printed = Agent(Marks("marks"));
  EXPECT_EQ(printed.code, kExitOk) << printed.err;
  const std::filesystem::path marks = network_.Write("marks.txt", printed.out);
  for (const char* grant : {"grant-000001", "grant-000002"}) {
    const std::filesystem::path file = Fetched("entities", {"--grant", grant});
    EXPECT_EQ(Check({file}).code, kExitOk) << "a grant's ids are not the site's";
    const Finished traced = Trace(marks, file);
    EXPECT_EQ(traced.code, kExitRefused) << traced.err;
    EXPECT_THAT(traced.out, HasSubstr(absl::StrCat("FOUND 5 of 5 under ", grant,
                                                   " of researcher study (entity-map of ")));
    const Lines lines = absl::StrSplit(traced.out, '\n', absl::SkipEmpty());
    EXPECT_EQ(lines.size(), 1u);
  }
  EXPECT_EQ(Trace(marks, people_).code, kExitOk);
}

// That would give pseudonyms that nobody has, and find nothing.
TEST_F(Canaries, AreNotSearchedWithARecordKeyThatIsMadeNow) {
  const Finished refused = Check({people_});
  EXPECT_EQ(refused.code, kExitRefused);
  EXPECT_THAT(refused.err, HasSubstr("record.key"));
  EXPECT_FALSE(std::filesystem::exists(network_.StateOf("north")));
}

}  // namespace
}  // namespace blindlink
