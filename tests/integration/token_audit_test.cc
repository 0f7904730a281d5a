// What tokens show to the resolver, and who may send them nevertheless: the agent's audit before
// anything leaves, and the resolver's own as it takes a dataset in. The real programs, over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "blindlink/v1/audit_service.pb.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "google/protobuf/util/json_util.h"
#include "tests/support/relay.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using Strings = std::vector<std::string>;

constexpr char kReason[] = "agreed with the board on 3 May";
constexpr int kPeople = 120;

// People of one surname and one sex, born on different days: their surname chains under a weak
// plan.
std::string Smiths() {
  std::string rows = "record_id,first_name,last_name,date_of_birth,sex\n";
  for (int i = 0; i < kPeople; ++i) {
    absl::StrAppend(&rows, i, ",Anna,Smith,19", 30 + i % 60, "-0", 1 + i % 9, "-1", i % 10, ",F\n");
  }
  return rows;
}

// People who share both names and a city, which us-guarded leaves out of what it sends.
std::string OneNameInOneCity() {
  std::string rows = "record_id,first_name,last_name,date_of_birth,city,state\n";
  for (int i = 0; i < kPeople; ++i) {
    absl::StrAppend(&rows, i, ",Anna,Smith,19", 30 + i % 60, "-0", 1 + i % 9, "-1", i % 10,
                    ",Springfield,IL\n");
  }
  return rows;
}

std::string Letters(int number) {
  std::string letters;
  for (int i = 0; i < 4; ++i, number /= 20) letters.push_back(static_cast<char>('a' + number % 20));
  return letters;
}

// So many women of each surname, born on different days, each with a first name of her own.
std::string WomenBySurname(const std::vector<int>& of_surname) {
  std::string rows = "record_id,first_name,last_name,date_of_birth,sex,zip\n";
  int row = 0;
  for (size_t surname = 0; surname < of_surname.size(); ++surname) {
    for (int i = 0; i < of_surname[surname]; ++i, ++row) {
      absl::StrAppend(&rows, row, ",An", Letters(row), ",Al", Letters(static_cast<int>(surname)),
                      "ison,", 1920 + row * 7 % 79, "-", 10 + row % 3, "-", 10 + row * 11 % 19,
                      ",F,", 10000 + row * 37 % 80000, "\n");
    }
  }
  return rows;
}

// Too few of any surname to be chained, but whoever knows which surnames are common there can put
// all of them to the records.
std::string FewOfEachSurname() {
  return WomenBySurname({8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19});
}
constexpr char kNamed[] =
    "last_name: 100.000% of the records are named rightly by the sizes of classes that last_name "
    "joins, and 11.728% by guessing; the plan allows 0.100% more";

class TokenAudits : public testing::Test {
 protected:
  TokenAudits() {
    network_.CreateProject("weak", std::filesystem::path(BLINDLINK_ATTACKS) / "weak.textproto");
    network_.CreateProject("guarded", ShippedPlan("us-guarded"));
    network_.CreateProject("open", ShippedPlan("us-default"));
  }

  Finished Run(const std::string& project, const std::string& rows, const Strings& more = {}) {
    Strings arguments =
        network_.RunArguments(project, "north", network_.Write(project + ".csv", rows));
    arguments.insert(arguments.end(), more.begin(), more.end());
    return network_.Agent("site/north", arguments);
  }
  // What the coordinator is shown of the upload.
  std::string Status(const std::string& project) {
    const Finished shown = network_.Coordinator(
        {"upload", "status", "--project", project, "--site", "north", "--dataset", "d1"});
    return shown.out + shown.err;
  }
  // What receipts of the site's calls, which its program has checked, say of overrides.
  Strings OverridesInReceipts() {
    Strings overrides;
    for (const auto& file : std::filesystem::directory_iterator(network_.Witnesses())) {
      v1::AuditWitness witness;
      if (!google::protobuf::util::JsonStringToMessage(*ReadFile(file.path()), &witness).ok()) {
        continue;
      }
      for (const v1::AuditReceipt& receipt : witness.receipts()) {
        v1::AuditEntry entry;
        EXPECT_TRUE(entry.ParseFromString(receipt.entry()));
        for (const v1::AuditObject& object : entry.objects()) {
          if (object.kind() == "sent-despite-audit") overrides.push_back(object.name());
        }
      }
    }
    return overrides;
  }
  std::string AuditLog() { return network_.Coordinator({"audit", "fetch", "--format", "csv"}).out; }
  // A copy of us-guarded whose tokens are the same, but which has the agent send everything.
  std::filesystem::path Unguarded() {
    const std::string text = *ReadFile(ShippedPlan("us-guarded"));
    const std::string changed = absl::StrReplaceAll(
        text, {{"\nmax_records_per_token_at_site:", "\n#"}, {"\naudit {", "\n#"}});
    EXPECT_NE(text, changed);
    return network_.Write("unguarded.textproto", changed);
  }

