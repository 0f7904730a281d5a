// What must be refused is refused with a message that says what to do, and nothing of it is stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/tokenfile/token_file_reader.h"
#include "agent/tokenfile/token_file_writer.h"
#include "common/base/byte_order.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/integration/raw_client.h"
#include "tests/support/generated_people.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kHeader[] = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
constexpr char kAnna[] = "1,Anna,Miller,12 Oak Street,02139,1970-03-04\n";
constexpr char kBert[] = "2,Bert,Brown,5 Elm Street,02139,1961-07-12\n";

class Refusals : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    network_ = new TestNetwork;
    network_->CreateProject("flu", Plan(), {"--key-id", network_->KeyId("flu")});
    input_ = network_->Write("input.csv", absl::StrCat(kHeader, kAnna, kBert));
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(network_->StopResolver(), kExitOk);
    delete network_;
    network_ = nullptr;
  }

  static std::filesystem::path Plan() { return ShippedPlan("mini-sentinel-phase2"); }

  static Finished RunAgent(const std::filesystem::path& input, const std::string& dataset) {
    return network_->Agent("site/north", network_->RunArguments("flu", "north", input, dataset));
  }
  // A token file of the usual input.
  static std::filesystem::path Tokenize(const std::string& dataset,
                                        const std::string& project = "flu",
                                        const std::filesystem::path& plan = Plan(),
                                        const std::filesystem::path& input = input_) {
    const std::filesystem::path file = *network_ / (project + "-" + dataset + ".bltok");
    std::vector<std::string> arguments =
        network_->TokenizeArguments(project, "north", input, plan, file, dataset);
    arguments.insert(arguments.begin(), ProgramPath("blindlink-agent"));
    const Finished tokenized = blindlink::Run(arguments);
    EXPECT_EQ(tokenized.code, kExitOk) << tokenized.err;
    return file;
  }
  static Finished Send(const std::filesystem::path& file) {
    return network_->Agent("site/north", {"upload", "--tokens", file});
  }

  static void ExpectNothingStored(const std::string& dataset, const std::string& site = "north") {
    EXPECT_FALSE(
        std::filesystem::exists(network_->ProjectFolder("flu") / "uploads" / site / dataset))
        << dataset;
    const Finished status = network_->Coordinator(
        {"upload", "status", "--project", "flu", "--site", site, "--dataset", dataset});
    EXPECT_EQ(status.code, kExitRefused) << status.out;
    EXPECT_THAT(status.err, HasSubstr(absl::StrCat("no upload of dataset ", dataset)));
  }

  static TestNetwork* network_;
  static std::filesystem::path input_;
};

TestNetwork* Refusals::network_ = nullptr;
std::filesystem::path Refusals::input_;

// --- Who may speak -------------------------------------------------------------------------------

TEST_F(Refusals, WithoutACertificateNothingIsAnswered) {
  const Finished agent =
      blindlink::Run({ProgramPath("blindlink-agent"), "status", "--project", "flu", "--resolver",
                      network_->address(), "--ca", network_->certs().Ca()});
  EXPECT_EQ(agent.code, kExitUsage);
  EXPECT_THAT(agent.err, HasSubstr("--cert"));
  RawClient nobody = RawClient::WithoutCertificate(*network_);
  EXPECT_EQ(nobody.ListUploads("flu").code(), absl::StatusCode::kUnavailable);
}

TEST_F(Refusals, ACertificateOfAnotherCaIsNotAccepted) {
  TestCerts others({"site/north"});
  const Finished agent =
      blindlink::Run({ProgramPath("blindlink-agent"), "status", "--project", "flu", "--resolver",
                      network_->address(), "--cert", others.Cert("site/north"), "--key",
                      others.Key("site/north"), "--ca", network_->certs().Ca()});
  EXPECT_EQ(agent.code, kExitUnavailable);
  EXPECT_THAT(agent.err, HasSubstr("it refused this certificate (expired, not issued by"));
}

TEST_F(Refusals, AResolverOfAnotherCaIsNotSpokenTo) {
  TestCerts others({});
  std::vector<std::string> argv =
      network_->Command("blindlink-agent", "site/north", {"status", "--project", "flu"});
  argv.back() = others.Ca();
  const Finished agent = blindlink::Run(argv);
  EXPECT_EQ(agent.code, kExitUnavailable);
  EXPECT_THAT(agent.err, HasSubstr("the resolver's certificate was not accepted"));
}

