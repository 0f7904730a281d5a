// Every call of every service, as the descriptors in proto/ list them, by every role: in the right
// project and in another, with a certificate that was revoked, and what is released by grant with
// grants that are not in force. A service that is added is covered by itself.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "blindlink/v1/access_service.grpc.pb.h"
#include "common/base/files.h"
#include "common/rpc/client.h"
#include "resolver/authz/method_table.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using grpc::internal::RpcMethod;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

// Coordinators before sites, which need what a coordinator gives them.
struct PartyOfRole {
  const char* party;
  resolver::Role role;
};
constexpr PartyOfRole kParties[] = {{"coordinator/center", resolver::Role::kCoordinator},
                                    {"site/north", resolver::Role::kSite},
                                    {"researcher/study", resolver::Role::kResearcher}};

// What a call came to.
struct Answer {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string message;
  std::string response;  // bytes of all messages
};

// The services as the files in proto/ define them, whatever is linked into this test.
class Services {
 public:
  Services() {
    const std::string protos = std::string(BLINDLINK_SOURCE_DIR) + "/proto";
    std::vector<std::string> compile = {BLINDLINK_PROTOC, "--include_imports",
                                        "--proto_path=" + protos,
                                        "--descriptor_set_out=" + (folder_ / "services").string()};
    for (const auto& entry : std::filesystem::directory_iterator(protos + "/blindlink/v1")) {
      if (absl::EndsWith(entry.path().string(), "_service.proto")) compile.push_back(entry.path());
    }
    const Finished compiled = blindlink::Run(compile);
    EXPECT_EQ(compiled.code, 0) << compiled.err;
    google::protobuf::FileDescriptorSet files;
    EXPECT_TRUE(files.ParseFromString(ReadFile(folder_ / "services").value()));
    for (const google::protobuf::FileDescriptorProto& file : files.file()) {
      AddMethods(pool_.BuildFile(file));  // in the order of their imports
    }
  }
  const std::vector<const MethodDescriptor*>& methods() const { return methods_; }
  std::unique_ptr<Message> RequestOf(const MethodDescriptor& method) {
    return std::unique_ptr<Message>(factory_.GetPrototype(method.input_type())->New());
  }

 private:
  void AddMethods(const google::protobuf::FileDescriptor* file) {
    ASSERT_NE(file, nullptr);
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        methods_.push_back(file->service(s)->method(m));
      }
    }
  }

  TemporaryFolder folder_;
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
  std::vector<const MethodDescriptor*> methods_;
};

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

// Sets the text fields that have one of these names, in messages within messages too. Returns
// whether one was a project's.
bool Fill(const std::map<std::string, std::string>& values, Message* message) {
  bool has_project = false;
  const auto& descriptor = *message->GetDescriptor();
  const bool creates = descriptor.FindFieldByName("plan_text") != nullptr &&
                       descriptor.FindFieldByName("project") == nullptr;
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor* field = descriptor.field(i);
    const auto& reflection = *message->GetReflection();
    if (field->is_repeated()) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      has_project |= Fill(values, reflection.MutableMessage(message, field));
    }
    // A project's own messages call it `name`. A new project gets none, and is refused.
    const std::string key = field->name() == "name" && !creates ? "project" : field->name();
    const auto value = values.find(key);
    if (field->type() != FieldDescriptor::TYPE_STRING || value == values.end()) continue;
    reflection.SetString(message, field, value->second);
    has_project |= key == "project";
  }
  return has_project;
}

grpc::ByteBuffer BytesOf(const Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

std::string TextOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!buffer.Dump(&slices).ok()) return text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

