#include "researcher/fetch/fetch.h"

#include <gmock/gmock.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/sha256.h"
#include "common/csv/csv_reader.h"
#include "researcher/results/result_rows.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::researcher {
namespace {

namespace fs = std::filesystem;

// Serves runs of `rows` match pairs and as many map rows, in chunks of two. After two chunks, a
// stream fails with the next status of `break_with`.
class FakeResults : public v1::Result::Service {
 public:
  std::vector<v1::ResultInfo> runs;
  uint64_t rows = 9;
  std::vector<grpc::Status> break_with;
  grpc::Status list_with = grpc::Status::OK;
  std::vector<uint64_t> first_rows_asked;

  void AddRun(const std::string& run) {
    v1::ResultInfo info;
    info.set_project("demo");
    info.set_run(run);
    info.set_plan_name("us-default");
    info.set_plan_digest("\xab\xcd");
    info.set_match_pairs(9);
    info.set_entity_map_rows(9);
    runs.push_back(info);
  }

  grpc::Status ListResults(grpc::ServerContext*, const v1::ListResultsRequest*,
                           v1::ListResultsResponse* response) override {
    for (const auto& run : runs) *response->add_results() = run;
    return list_with;
  }
  grpc::Status GetMatchPairs(grpc::ServerContext*, const v1::GetRowsRequest* request,
                             grpc::ServerWriter<v1::MatchPairChunk>* writer) override {
    return Send(request, writer, [](v1::MatchPairChunk* chunk, const std::string& record) {
      chunk->add_pairs()->set_left_record(record);
    });
  }
  grpc::Status GetEntityMap(grpc::ServerContext*, const v1::GetRowsRequest* request,
                            grpc::ServerWriter<v1::EntityChunk>* writer) override {
    return Send(request, writer, [](v1::EntityChunk* chunk, const std::string& record) {
      chunk->add_members()->set_record(record);
    });
  }
  grpc::Status GetOverlap(grpc::ServerContext*, const v1::GetOverlapRequest*,
                          v1::OverlapResponse* response) override {
    response->set_suppressed_up_to(10);
    response->add_cells()->set_suppressed(true);
    return grpc::Status::OK;
  }

 private:
  template <typename Writer, typename Add>
  grpc::Status Send(const v1::GetRowsRequest* request, Writer* writer, const Add& add) {
    first_rows_asked.push_back(request->first_row());
    int chunks = 0;
    for (uint64_t row = request->first_row(); row < rows;) {
      if (chunks++ == 2 && !break_with.empty()) {
        const grpc::Status status = break_with.front();
        break_with.erase(break_with.begin());
        return status;
      }
      typename ChunkOf<Writer>::type chunk;
      for (int i = 0; i < 2 && row < rows; ++i)
        add(&chunk, absl::StrCat(request->run(), "/", row++));
      writer->Write(chunk);
    }
    return grpc::Status::OK;
  }
  template <typename Writer>
  struct ChunkOf;
  template <typename Chunk>
  struct ChunkOf<grpc::ServerWriter<Chunk>> {
    using type = Chunk;
  };
};

class FetchTest : public testing::Test {
 protected:
  FetchTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&results_);
    server_ = builder.BuildAndStart();
    client_ = std::make_unique<ResultClient>(v1::Result::NewStub(server_->InProcessChannel({})));
  }
  ~FetchTest() override { server_->Shutdown(); }

  FetchRequest Request(const std::string& name) {
    FetchRequest request;
    request.project = "demo";
    request.file = (folder_ / name).string();
    request.backoff = Backoff();
    request.show_progress = false;
    return request;
  }
  BackoffOptions Backoff() {
    BackoffOptions backoff = FetchBackoff();
    backoff.sleep = [this](std::chrono::milliseconds) {
      ++waits_;
      return true;
    };
    return backoff;
  }
  std::vector<std::string> Column(const std::string& name, absl::string_view column) {
    auto reader = CsvReader::Open((folder_ / name).string());
    EXPECT_TRUE(reader.ok()) << reader.status();
    std::vector<std::string> values;
    if (!reader.ok()) return values;
    const size_t at = (*reader)->ColumnsOf({column}).value().front();
    while ((*reader)->Next().value()) values.push_back((*reader)->fields()[at]);
    return values;
  }
  static std::vector<std::string> RowsOf(const std::string& run, int count = 9) {
    std::vector<std::string> rows;
    for (int i = 0; i < count; ++i) rows.push_back(absl::StrCat(run, "/", i));
    return rows;
  }

  TemporaryFolder folder_;
  FakeResults results_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<ResultClient> client_;
  int waits_ = 0;
};

const grpc::Status kBroken(grpc::StatusCode::UNAVAILABLE, "connection lost");

TEST_F(FetchTest, TheNewestRunIsFetchedIfNoneIsNamed) {
  results_.AddRun("run-000001");
  results_.AddRun("run-000002");
  const auto outcome = FetchMatchPairs(*client_, Request("p.csv"));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->run, "run-000002");
  EXPECT_EQ(Column("p.csv", "left_record"), RowsOf("run-000002"));
}

class Files : public FetchTest, public testing::WithParamInterface<const char*> {};