TEST_F(Refusals, AnExpiredCertificateIsSeenByTheAgentAndNotAcceptedByTheResolver) {
  network_->certs().AddExpired("site/late");
  const Finished agent = network_->Agent("site/late", {"status", "--project", "flu"});
  EXPECT_EQ(agent.code, kExitRefused);
  EXPECT_THAT(agent.err, HasSubstr("expired"));
  RawClient late = RawClient::WithCertificateUnchecked(*network_, "site/late");
  EXPECT_EQ(late.ListUploads("flu").code(), absl::StatusCode::kUnavailable);
}

TEST_F(Refusals, Tls12IsNotSpoken) {
  const auto dial = [&](const char* version) {
    return blindlink::Run(
        {"openssl", "s_client", version, "-connect", network_->address(), "-CAfile",
         network_->certs().Ca(), "-cert", network_->certs().Cert("site/north"), "-key",
         network_->certs().Key("site/north"), "-alpn", "h2", "-verify_return_error"});
  };
  const Finished old = dial("-tls1_2");
  EXPECT_NE(old.code, 0);
  EXPECT_THAT(old.out, HasSubstr("Cipher is (NONE)"));
  const Finished current = dial("-tls1_3");
  EXPECT_EQ(current.code, 0) << current.err;
  EXPECT_THAT(current.out, HasSubstr("TLSv1.3"));
}

TEST_F(Refusals, AResearcherMayNotUpload) {
  const Finished agent = network_->Agent(
      "researcher/study", network_->RunArguments("flu", "study", input_, "from-researcher"));
  EXPECT_EQ(agent.code, kExitRefused);
  EXPECT_THAT(agent.err, HasSubstr("a researcher may not call /blindlink.v1.Upload/BeginUpload"));
  ExpectNothingStored("from-researcher", "study");
}

TEST_F(Refusals, ASiteMayNotFetchResultsNorLink) {
  const Finished fetch = blindlink::Run(
      network_->Command("blindlink-researcher", "site/north",
                        {"pairs", "--project", "flu", "--out", *network_ / "stolen.csv"}));
  EXPECT_EQ(fetch.code, kExitRefused);
  EXPECT_THAT(fetch.err, HasSubstr("a site may not call /blindlink.v1.Result/"));
  EXPECT_FALSE(std::filesystem::exists(*network_ / "stolen.csv"));
  const Finished link = blindlink::Run(network_->Command("blindlink-resolver", "site/north",
                                                         {"linkage", "start", "--project", "flu"}));
  EXPECT_EQ(link.code, kExitRefused) << link.err;
  EXPECT_THAT(link.err, HasSubstr("a site may not call /blindlink.v1.Linkage/StartLinkage"));
}

TEST_F(Refusals, ASiteMayNotSpeakForAnother) {
  const Finished agent =
      network_->Agent("site/north", network_->RunArguments("flu", "south", input_, "for-south"));
  EXPECT_EQ(agent.code, kExitRefused);
  EXPECT_THAT(agent.err, HasSubstr("the certificate is of site north, not of site south"));
  ExpectNothingStored("for-south", "south");
  ExpectNothingStored("for-south", "north");
}