class EveryCall : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    network_ = new TestNetwork;
    network_->certs().Add({"coordinator/second", "researcher/other", "site/elsewhere"});
    for (const char* project : {"flu", "secret"}) {
      std::vector<std::string> create = {
          "project",   "create",  "--name", project, "--plan", ShippedPlan("mini-sentinel-phase2"),
          "--release", "by-grant"};
      const std::vector<std::string> parties =
          project == std::string("flu")
              ? std::vector<std::string>{"--site",       "north", "--site",       "south",
                                         "--researcher", "study", "--researcher", "other"}
              : std::vector<std::string>{"--site", "elsewhere"};
      create.insert(create.end(), parties.begin(), parties.end());
      ASSERT_EQ(network_->Coordinator(create).code, 0);
    }
    for (const char* site : {"north", "south"}) {
      network_->Upload("flu", site,
                       network_->Write(absl::StrCat(site, ".csv"),
                                       "record_id,first_name,last_name,street_address,zip,"
                                       "date_of_birth\n1,Anna,Miller,1 Oak Street,02139,"
                                       "1970-03-04\n2,Bert,Smith,2 Oak Street,02139,1971-03-04\n"));
    }
    network_->Link("flu");
    network_->Link("flu");
  }
  static void TearDownTestSuite() {
    delete network_;
    network_ = nullptr;
  }

  static std::shared_ptr<grpc::Channel> ConnectAs(const std::string& party) {
    const std::vector<std::string> flags = network_->ConnectionFlags(party);
    return *Connect({flags[1], flags[3], flags[5], flags[7]});
  }

  // One call with this request; of a stream, all messages are read.
  static Answer Make(const std::shared_ptr<grpc::Channel>& channel, const MethodDescriptor& method,
                     const Message& request) {
    const std::string path = PathOf(method);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    context.set_wait_for_ready(true);
    grpc::ByteBuffer response;
    Answer answer;
    grpc::Status status;
    if (method.client_streaming()) {
      const RpcMethod rpc(path.c_str(), RpcMethod::CLIENT_STREAMING, channel);
      const std::unique_ptr<grpc::ClientWriter<grpc::ByteBuffer>> writer(
          grpc::internal::ClientWriterFactory<grpc::ByteBuffer>::Create(channel.get(), rpc,
                                                                        &context, &response));
      writer->Write(BytesOf(request));
      writer->WritesDone();
      status = writer->Finish();
    } else if (method.server_streaming()) {
      const RpcMethod rpc(path.c_str(), RpcMethod::SERVER_STREAMING, channel);
      const std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> reader(
          grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(
              channel.get(), rpc, &context, BytesOf(request)));
      while (reader->Read(&response)) answer.response += TextOf(response);
      response.Clear();
      status = reader->Finish();
    } else {
      const RpcMethod rpc(path.c_str(), RpcMethod::NORMAL_RPC, channel);
      status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
          channel.get(), rpc, &context, BytesOf(request), &response);
    }
    if (status.ok()) answer.response += TextOf(response);
    answer.code = status.error_code();
    answer.message = status.error_message();
    return answer;
  }

  static std::map<std::string, std::string> Names(const std::string& project,
                                                  const std::string& party,
                                                  const MethodDescriptor& method) {
    // The first run is what the other calls are about.
    const bool removes = method.name() == "RemoveLinkageRun";
    const bool is_site = absl::StartsWith(party, "site/");
    return {{"project", project},
            {"run", removes ? "run-000002" : "run-000001"},
            {"dataset", "d9"},
            {"site", is_site ? party.substr(5) : "north"},
            {"grant", "grant-000001"}};
  }

  // --- Grants ---------------------------------------------------------------

  static v1::AccessRequest Request(v1::AccessLevel level, int seconds = 3600) {
    v1::AccessRequest request;
    request.set_project("flu");
    request.set_run("run-000001");
    request.set_purpose("How many people fall ill.");
    request.set_legal_basis("Decision 12 of the board.");
    request.mutable_rubric()->set_necessity("Counts cannot answer it.");
    request.mutable_rubric()->set_proportionality("It saves lives.");
    request.mutable_rubric()->set_harm("Little: no names, one user.");
    request.set_level(level);
    request.set_relink(level == v1::ACCESS_ENTITY_MAP);
    request.set_expires_unix_seconds(time(nullptr) + seconds);
    return request;
  }
  static std::string Ask(const v1::AccessRequest& request,
                         const std::string& researcher = "researcher/study") {
    const auto stub = v1::Access::NewStub(ConnectAs(researcher));
    grpc::ClientContext context;
    v1::Grant grant;
    const grpc::Status status = stub->RequestAccess(&context, request, &grant);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return grant.grant();
  }
  static grpc::StatusCode Decide(const std::string& coordinator, const std::string& grant,
                                 bool approve = true) {
    const auto stub = v1::Access::NewStub(ConnectAs(coordinator));
    grpc::ClientContext context;
    v1::DecideAccessRequest request;
    request.set_project("flu");
    request.set_grant(grant);
    request.set_approve(approve);
    request.set_reason("As the board decided.");
    v1::Grant decided;
    return stub->DecideAccess(&context, request, &decided).error_code();
  }
  static std::string Granted(const v1::AccessRequest& request,
                             const std::string& researcher = "researcher/study") {
    const std::string grant = Ask(request, researcher);
    EXPECT_EQ(Decide("coordinator/center", grant), grpc::StatusCode::OK);
    EXPECT_EQ(Decide("coordinator/second", grant), grpc::StatusCode::OK);
    return grant;
  }
  static void Revoke(const std::string& grant) {
    const auto stub = v1::Access::NewStub(ConnectAs("coordinator/second"));
    grpc::ClientContext context;
    v1::RevokeAccessRequest request;
    request.set_project("flu");
    request.set_grant(grant);
    request.set_reason("The study has ended.");
    v1::Grant revoked;
    EXPECT_TRUE(stub->RevokeAccess(&context, request, &revoked).ok());
  }

  // The calls by which a role gets something under a grant: those of Access that name one, but for
  // those that tell of grants or decide about them; and what gives a researcher something of a run.
  // Sites and coordinators may make the latter without a grant.
  std::vector<const MethodDescriptor*> CallsUnderAGrant(resolver::Role role) {
    const std::set<std::string> about_grants = {"GetGrant", "DecideAccess", "RevokeAccess"};
    std::vector<const MethodDescriptor*> calls;
    for (const MethodDescriptor* method : services_.methods()) {
      const bool of_run = role == resolver::Role::kResearcher &&
                          method->service()->name() != "Access" &&
                          method->name() != "ListResults" && HasField(*method, "run");
      const bool of_grant = method->service()->name() == "Access" && HasField(*method, "grant") &&
                            about_grants.count(method->name()) == 0;
      if (resolver::MayCall(role, PathOf(*method)) && (of_run || of_grant)) {
        calls.push_back(method);
      }
    }
    EXPECT_FALSE(calls.empty());
    return calls;
  }
  static bool HasField(const MethodDescriptor& method, const char* field) {
    return method.input_type()->FindFieldByName(field) != nullptr;
  }

  // Makes each of these calls, in each role, under a grant of researcher "study", with its newest
  // approval token where one is wanted.
  void ExpectAll(const std::string& grant, bool released, const char* what) {
    for (const PartyOfRole& party : kParties) ExpectAllOf(party, grant, released, what);
  }
  void ExpectAllOf(const PartyOfRole& party, const std::string& grant, bool released,
                   const char* what) {
    const auto channel = ConnectAs(party.party);
    for (const MethodDescriptor* method : CallsUnderAGrant(party.role)) {
      const auto request = services_.RequestOf(*method);
      auto names = Names("flu", party.party, *method);
      names["grant"] = grant;
      Fill(names, request.get());
      SetToken(grant, request.get());
      const Answer answer = Make(channel, *method, *request);
      // What cannot be asked for under a grant is never released in such a project.
      if (released && HasField(*method, "grant")) {
        EXPECT_EQ(answer.code, grpc::StatusCode::OK) << what << PathOf(*method) << answer.message;
        KeepToken(grant, *method, answer);
        continue;
      }
      EXPECT_THAT(answer.code,
                  AnyOf(grpc::StatusCode::PERMISSION_DENIED, grpc::StatusCode::NOT_FOUND,
                        grpc::StatusCode::FAILED_PRECONDITION))
          << what << " " << PathOf(*method) << " " << answer.message;
      EXPECT_EQ(answer.response, "") << what << PathOf(*method);
    }
  }
  void SetToken(const std::string& grant, Message* request) {
    const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName("token");
    if (field == nullptr) return;
    request->GetReflection()->SetString(request, field, tokens_[grant]);
  }
  void KeepToken(const std::string& grant, const MethodDescriptor& method, const Answer& answer) {
    if (method.output_type()->name() != "RelinkToken") return;
    v1::RelinkToken issued;
    EXPECT_TRUE(issued.ParseFromString(answer.response));
    tokens_[grant] = issued.token();
  }

  static TestNetwork* network_;
  Services services_;
  std::map<std::string, std::string> tokens_;  // by grant
};

