// What a command ends with when the resolver hides its audit log, and not only when it shows
// another one.
#include "common/cli/witness_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "blindlink/v1/audit_service.grpc.pb.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "common/audit/witness.h"
#include "common/base/files.h"
#include "common/crypto/certificate.h"
#include "common/crypto/self_signed.h"
#include "common/rpc/audited_calls.h"
#include "common/rpc/unary_call.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/common/audit/log_in_memory.h"

namespace blindlink {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::internal::CaptureStderr;
using testing::internal::GetCapturedStderr;

constexpr char kMethod[] = "/blindlink.v1.Upload/DiscardUpload";

// A resolver of whose audit log the test decides what it shows.
class FakeResolver : public v1::Upload::Service, public v1::Audit::Service {
 public:
  explicit FakeResolver(const Sha256Digest& fingerprint) : log(fingerprint, kMethod) {}

  grpc::Status DiscardUpload(grpc::ServerContext* context, const v1::GetUploadRequest*,
                             v1::UploadInfo*) override {
    log.GrowTo(log.size() + 1);
    if (names_entries) {
      context->AddTrailingMetadata(kAuditEntryKey, absl::StrCat(log.size() - 1));
    }
    return grpc::Status::OK;
  }
  grpc::Status ListUploads(grpc::ServerContext*, const v1::ListUploadsRequest*,
                           v1::ListUploadsResponse*) override {
    return grpc::Status::OK;
  }
  grpc::Status GetReceipt(grpc::ServerContext*, const v1::GetAuditReceiptRequest* request,
                          v1::AuditReceipts* response) override {
    ++receipt_calls;
    if (!shows_log.ok()) return shows_log;
    if (request->entries_size() > 64) return {grpc::StatusCode::INVALID_ARGUMENT, "at most 64"};
    *response =
        log.Answer({request->entries().begin(), request->entries().end()}, request->known_size());
    return grpc::Status::OK;
  }

  LogInMemory log;
  bool names_entries = true;
  grpc::Status shows_log;
  int receipt_calls = 0;
};

class WitnessCallsTest : public testing::Test {
 protected:
  WitnessCallsTest() : self_(MakeSelfSigned("spiffe://blindlink/site/north").value()) {
    resolver_ = std::make_unique<FakeResolver>(ReadCertificate(self_.certificate)->fingerprint);
    EXPECT_TRUE(WriteFileAtomically(folder_ / "north.pem", self_.certificate).ok());
    grpc::ServerBuilder builder;
    builder.RegisterService(static_cast<v1::Upload::Service*>(resolver_.get()));
    builder.RegisterService(static_cast<v1::Audit::Service*>(resolver_.get()));
    server_ = builder.BuildAndStart();
    channel_ = server_->experimental().InProcessChannelWithInterceptors(grpc::ChannelArguments(),
                                                                        AuditedCallInterceptors());
    AuditedCalls::OfThisProcess().Take();
  }