TEST_F(Refusals, ASiteCannotReachAnothersOpenDataset) {
  RawClient south(*network_, "site/south");
  const v1::TokenFileHeader header = HeaderOf(Tokenize("souths"));
  v1::UploadManifest manifest = header.manifest();
  manifest.set_site("south");
  ASSERT_TRUE(south.Begin(manifest).ok());

  RawClient north(*network_, "site/north");
  const std::vector<v1::TokenBlock> blocks = BlocksOf(Tokenize("souths"));
  EXPECT_EQ(north.Blocks("flu", "souths", blocks).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(north.Commit("flu", "souths", blocks).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(north.Discard("flu", "souths", "").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(north.Discard("flu", "souths", "south").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(north.Begin(manifest).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(south.Begin(manifest)->next_sequence(), 0u);
  EXPECT_TRUE(south.Discard("flu", "souths", "").ok());
}

TEST_F(Refusals, ASiteOutsideTheProjectDoesNotLearnThatItExists) {
  network_->certs().Add({"site/stranger"});
  const Finished agent = network_->Agent("site/stranger", {"status", "--project", "flu"});
  EXPECT_EQ(agent.code, kExitRefused);
  EXPECT_THAT(agent.err, HasSubstr("there is no project flu"));
}

// --- Tokens that would never meet ----------------------------------------------------------------

TEST_F(Refusals, TokensOfAnotherPlanAreRefused) {
  const Finished sent = Send(Tokenize("other-plan", "flu", ShippedPlan("us-default")));
  EXPECT_EQ(sent.code, kExitRefused);
  EXPECT_THAT(sent.err, AllOf(HasSubstr("a different plan"), HasSubstr("tokenize again")));
  ExpectNothingStored("other-plan");

  std::vector<std::string> run = network_->RunArguments("flu", "north", input_, "other-plan");
  run.insert(run.end(), {"--plan", ShippedPlan("us-default")});
  const Finished at_once = network_->Agent("site/north", run);
  EXPECT_EQ(at_once.code, kExitRefused);
  EXPECT_THAT(at_once.err, HasSubstr("makes different tokens than the plan of project flu"));
  ExpectNothingStored("other-plan");
}

TEST_F(Refusals, TokensOfAnotherStandardizerAreRefused) {
  v1::UploadManifest manifest = HeaderOf(Tokenize("other-standardizer")).manifest();
  manifest.set_standardizer_version("0");
  RawClient north(*network_, "site/north");
  const absl::Status begun = north.Begin(manifest).status();
  EXPECT_EQ(begun.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(begun.message()),
              AllOf(HasSubstr("standardizer version 0"), HasSubstr("asks for 3")));
  ExpectNothingStored("other-standardizer");
}

TEST_F(Refusals, ATokenFileOfAnotherProjectIsRefused) {
  const Finished elsewhere = Send(Tokenize("d1", "elsewhere"));
  EXPECT_EQ(elsewhere.code, kExitRefused);
  EXPECT_THAT(elsewhere.err, HasSubstr("there is no project elsewhere"));
}

TEST_F(Refusals, ATokenFileThatWasMadeToLookLikeTheProjectsIsRefused) {
  ASSERT_EQ(RunAgent(input_, "genuine").code, kExitOk);
  const std::filesystem::path file = Tokenize("forged", "elsewhere");
  v1::TokenFileHeader header = HeaderOf(file);
  header.mutable_manifest()->set_project("flu");
  const std::filesystem::path forged = *network_ / "forged.bltok";
  const auto writer = agent::TokenFileWriter::Create(forged, header);
  ASSERT_TRUE(writer.ok());
  for (const v1::TokenBlock& block : BlocksOf(file)) ASSERT_TRUE((*writer)->Write(block).ok());
  ASSERT_TRUE((*writer)->Finish(FooterOf(file).counts()).ok());
  const Finished sent = Send(forged);
  EXPECT_EQ(sent.code, kExitRefused);
  EXPECT_THAT(sent.err, HasSubstr("a different token key"));
  ExpectNothingStored("forged");
}

TEST_F(Refusals, ATokenKeyThatOthersCanReadIsNotUsed) {
  const std::filesystem::path open_key =
      network_->Write("open.key", ReadFile(network_->token_key()).value());
  std::filesystem::permissions(open_key, std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  std::vector<std::string> arguments = network_->RunArguments("flu", "north", input_, "open-key");
  *std::find(arguments.begin(), arguments.end(), network_->token_key().string()) = open_key;
  const Finished agent = network_->Agent("site/north", arguments);
  EXPECT_EQ(agent.code, kExitRefused);
  EXPECT_THAT(agent.err, AllOf(HasSubstr("open.key"), HasSubstr("chmod 600")));
  ExpectNothingStored("open-key");
}

// --- Damaged on the way --------------------------------------------------------------------------

TEST_F(Refusals, ATokenFileThatWasCutOffIsRefusedBeforeAnythingIsSent) {
  const std::filesystem::path file = Tokenize("cut-off");
  const auto size = std::filesystem::file_size(file);
  for (const auto left : {size - 1, size / 2, uintmax_t{20}}) {
    std::filesystem::resize_file(file, left);
    const Finished sent = Send(file);
    EXPECT_EQ(sent.code, kExitDisk) << sent.err;
    EXPECT_THAT(sent.err, HasSubstr("cut-off.bltok"));
    ExpectNothingStored("cut-off");
  }
}

TEST_F(Refusals, ATokenFileWithATurnedBitIsRefusedBeforeAnythingIsSent) {
  const std::filesystem::path file = Tokenize("turned-bit");
  const std::string content = ReadFile(file).value();
  for (size_t at = 12; at < content.size(); at += content.size() / 7) {
    std::string damaged = content;
    damaged[at] ^= 0x04;
    ASSERT_TRUE(WriteFileAtomically(file, damaged).ok());
    const Finished sent = Send(file);
    EXPECT_EQ(sent.code, kExitDisk) << at << sent.err;
    ExpectNothingStored("turned-bit");
  }
}

TEST_F(Refusals, ATokenFileWhoseBlocksWereExchangedIsRefusedBeforeAnythingIsSent) {
  const std::filesystem::path file =
      Tokenize("exchanged", "flu", Plan(), network_->Write("many.csv", GeneratedPeople(1, 3000)));
  ASSERT_GE(BlocksOf(file).size(), 2u);
  const std::string content = ReadFile(file).value();
  // Sections: kind (1), length (4), content, checksum (4); the first is the header.
  std::vector<std::string> sections;
  for (size_t at = 12; at < content.size();) {
    const size_t length =
        LoadBigEndian32(reinterpret_cast<const uint8_t*>(content.data()) + at + 1);
    sections.push_back(content.substr(at, 1 + 4 + length + 4));
    at += sections.back().size();
  }
  std::swap(sections[1], sections[2]);
  ASSERT_TRUE(WriteFileAtomically(file, content.substr(0, 12) + absl::StrJoin(sections, "")).ok());
  const Finished sent = Send(file);
  EXPECT_EQ(sent.code, kExitDisk) << sent.err;
  ExpectNothingStored("exchanged");
}

TEST_F(Refusals, ABlockThatWasDamagedOnTheWayIsNotStored) {
  const std::filesystem::path file = Tokenize("damaged");
  std::vector<v1::TokenBlock> blocks = BlocksOf(file);
  RawClient north(*network_, "site/north");
  ASSERT_TRUE(north.Begin(HeaderOf(file).manifest()).ok());
  v1::TokenBlock turned = blocks[0];
  (*turned.mutable_columns(0)->mutable_tokens())[5] ^= 1;
  v1::TokenBlock truncated = blocks[0];
  truncated.mutable_record_ids()->resize(16);
  for (const v1::TokenBlock& damaged : {turned, truncated}) {
    const absl::Status status = north.Blocks("flu", "damaged", {damaged});
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()), HasSubstr("damaged on the way"));
  }
  EXPECT_EQ(north.Begin(HeaderOf(file).manifest())->next_sequence(), 0u);
  EXPECT_EQ(std::filesystem::file_size(network_->ProjectFolder("flu") / "uploads" / "north" /
                                       "damaged" / "blocks-000000.log"),
            0u);
  EXPECT_TRUE(north.Discard("flu", "damaged", "").ok());
}

TEST_F(Refusals, BlocksOutOfOrderAreRefusedAndTheRightOnesGoOn) {
  const std::filesystem::path file = Tokenize("reordered");
  const std::vector<v1::TokenBlock> one = BlocksOf(file);
  std::vector<v1::TokenBlock> blocks = {one[0], one[0]};
  blocks[1].set_sequence(1);
  blocks[1].set_first_record(2);
  blocks[1].set_crc32(ChecksumOf(blocks[1]));
  RawClient north(*network_, "site/north");
  ASSERT_TRUE(north.Begin(HeaderOf(file).manifest()).ok());
  const absl::Status status = north.Blocks("flu", "reordered", {blocks[1], blocks[0]});
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("block 1 is out of sequence: block 0 is expected"));
  EXPECT_EQ(north.Begin(HeaderOf(file).manifest())->next_sequence(), 0u);
  EXPECT_TRUE(north.Blocks("flu", "reordered", blocks).ok());
  EXPECT_TRUE(north.Discard("flu", "reordered", "").ok());
}

TEST_F(Refusals, ACommitOfBlocksThatAreNotThereIsRefused) {
  const std::filesystem::path file = Tokenize("incomplete");
  RawClient north(*network_, "site/north");
  ASSERT_TRUE(north.Begin(HeaderOf(file).manifest()).ok());
  EXPECT_EQ(north.Commit("flu", "incomplete", BlocksOf(file)).code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(north.Discard("flu", "incomplete", "").ok());
  ExpectNothingStored("incomplete");
}

TEST_F(Refusals, ChanceCountsThatTheRecordsCannotMakeAreRefused) {
  const std::filesystem::path file = Tokenize("forged-counts");
  v1::UploadCounts counts = FooterOf(file).counts();
  v1::ChanceAgreement& chance = *counts.add_chance();
  chance.set_field("last_name");
  for (const uint64_t pairs : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}}) chance.add_levels(pairs);
  const std::filesystem::path forged = *network_ / "forged-counts-2.bltok";
  const auto writer = agent::TokenFileWriter::Create(forged, HeaderOf(file));
  ASSERT_TRUE(writer.ok());
  for (const v1::TokenBlock& block : BlocksOf(file)) ASSERT_TRUE((*writer)->Write(block).ok());
  ASSERT_TRUE((*writer)->Finish(counts).ok());
  const Finished sent = Send(forged);
  EXPECT_EQ(sent.code, kExitBadInput) << sent.err;
  EXPECT_THAT(sent.err, HasSubstr("more than 1 pairs of records"));
  RawClient north(*network_, "site/north");
  EXPECT_TRUE(north.Discard("flu", "forged-counts", "").ok());
  ExpectNothingStored("forged-counts");
}

// --- Input that is wrong -------------------------------------------------------------------------

TEST_F(Refusals, AMalformedRowIsNamedInTheRejectsAndTheOthersGoOn) {
  const std::filesystem::path input = network_->Write(
      "malformed.csv", absl::StrCat(kHeader, kAnna, "SECRET-ID,Zacharias,Quux\n", kBert));
  const Finished agent = RunAgent(input, "malformed");
  EXPECT_EQ(agent.code, kExitOk) << agent.err;
  EXPECT_THAT(agent.out, HasSubstr("2 records"));
  const std::string rejects =
      ReadFile(network_->StateOf("north") / "flu.north.malformed.rejects.csv").value();
  EXPECT_EQ(rejects, "row,column,reason\n2,,column-count\n");
  EXPECT_THAT(agent.out + agent.err, Not(HasSubstr("Zacharias")));
}

TEST_F(Refusals, AnEmptyFileIsRefused) {
  for (const char* content : {"", kHeader}) {
    const Finished agent = RunAgent(network_->Write("empty.csv", content), "empty");
    EXPECT_EQ(agent.code, kExitBadInput) << agent.err;
    EXPECT_THAT(agent.err, HasSubstr("empty.csv"));
  }
  ExpectNothingStored("empty");
}

TEST_F(Refusals, AHeaderThatCannotBeMappedIsRefusedWithWhatIsMissing) {
  const Finished agent = RunAgent(network_->Write("unmapped.csv", "a,b,c\n1,2,3\n"), "unmapped");
  EXPECT_EQ(agent.code, kExitBadInput);
  EXPECT_THAT(agent.err, AllOf(HasSubstr("--columns"), HasSubstr("record_id")));
  ExpectNothingStored("unmapped");
}

TEST_F(Refusals, AHundredMegabyteLineIsOneRejectedRow) {
  std::string content = absl::StrCat(kHeader, kAnna, "9,");
  content.append(100 << 20, 'x');
  absl::StrAppend(&content, ",Long,1 Long Street,02139,1970-01-01\n", kBert);
  const std::filesystem::path input = network_->Write("long-line.csv", content);
  content.clear();
  content.shrink_to_fit();
  const Finished agent = RunAgent(input, "long-line");
  EXPECT_EQ(agent.code, kExitOk) << agent.err;
  EXPECT_THAT(agent.out, HasSubstr("2 records"));
  EXPECT_EQ(ReadFile(network_->StateOf("north") / "flu.north.long-line.rejects.csv").value(),
            "row,column,reason\n2,,row-too-long\n");
  std::filesystem::remove(input);
}

}  // namespace
}  // namespace blindlink
