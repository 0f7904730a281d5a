// What a caller with a certificate of the clients' CA may not do: fill the memory, take all
// threads, go on once it was revoked, or call itself something that is no name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "blindlink/v1/result_service.grpc.pb.h"
#include "tests/integration/hostile_client.h"
#include "tests/integration/raw_client.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TestNetwork::Options With(std::string more_configuration) {
  TestNetwork::Options options;
  options.more_configuration = std::move(more_configuration);
  return options;
}

std::filesystem::path Plan() { return ShippedPlan("mini-sentinel-phase2"); }

// More people than fit the buffers of a connection, and their tokens take more than a MiB.
std::filesystem::path ManyPeople(TestNetwork& network) {
  std::string people = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
  for (int i = 0; i < 100000; ++i) {
    absl::StrAppend(&people, i, ",Anna,Miller", i, ",", i, " Oak Street,02139,1970-03-04\n");
  }
  return network.Write("people.csv", people);
}

bool IsRefusedAsBusy(const absl::Status& status) {
  return absl::IsUnavailable(status) &&
         std::string(status.message()).find("calls under way") != std::string::npos;
}

TEST(CompressedMessages, AreRefusedAndNotInflated) {
  constexpr int kMib = 256;
  TestNetwork network;
  HostileClient north(network, "site/north");
  for (const auto algorithm : {GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    EXPECT_EQ(north.Bomb(kMib, algorithm).code(), absl::StatusCode::kUnimplemented);
  }
  EXPECT_EQ(north.BombInStream(kMib).code(), absl::StatusCode::kUnimplemented);
  if (!kSanitized) {
    EXPECT_LT(network.resolver().PeakMemoryMib(), 100u);
  }
  EXPECT_TRUE(north.Health().value_or(false));
}

TEST(SilentStreams, OfOnePartyLeaveRoomForTheOthersAndAreEnded) {
  constexpr int kConnections = 2;
  constexpr int kStreamsEach = 64;
  TestNetwork network(With("first_message_ms: 2000 max_calls_per_party: 16"));
  network.CreateProject("flu", Plan());
  std::vector<std::unique_ptr<HostileClient>> silent;
  for (int i = 0; i < kConnections; ++i) {
    silent.push_back(std::make_unique<HostileClient>(network, "site/north"));
    silent.back()->OpenSilentStreams(kStreamsEach);
  }
  HostileClient south(network, "site/south");
  RawClient honest_south(network, "site/south");
  EXPECT_TRUE(honest_south.ListUploads("flu").ok());
  EXPECT_TRUE(south.Health().value_or(false));
  EXPECT_TRUE(IsRefusedAsBusy(RawClient(network, "site/north").ListUploads("flu")));

  int admitted = 0;
  for (const auto& client : silent) {
    for (const absl::Status& end : client->AwaitEnds()) {
      if (!IsRefusedAsBusy(end)) {
        EXPECT_EQ(end.code(), absl::StatusCode::kCancelled) << end;
        ++admitted;
      }
    }
  }
  EXPECT_EQ(admitted, 16);
  EXPECT_TRUE(RawClient(network, "site/north").ListUploads("flu").ok());
  EXPECT_THAT(network.ResolverLog(),
              HasSubstr("the peer neither sent nor read a message for 2000 ms"));
}

TEST(SilentStreams, OfManyAreSaidByTheHealthServiceAsLongAsNobodyIsServed) {
  TestNetwork network(
      With("first_message_ms: 3000 max_calls_per_party: 1000 max_calls_per_party_per_second: 1000 "
           "watchdog_interval_ms: 50"));
  std::vector<std::unique_ptr<HostileClient>> silent;
  for (int i = 0; i < 5; ++i) {
    silent.push_back(std::make_unique<HostileClient>(network, "site/north"));
    silent.back()->OpenSilentStreams(64);
  }
  HostileClient south(network, "site/south");
  EXPECT_TRUE(WaitUntil([&] { return !south.Health().value_or(true); }));
  for (const auto& client : silent) client->AwaitEnds();
  EXPECT_TRUE(WaitUntil([&] { return south.Health().value_or(false); }));
}

// --- Streams under way ---------------------------------------------------------------------------

// An upload stream of the site north that has sent its first block.
class StreamUnderWay : public testing::Test {
 protected:
  void Begin(const std::string& more_configuration) {
    network_ = std::make_unique<TestNetwork>(With(more_configuration));
    network_->CreateProject("flu", Plan());
    const std::filesystem::path file = *network_ / "d1.bltok";
    const std::filesystem::path input =
        network_->Write("people.csv",
                        "record_id,first_name,last_name,street_address,zip,date_of_birth\n"
                        "1,Anna,Miller,12 Oak Street,02139,1970-03-04\n");
    std::vector<std::string> tokenize =
        network_->TokenizeArguments("flu", "north", input, Plan(), file);
    tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
    ASSERT_EQ(blindlink::Run(tokenize).code, 0);
    ASSERT_TRUE(RawClient(*network_, "site/north").Begin(HeaderOf(file).manifest()).ok());
    client_ = std::make_unique<HostileClient>(*network_, "site/north");
    stub_ = v1::Upload::NewStub(client_->channel());
    writer_ = stub_->UploadBlocks(&context_, &position_);
    request_.set_project("flu");
    request_.set_dataset("d1");
    *request_.mutable_block() = BlocksOf(file).front();
    ASSERT_TRUE(writer_->Write(request_));
  }

  std::unique_ptr<TestNetwork> network_;
  std::unique_ptr<HostileClient> client_;
  std::unique_ptr<v1::Upload::Stub> stub_;
  grpc::ClientContext context_;
  v1::UploadPosition position_;
  std::unique_ptr<grpc::ClientWriter<v1::UploadBlockRequest>> writer_;
  v1::UploadBlockRequest request_;
};

TEST_F(StreamUnderWay, IsEndedWhenItFallsSilent) {
  Begin("idle_stream_ms: 300");
  EXPECT_EQ(writer_->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(WaitUntil(
      [&] { return network_->ResolverLog().find("code=DEADLINE_EXCEEDED") != std::string::npos; }));
}

TEST_F(StreamUnderWay, IsEndedWhenItsPartyIsRevoked) {
  Begin("messages_between_checks: 2");
  network_->certs().Revoke("site/north");
  while (writer_->Write(request_)) continue;  // the block that is there already
  const grpc::Status end = writer_->Finish();
  EXPECT_EQ(end.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(end.error_message(), HasSubstr("was removed from it"));
}

TEST(ResultStream, IsEndedWhenItsResearcherDoesNotRead) {
  TestNetwork network(With("idle_stream_ms: 1000"));
  network.CreateProject("flu", Plan());
  const std::filesystem::path people = ManyPeople(network);
  network.Upload("flu", "north", people);
  network.Upload("flu", "south", people);
  network.Link("flu");
  HostileClient researcher(network, "researcher/study");
  grpc::ClientContext context;
  v1::GetRowsRequest request;
  request.set_project("flu");
  const auto reader = v1::Result::NewStub(researcher.channel())->GetEntityMap(&context, request);
  EXPECT_TRUE(WaitUntil([&] {
    return network.ResolverLog().find("neither sent nor read a message for 1000 ms") !=
           std::string::npos;
  }));
  v1::EntityChunk chunk;
  while (reader->Read(&chunk)) continue;  // what had arrived
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

// --- Connections ---------------------------------------------------------------------------------

TEST(Connections, WithoutCallsAreClosedAfterAWhile) {
  TestNetwork network(With("idle_connection_ms: 500"));
  HostileClient north(network, "site/north");
  ASSERT_TRUE(north.Health().ok());
  EXPECT_TRUE(WaitUntil([&] { return north.channel()->GetState(false) != GRPC_CHANNEL_READY; }));
}

TEST(Connections, OfOnePartyAreLimitedPerMinute) {
  TestNetwork network(With("max_connections_per_party_per_minute: 5"));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(HostileClient(network, "site/north").Health().ok());
  EXPECT_TRUE(absl::IsUnavailable(HostileClient(network, "site/north").Health().status()));
  EXPECT_TRUE(HostileClient(network, "site/south").Health().ok());
  EXPECT_THAT(network.ResolverLog(), HasSubstr("makes more than 5 connections per minute"));
}

TEST(Connections, WithACertificateThatIsNotListedNeverGetAStream) {
  TestNetwork network;
  network.certs().Revoke("site/north");
  HostileClient north(network, "site/north");
  EXPECT_TRUE(absl::IsUnavailable(north.Health().status()));
  EXPECT_TRUE(absl::IsUnavailable(north.Bomb(64, GRPC_COMPRESS_GZIP)));
  EXPECT_THAT(network.ResolverLog(), AllOf(HasSubstr("event=tls-handshake-refused"),
                                           Not(HasSubstr("event=call-answered"))));
}

// --- Names and rates -----------------------------------------------------------------------------

TEST(Names, ThatAreNoneAreRefusedAndNotRepeated) {
  TestNetwork network;
  network.CreateProject("flu", Plan());
  HostileClient north(network, "site/north");
  const std::string endless(1 << 20, 'x');
  for (const std::string& name : {endless, std::string("\x1b[31mred"), std::string("../../etc")}) {
    for (const absl::Status& refused :
         {north.BeginUpload(name, "d1"), north.BeginUpload("flu", name)}) {
      EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << refused;
      EXPECT_LT(refused.message().size(), 200u);
    }
  }
  EXPECT_LT(network.ResolverLog().size(), 10'000u);
}

TEST(Datasets, OfASiteAreLimited) {
  TestNetwork network(With("max_datasets_per_site: 3"));
  network.CreateProject("flu", Plan());
  const std::filesystem::path people =
      network.Write("people.csv",
                    "record_id,first_name,last_name,street_address,zip,date_of_birth\n"
                    "1,Anna,Miller,12 Oak Street,02139,1970-03-04\n");
  for (const char* dataset : {"d1", "d2", "d3"}) network.Upload("flu", "north", people, dataset);
  const Finished fourth =
      network.Agent("site/north", network.RunArguments("flu", "north", people, "d4"));
  EXPECT_EQ(fourth.code, 4);
  EXPECT_THAT(fourth.err, HasSubstr("has 3 datasets in this project"));
  network.Upload("flu", "south", people);
}

TEST(Tokens, OfASiteAreLimited) {
  TestNetwork network(With("max_mib_per_site: 16"));
  network.CreateProject("flu", Plan());
  const std::filesystem::path file = ManyPeople(network);
  network.Upload("flu", "north", file, "d1");
  // There is room when it begins.
  const Finished second =
      network.Agent("site/north", network.RunArguments("flu", "north", file, "d2"));
  EXPECT_EQ(second.code, 4);
  EXPECT_THAT(second.err, HasSubstr("MiB of tokens in this project"));
  network.Upload("flu", "south", file);
}

TEST(Projects, AreLimited) {
  TestNetwork network(With("max_projects: 1"));
  network.CreateProject("flu", Plan());
  const Finished second =
      network.Coordinator({"project", "create", "--name", "measles", "--plan", Plan().string(),
                           "--researcher", "study", "--site", "north", "--site", "south"});
  EXPECT_EQ(second.code, 4);
  EXPECT_THAT(second.err, HasSubstr("max_projects"));
}

TEST(Calls, OfOnePartyAreLimitedPerSecondAndRefusalsDoNotFillTheLog) {
  TestNetwork network(With("max_calls_per_party_per_second: 20"));
  network.CreateProject("flu", Plan());
  RawClient north(network, "site/north");
  int refused = 0;
  for (int i = 0; i < 1000; ++i) refused += north.ListUploads("flu").ok() ? 0 : 1;
  EXPECT_GT(refused, 500);
  EXPECT_TRUE(RawClient(network, "site/south").ListUploads("flu").ok());
  EXPECT_LT(network.ResolverLog().size(), 150'000u);
}

}  // namespace
}  // namespace blindlink