  TestNetwork network_;
};

TEST_F(TokenAudits, ASetThatFailsIsSentOnlyWithAReasonWhichTheReceiptAndTheAuditLogHave) {
  const Finished refused = Run("weak", Smiths());
  EXPECT_EQ(refused.code, kExitRefused);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("nothing was sent"), HasSubstr("last_name")));
  EXPECT_THAT(Status("weak"), HasSubstr("has no upload of dataset d1"));
  EXPECT_THAT(OverridesInReceipts(), testing::IsEmpty());

  const Finished sent = Run("weak", Smiths(), {"--send-despite-audit", kReason});
  ASSERT_EQ(sent.code, kExitOk) << sent.err;
  EXPECT_THAT(sent.err, AllOf(HasSubstr("What these tokens show to the resolver"),
                              HasSubstr("100.00% of the records are in classes of more than 20")));
  EXPECT_THAT(Status("weak"),
              AllOf(HasSubstr("COMMITTED"), HasSubstr(kReason),
                    HasSubstr("warning: above a threshold of the plan: 100.00% of the records"),
                    HasSubstr("records joined by")));
  const Strings overrides = OverridesInReceipts();
  ASSERT_FALSE(overrides.empty());
  EXPECT_THAT(AuditLog(), AllOf(HasSubstr("sent-despite-audit=" + overrides[0]),
                                Not(HasSubstr("board")), Not(HasSubstr("Smith"))));
}

TEST_F(TokenAudits, ASetThatChainsNobodyButNamesIsSentOnlyWithAReason) {
  const Finished refused = Run("weak", FewOfEachSurname());
  EXPECT_EQ(refused.code, kExitRefused);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("nothing was sent"), HasSubstr(kNamed),
                                 Not(HasSubstr("are in classes of more than"))));
  EXPECT_THAT(Status("weak"), HasSubstr("has no upload of dataset d1"));

  const Finished sent = Run("weak", FewOfEachSurname(), {"--send-despite-audit", kReason});
  ASSERT_EQ(sent.code, kExitOk) << sent.err;
  EXPECT_THAT(sent.out, HasSubstr(kNamed));
  EXPECT_THAT(Status("weak"),
              AllOf(HasSubstr(kNamed), HasSubstr(kReason),
                    HasSubstr("last_name: 100.000% of 162 records rightly, 11.728% by guessing")));
  EXPECT_THAT(AuditLog(), HasSubstr("sent-despite-audit"));
}

TEST_F(TokenAudits, ATokenFileCarriesWhatNamingFoundToTheMachineThatOnlySends) {
  const std::filesystem::path tokens = network_ / "weak.bltok";
  Strings tokenize = network_.TokenizeArguments(
      "weak", "north", network_.Write("weak.csv", FewOfEachSurname()),
      std::filesystem::path(BLINDLINK_ATTACKS) / "weak.textproto", tokens);
  tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent").string());
  const Finished made = blindlink::Run(tokenize);
  ASSERT_EQ(made.code, kExitOk) << made.err;
  EXPECT_THAT(made.out, HasSubstr(kNamed));
  EXPECT_THAT(*ReadFile(tokens), AllOf(HasSubstr(kNamed), Not(HasSubstr("ison"))));
  std::filesystem::remove(network_ / "weak.csv");
  const Strings upload = {"upload", "--tokens", tokens};
  const Finished refused = network_.Agent("site/north", upload);
  EXPECT_EQ(refused.code, kExitRefused);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("nothing was sent"), HasSubstr(kNamed)));
  Strings with_reason = upload;
  with_reason.insert(with_reason.end(), {"--send-despite-audit", kReason});
  EXPECT_EQ(network_.Agent("site/north", with_reason).code, kExitOk);
}