  void Discard(int times = 1) {
    const auto stub = v1::Upload::NewStub(channel_);
    for (int i = 0; i < times; ++i) {
      EXPECT_TRUE(UnaryCall(*stub, &v1::Upload::Stub::DiscardUpload, v1::GetUploadRequest()).ok());
    }
  }
  void List() {
    const auto stub = v1::Upload::NewStub(channel_);
    EXPECT_TRUE(UnaryCall(*stub, &v1::Upload::Stub::ListUploads, v1::ListUploadsRequest()).ok());
  }
  // What a command that has made these calls ends with; `said` is what it says on standard error.
  absl::Status End(std::string* said = nullptr) {
    ConnectionFlags flags;
    flags.resolver = "center:7443";
    flags.cert = folder_ / "north.pem";
    flags.witness = file_;
    AuditedCalls::OfThisProcess().NoteConnection(flags, channel_);
    CaptureStderr();
    const absl::Status status = WitnessCalls("blindlink-test");
    const std::string printed = GetCapturedStderr();
    if (said != nullptr) *said = printed;
    return status;
  }
  v1::AuditWitness Seen() const { return Witness::Read(file_).value().seen(); }

  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "witness/center.json";
  const SelfSigned self_;
  std::unique_ptr<FakeResolver> resolver_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(WitnessCallsTest, ReceiptsOfAllCallsAreFetchedHoweverManyTheyAre) {
  Discard(150);
  std::string said;
  EXPECT_TRUE(End(&said).ok());
  EXPECT_EQ(said, "");
  EXPECT_EQ(resolver_->receipt_calls, 3);
  EXPECT_EQ(Seen().heads().rbegin()->size(), 150u);
}

TEST_F(WitnessCallsTest, AKnownResolverThatDoesNotSayWhichEntryACallIsIsAnAlarm) {
  Discard();
  ASSERT_TRUE(End().ok());
  resolver_->names_entries = false;
  Discard(2);
  const absl::Status silent = End();
  EXPECT_EQ(silent.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(silent.message()),
              HasSubstr("did not say which entries of it 2 calls of this command are, one of them "
                        "/blindlink.v1.Upload/DiscardUpload"));
}

TEST_F(WitnessCallsTest, ARolledBackResolverIsFoundThoughItNamesNoEntries) {
  resolver_->log.GrowTo(20);
  Discard();
  ASSERT_TRUE(End().ok());
  resolver_->log.ShrinkTo(5);
  resolver_->names_entries = false;
  Discard();
  const absl::Status rolled_back = End();
  EXPECT_EQ(rolled_back.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(rolled_back.message()), HasSubstr("was rolled back"));
}

TEST_F(WitnessCallsTest, HeadsAreComparedAfterCallsThatOnlyLookToo) {
  resolver_->log.GrowTo(20);
  List();
  ASSERT_TRUE(End().ok());
  EXPECT_EQ(Seen().heads_size(), 1);
  EXPECT_THAT(Seen().receipts(), IsEmpty());
  resolver_->log.ShrinkTo(5);
  List();
  EXPECT_THAT(std::string(End().message()), HasSubstr("was rolled back"));
}

TEST_F(WitnessCallsTest, AResolverThatIsFirstSeenWithoutALogIsANote) {
  resolver_->names_entries = false;
  resolver_->shows_log = {grpc::StatusCode::UNIMPLEMENTED, "no such service"};
  Discard();
  std::string said;
  EXPECT_TRUE(End(&said).ok());
  EXPECT_THAT(said, HasSubstr("gave no receipts"));
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(WitnessCallsTest, AKnownLogThatIsNotThereAnyMoreIsAnAlarm) {
  Discard();
  ASSERT_TRUE(End().ok());
  for (const auto code : {grpc::StatusCode::UNIMPLEMENTED, grpc::StatusCode::NOT_FOUND,
                          grpc::StatusCode::DATA_LOSS}) {
    resolver_->shows_log = {code, "gone"};
    Discard();
    EXPECT_EQ(End().code(), absl::StatusCode::kDataLoss) << code;
  }
}

TEST_F(WitnessCallsTest, AnErrorIsANoteAtFirstAndAnAlarmOnceItLasts) {
  Discard();
  ASSERT_TRUE(End().ok());
  resolver_->shows_log = {grpc::StatusCode::INTERNAL, "out of order"};
  Discard();
  std::string said;
  EXPECT_TRUE(End(&said).ok());
  EXPECT_THAT(said, HasSubstr("gave no receipts"));
  EXPECT_GT(Seen().not_shown_since_ms(), 0);
  // As if two hours had passed.
  const std::string since = absl::StrCat(Seen().not_shown_since_ms());
  const std::string earlier = absl::StrCat(Seen().not_shown_since_ms() - 7'200'000);
  std::string json = ReadFile(file_).value();
  json.replace(json.find(since), since.size(), earlier);
  ASSERT_TRUE(WriteFileAtomically(file_, json, 0600).ok());
  List();
  EXPECT_EQ(End().code(), absl::StatusCode::kDataLoss);
  resolver_->shows_log = grpc::Status::OK;
  Discard();
  EXPECT_TRUE(End().ok());
  EXPECT_EQ(Seen().not_shown_since_ms(), 0);
}

}  // namespace
}  // namespace blindlink
