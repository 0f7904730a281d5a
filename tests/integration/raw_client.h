#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/token_block.pb.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "blindlink/v1/withdrawal_service.grpc.pb.h"
#include "common/tokens/token_block.h"
#include "tests/support/test_network.h"

namespace blindlink {

// Calls that no agent would make. Every call has a deadline of a few seconds.
class RawClient {
 public:
  // As `party`, e.g. "site/north".
  RawClient(const TestNetwork& network, const std::string& party);
  static RawClient WithoutCertificate(const TestNetwork& network);
  // Without the checks that our programs make on the certificate's file.
  static RawClient WithCertificateUnchecked(TestNetwork& network, const std::string& party);

  absl::Status ListUploads(const std::string& project);
  absl::StatusOr<v1::UploadPosition> Begin(const v1::UploadManifest& manifest);
  // One stream.
  absl::Status Blocks(const std::string& project, const std::string& dataset,
                      const std::vector<v1::TokenBlock>& blocks);
  absl::Status Commit(const std::string& project, const std::string& dataset,
                      const std::vector<v1::TokenBlock>& blocks);
  absl::Status Discard(const std::string& project, const std::string& dataset,
                       const std::string& site);
  // Accepted only: what becomes of it, the client does not ask.
  absl::Status Withdraw(const std::string& project, const std::string& pseudonyms);

 private:
  explicit RawClient(const std::shared_ptr<grpc::Channel>& channel);
  std::unique_ptr<v1::Upload::Stub> stub_;
  std::unique_ptr<v1::Withdrawal::Stub> withdrawals_;
};

// The content of a token file.
std::vector<v1::TokenBlock> BlocksOf(const std::filesystem::path& token_file);
v1::TokenFileHeader HeaderOf(const std::filesystem::path& token_file);
v1::TokenFileFooter FooterOf(const std::filesystem::path& token_file);

}  // namespace blindlink