TEST_P(Files, ABrokenStreamGoesOnWithTheNextRow) {
  results_.AddRun("run-000001");
  results_.break_with = {kBroken, kBroken};
  const auto outcome = FetchEntityMap(*client_, Request(GetParam()));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(Column(GetParam(), "record"), RowsOf("run-000001"));
  EXPECT_THAT(results_.first_rows_asked, testing::ElementsAre(0, 4, 8));
  EXPECT_EQ(waits_, 2);
}

TEST_P(Files, AFailedFetchIsContinuedByTheSameCall) {
  results_.AddRun("run-000001");
  results_.break_with = {grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "revoked")};
  EXPECT_EQ(FetchMatchPairs(*client_, Request(GetParam())).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_FALSE(fs::exists(folder_ / GetParam()));
  const auto outcome = FetchMatchPairs(*client_, Request(GetParam()));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->rows_of_earlier_attempt, 4);
  EXPECT_EQ(Column(GetParam(), "left_record"), RowsOf("run-000001"));
}

INSTANTIATE_TEST_SUITE_P(PlainAndCompressed, Files, testing::Values("rows.csv", "rows.csv.zst"));

TEST_F(FetchTest, ARunThatSendsMoreRowsThanItHasIsNotWrittenToTheEnd) {
  results_.AddRun("run-000001");
  results_.rows = 1'000'000;
  const absl::Status status = FetchMatchPairs(*client_, Request("p.csv")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("sends more of them"));
  EXPECT_FALSE(fs::exists(folder_ / "p.csv"));
  EXPECT_LT(fs::file_size(folder_ / "p.csv.partial"), 1000u);
}

TEST_F(FetchTest, RowsThatAreTooLongAreNotWritten) {
  results_.AddRun(std::string(1'000'000, 'r'));
  const absl::Status status = FetchMatchPairs(*client_, Request("p.csv")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("rows that are too long"));
}

TEST_F(FetchTest, AFileBegunFromOneRunIsNotContinuedFromANewerOne) {
  results_.AddRun("run-000001");
  results_.break_with = {grpc::Status(grpc::StatusCode::INTERNAL, "x")};
  EXPECT_FALSE(FetchMatchPairs(*client_, Request("p.csv")).ok());
  results_.AddRun("run-000002");
  ASSERT_TRUE(FetchMatchPairs(*client_, Request("p.csv")).ok());
  EXPECT_EQ(Column("p.csv", "left_record"), RowsOf("run-000002"));
}

TEST_F(FetchTest, TheManifestHoldsWhatTheRunExpectsOfItself) {
  results_.AddRun("run-000001");
  results_.runs[0].set_started_unix_seconds(86400);
  results_.runs[0].mutable_score()->set_min_score(0.5);
  results_.runs[0].mutable_score()->set_expected_ppv(0.75);
  ASSERT_TRUE(FetchMatchPairs(*client_, Request("p.csv")).ok());
  const std::string manifest = ReadFile(folder_ / "p.csv.manifest.json").value();
  for (const char* part :
       {"\"run_started\": \"1970-01-02T00:00:00Z\"", "\"min_score\": 0.5", "\"ppv\": 0.75"}) {
    EXPECT_THAT(manifest, testing::HasSubstr(part));
  }
}

TEST_F(FetchTest, TheManifestSaysWhereTheRowsAreFrom) {
  results_.AddRun("run-000001");
  ASSERT_TRUE(FetchMatchPairs(*client_, Request("p.csv")).ok());
  const std::string manifest = ReadFile(folder_ / "p.csv.manifest.json").value();
  const std::string digest = HexEncode(AsView(Sha256Of(ReadFile(folder_ / "p.csv").value())));
  for (const std::string& part :
       {std::string("\"file\": \"p.csv\""), std::string("\"kind\": \"match-pairs\""),
        std::string("\"run\": \"run-000001\""), std::string("\"plan_digest\": \"abcd\""),
        std::string("\"rows\": 9"), digest}) {
    EXPECT_THAT(manifest, testing::HasSubstr(part));
  }
}

TEST_F(FetchTest, FewerRowsThanTheRunHasAreDataLoss) {
  results_.AddRun("run-000001");
  results_.rows = 7;
  EXPECT_EQ(FetchMatchPairs(*client_, Request("p.csv")).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_FALSE(fs::exists(folder_ / "p.csv"));
}

TEST_F(FetchTest, WithoutAFinishedRunThereIsNothingToFetch) {
  EXPECT_EQ(FetchMatchPairs(*client_, Request("p.csv")).status().code(),
            absl::StatusCode::kFailedPrecondition);
  results_.AddRun("run-000001");
  FetchRequest other = Request("p.csv");
  other.run = "run-000007";
  EXPECT_EQ(FetchMatchPairs(*client_, other).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(FetchTest, AResolverThatStaysAwayIsGivenUp) {
  results_.AddRun("run-000001");
  results_.list_with = kBroken;
  EXPECT_EQ(FetchMatchPairs(*client_, Request("p.csv")).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(waits_, 3);
}

TEST_F(FetchTest, OverlapIsAFileLikeTheOthers) {
  results_.AddRun("run-000001");
  ASSERT_TRUE(FetchOverlap(*client_, Request("o.csv")).ok());
  EXPECT_EQ(Column("o.csv", "entities"), std::vector<std::string>{"1-10"});
  EXPECT_TRUE(fs::exists(folder_ / "o.csv.manifest.json"));
}

}  // namespace
}  // namespace blindlink::researcher