TEST_F(TokenAudits, TheSamePeopleAreNotNamedUnderAPlanThatIsGuarded) {
  const Finished sent = Run("guarded", FewOfEachSurname());
  ASSERT_EQ(sent.code, kExitOk) << sent.err;
  EXPECT_THAT(Status("guarded"),
              AllOf(HasSubstr("of 162 records rightly"), Not(HasSubstr("named rightly"))));
}

TEST_F(TokenAudits, ARunThatContinuesAnInterruptedUploadReadsTheInputAndJudgesAgain) {
  std::vector<int> of_surname;
  for (int surname = 0; surname < 140; ++surname) of_surname.push_back(2 * surname + 2);
  const std::string people = WomenBySurname(of_surname);
  {
    Relay relay(network_.address(), 400'000);
    Strings argv = network_.RunArguments("weak", "north", network_.Write("weak.csv", people));
    argv.insert(argv.end(), {"--send-despite-audit", kReason});
    argv = network_.Command("blindlink-agent", "site/north", argv);
    *std::find(argv.begin(), argv.end(), network_.address()) = relay.address();
    Subprocess agent(argv);
    ASSERT_TRUE(WaitUntil([&] { return relay.stalled() || !agent.Running(); }));
    ASSERT_TRUE(agent.Running()) << agent.Stderr();
    agent.Signal(SIGKILL);
    ASSERT_EQ(agent.Wait(), -SIGKILL);
  }
  const Finished refused = Run("weak", people);
  EXPECT_EQ(refused.code, kExitRefused);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("nothing was sent"),
                    HasSubstr("last_name: 100.000% of the records are named rightly")));
  EXPECT_THAT(Status("weak"), HasSubstr("RECEIVING"));
  const Finished sent = Run("weak", people, {"--send-despite-audit", kReason});
  EXPECT_EQ(sent.code, kExitOk) << sent.err;
  EXPECT_THAT(sent.err, HasSubstr("continuing an interrupted upload"));
}

TEST_F(TokenAudits, ASetThatPassedByTheAgentIsCaughtByTheResolverAtCommit) {
  const Finished forged = Run("guarded", OneNameInOneCity(), {"--plan", Unguarded()});
  EXPECT_EQ(forged.code, kExitRefused) << forged.out;
  EXPECT_THAT(forged.err, AllOf(HasSubstr("the resolver refused dataset \"d1\""),
                                HasSubstr("names-city"), HasSubstr("--send-despite-audit")));
  EXPECT_THAT(Status("guarded"),
              AllOf(HasSubstr("INGEST_FAILED"), HasSubstr("warning: above a threshold")));
  EXPECT_THAT(AuditLog(), Not(HasSubstr("sent-despite-audit")));

  const Finished sent =
      Run("guarded", OneNameInOneCity(), {"--plan", Unguarded(), "--send-despite-audit", kReason});
  ASSERT_EQ(sent.code, kExitOk) << sent.err;
  EXPECT_THAT(Status("guarded"), AllOf(HasSubstr("COMMITTED"), HasSubstr(kReason)));
  EXPECT_THAT(AuditLog(), HasSubstr("sent-despite-audit"));
}

TEST_F(TokenAudits, UnderThePlansOwnRulesTheSamePeopleAreSentWithoutAWord) {
  const Finished sent = Run("guarded", OneNameInOneCity());
  ASSERT_EQ(sent.code, kExitOk) << sent.err;
  EXPECT_THAT(sent.err, Not(HasSubstr("What these tokens show")));
  EXPECT_THAT(Status("guarded"), Not(HasSubstr("warning")));
}

TEST_F(TokenAudits, APlanWithoutThresholdsSendsAndSaysWhatItShows) {
  const Finished sent = Run("open", OneNameInOneCity());
  ASSERT_EQ(sent.code, kExitOk) << sent.err;
  EXPECT_THAT(sent.err,
              HasSubstr("note: 100.00% of the records are in classes of more than 20 that "
                        "last_name joins"));
  EXPECT_THAT(network_.Coordinator({"upload", "list", "--project", "open"}).out,
              HasSubstr("north/d1 shows:\n  note: 100.00%"));
  EXPECT_THAT(network_.Agent("site/north", {"status", "--project", "open", "--dataset", "d1"}).out,
              HasSubstr("records joined by"));
}

}  // namespace
}  // namespace blindlink