TestNetwork* EveryCall::network_ = nullptr;

TEST_F(EveryCall, IsForTheRolesOfTheMethodTableOnly) {
  for (const PartyOfRole& party : kParties) {
    const auto channel = ConnectAs(party.party);
    for (const MethodDescriptor* method : services_.methods()) {
      const auto request = services_.RequestOf(*method);
      Fill(Names("flu", party.party, *method), request.get());
      const Answer answer = Make(channel, *method, *request);
      if (resolver::MayCall(party.role, PathOf(*method))) {
        EXPECT_NE(answer.code, grpc::StatusCode::UNAUTHENTICATED) << PathOf(*method);
        EXPECT_NE(answer.code, grpc::StatusCode::UNIMPLEMENTED) << PathOf(*method);
        EXPECT_THAT(answer.message, Not(HasSubstr("may not call"))) << PathOf(*method);
      } else {
        EXPECT_EQ(answer.code, grpc::StatusCode::PERMISSION_DENIED)
            << party.party << PathOf(*method) << answer.message;
        EXPECT_THAT(answer.message, HasSubstr("may not call"));
      }
    }
  }
}

TEST_F(EveryCall, GivesNothingOfAProjectToWhoTakesNoPartInIt) {
  for (const PartyOfRole& party : kParties) {
    if (party.role == resolver::Role::kCoordinator) continue;
    const auto channel = ConnectAs(party.party);
    for (const MethodDescriptor* method : services_.methods()) {
      if (!resolver::MayCall(party.role, PathOf(*method))) continue;
      const auto request = services_.RequestOf(*method);
      const bool of_project = Fill(Names("secret", party.party, *method), request.get());
      const Answer answer = Make(channel, *method, *request);
      if (of_project) {
        EXPECT_NE(answer.code, grpc::StatusCode::OK) << party.party << PathOf(*method);
        EXPECT_NE(answer.code, grpc::StatusCode::PERMISSION_DENIED)
            << PathOf(*method) << " tells that the project exists: " << answer.message;
      }
      EXPECT_THAT(answer.response, Not(HasSubstr("secret"))) << PathOf(*method);
      EXPECT_THAT(answer.response, Not(HasSubstr("elsewhere"))) << PathOf(*method);
    }
  }
}

