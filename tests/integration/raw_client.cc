#include "tests/integration/raw_client.h"

#include <gtest/gtest.h>

#include <chrono>

#include "agent/tokenfile/token_file_reader.h"
#include "common/base/files.h"
#include "common/rpc/client.h"
#include "common/rpc/status.h"
#include "common/tokens/block_chain.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace blindlink {
namespace {

constexpr auto kDeadline = std::chrono::seconds(20);

struct Context : grpc::ClientContext {
  Context() { set_deadline(std::chrono::system_clock::now() + kDeadline); }
};

std::shared_ptr<grpc::Channel> ConnectAs(const TestNetwork& network, const std::string& party) {
  const std::vector<std::string> flags = network.ConnectionFlags(party);
  const auto channel = Connect({flags[1], flags[3], flags[5], flags[7]});
  EXPECT_TRUE(channel.ok()) << channel.status();
  return *channel;
}

std::shared_ptr<grpc::Channel> Dial(const TestNetwork& network,
                                    const grpc::SslCredentialsOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("resolver.blindlink");
  return grpc::CreateCustomChannel(network.address(), grpc::SslCredentials(options), arguments);
}

std::unique_ptr<agent::TokenFileReader> Open(const std::filesystem::path& file) {
  auto reader = agent::TokenFileReader::Open(file);
  EXPECT_TRUE(reader.ok()) << reader.status();
  return *std::move(reader);
}

}  // namespace

RawClient::RawClient(const std::shared_ptr<grpc::Channel>& channel)
    : stub_(v1::Upload::NewStub(channel)), withdrawals_(v1::Withdrawal::NewStub(channel)) {}

RawClient::RawClient(const TestNetwork& network, const std::string& party)
    : RawClient(ConnectAs(network, party)) {}

RawClient RawClient::WithoutCertificate(const TestNetwork& network) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ReadFile(network.ConnectionFlags("site/north")[7]).value();
  return RawClient(Dial(network, options));
}

RawClient RawClient::WithCertificateUnchecked(TestNetwork& network, const std::string& party) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ReadFile(network.certs().Ca()).value();
  options.pem_cert_chain = ReadFile(network.certs().Cert(party)).value();
  options.pem_private_key = ReadFile(network.certs().Key(party)).value();
  return RawClient(Dial(network, options));
}

absl::Status RawClient::ListUploads(const std::string& project) {
  Context context;
  v1::ListUploadsRequest request;
  request.set_project(project);
  v1::ListUploadsResponse response;
  return FromGrpc(stub_->ListUploads(&context, request, &response));
}

absl::StatusOr<v1::UploadPosition> RawClient::Begin(const v1::UploadManifest& manifest) {
  Context context;
  v1::BeginUploadRequest request;
  *request.mutable_manifest() = manifest;
  v1::UploadPosition position;
  const absl::Status status = FromGrpc(stub_->BeginUpload(&context, request, &position));
  if (!status.ok()) return status;
  return position;
}

absl::Status RawClient::Blocks(const std::string& project, const std::string& dataset,
                               const std::vector<v1::TokenBlock>& blocks) {
  Context context;
  v1::UploadPosition position;
  const auto writer = stub_->UploadBlocks(&context, &position);
  for (const v1::TokenBlock& block : blocks) {
    v1::UploadBlockRequest request;
    request.set_project(project);
    request.set_dataset(dataset);
    *request.mutable_block() = block;
    if (!writer->Write(request)) break;
  }
  writer->WritesDone();
  return FromGrpc(writer->Finish());
}

absl::Status RawClient::Commit(const std::string& project, const std::string& dataset,
                               const std::vector<v1::TokenBlock>& blocks) {
  BlockChain chain;
  for (const v1::TokenBlock& block : blocks) chain.Add(block.crc32());
  Context context;
  v1::CommitUploadRequest request;
  request.set_project(project);
  request.set_dataset(dataset);
  request.set_block_count(blocks.size());
  request.set_chain(chain.value());
  v1::UploadInfo info;
  return FromGrpc(stub_->CommitUpload(&context, request, &info));
}

absl::Status RawClient::Discard(const std::string& project, const std::string& dataset,
                                const std::string& site) {
  Context context;
  v1::GetUploadRequest request;
  request.set_project(project);
  request.set_dataset(dataset);
  request.set_site(site);
  v1::UploadInfo info;
  return FromGrpc(stub_->DiscardUpload(&context, request, &info));
}

absl::Status RawClient::Withdraw(const std::string& project, const std::string& pseudonyms) {
  Context context;
  v1::WithdrawRecordsRequest request;
  request.set_project(project);
  request.set_pseudonyms(pseudonyms);
  v1::WithdrawalInfo info;
  return FromGrpc(withdrawals_->WithdrawRecords(&context, request, &info));
}

std::vector<v1::TokenBlock> BlocksOf(const std::filesystem::path& token_file) {
  const auto reader = Open(token_file);
  std::vector<v1::TokenBlock> blocks;
  v1::TokenBlock block;
  while (reader->Next(&block).value_or(false)) blocks.push_back(block);
  return blocks;
}

v1::TokenFileHeader HeaderOf(const std::filesystem::path& token_file) {
  return Open(token_file)->header();
}

v1::TokenFileFooter FooterOf(const std::filesystem::path& token_file) {
  const auto reader = Open(token_file);
  v1::TokenBlock block;
  while (reader->Next(&block).value_or(false)) {
  }
  return reader->footer();
}

}  // namespace blindlink
