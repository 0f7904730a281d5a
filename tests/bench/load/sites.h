#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/token_block.pb.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "tests/bench/load/call_log.h"
#include "tests/bench/load/center.h"

namespace blindlink::load {

// Blocks of so many records, whose pseudonyms begin with `record` and whose tokens with `person`.
std::vector<v1::TokenBlock> SampleBlocks(absl::string_view record, absl::string_view person,
                                         int records);
v1::UploadManifest SampleManifest(absl::string_view site, absl::string_view dataset);

// A site with a connection. Not thread-safe.
class SiteClient {
 public:
  SiteClient(const Center& center, const std::string& site, CallLog* log);

  struct Dataset {
    std::string name;
    std::string replaces;  // empty: none
  };
  // From the beginning to the end of the ingest.
  absl::Status Upload(const Dataset& dataset, const std::vector<v1::TokenBlock>& blocks);

 private:
  absl::Status Begin(const Dataset& dataset);
  absl::Status Send(const std::string& dataset, const std::vector<v1::TokenBlock>& blocks);
  absl::Status Commit(const std::string& dataset, const std::vector<v1::TokenBlock>& blocks);
  absl::Status AwaitIngest(const std::string& dataset);

  const std::string site_;
  CallLog& log_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::Upload::Stub> stub_;
};

// Uploads dataset after dataset, each in place of the one before and over a connection of its own.
void UploadUntil(const std::atomic<bool>& stopping, const Center& center, const std::string& site,
                 int records, CallLog* log);

}  // namespace blindlink::load