TEST_F(EveryCall, OfARevokedCertificateIsRefusedOnAnOpenConnection) {
  const std::string list = ReadFile(network_->certs().AllowedClients()).value();
  for (const PartyOfRole& party : kParties) {
    const auto channel = ConnectAs(party.party);
    ASSERT_TRUE(
        channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(60)));
    network_->certs().Revoke(party.party);
    for (const MethodDescriptor* method : services_.methods()) {
      const auto request = services_.RequestOf(*method);
      Fill(Names("flu", party.party, *method), request.get());
      const Answer answer = Make(channel, *method, *request);
      EXPECT_EQ(answer.code, grpc::StatusCode::UNAUTHENTICATED)
          << party.party << PathOf(*method) << answer.message;
      EXPECT_EQ(answer.response, "");
    }
    ASSERT_TRUE(WriteFileAtomically(network_->certs().AllowedClients(), list).ok());
  }
}

TEST_F(EveryCall, ThatReleasesAResultNeedsAGrantInForce) {
  ExpectAll("", false, "no grant");
  ExpectAll("grant-999999", false, "a grant that does not exist");

  const std::string asked = Ask(Request(v1::ACCESS_ENTITY_MAP));
  ExpectAll(asked, false, "no approval");
  EXPECT_EQ(Decide("coordinator/center", asked), grpc::StatusCode::OK);
  ExpectAll(asked, false, "one approval");
  EXPECT_EQ(Decide("coordinator/center", asked), grpc::StatusCode::ALREADY_EXISTS);
  ExpectAll(asked, false, "the same person twice");
  EXPECT_EQ(Decide("coordinator/second", asked, /*approve=*/false), grpc::StatusCode::OK);
  ExpectAll(asked, false, "one denial");

  ExpectAllOf({"researcher/study", resolver::Role::kResearcher},
              Granted(Request(v1::ACCESS_ENTITY_MAP), "researcher/other"), false,
              "another researcher's");
  v1::AccessRequest short_one = Request(v1::ACCESS_ENTITY_MAP, 45);
  const std::string expiring = Granted(short_one);
  ExpectAll(expiring, true, "in force");
  while (time(nullptr) < short_one.expires_unix_seconds()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  ExpectAll(expiring, false, "expired");

  const std::string revoked = Granted(Request(v1::ACCESS_ENTITY_MAP));
  ExpectAll(revoked, true, "in force");
  Revoke(revoked);
  ExpectAll(revoked, false, "revoked");
}

// The same person with another certificate, as after its renewal, is still the same person.
TEST_F(EveryCall, ApprovedTwiceByOnePersonWithTwoCertificatesGivesNothing) {
  const std::string grant = Ask(Request(v1::ACCESS_ENTITY_MAP));
  EXPECT_EQ(Decide("coordinator/center", grant), grpc::StatusCode::OK);
  network_->certs().AddExpiring("coordinator/center", std::chrono::hours(1));
  EXPECT_EQ(Decide("coordinator/center", grant), grpc::StatusCode::ALREADY_EXISTS);
  ExpectAll(grant, false, "two certificates of one person");
}

}  // namespace
}  // namespace blindlink
