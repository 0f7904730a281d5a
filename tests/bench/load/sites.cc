#include "tests/bench/load/sites.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/rpc/status.h"
#include "tests/support/sample_tokens.h"

namespace blindlink::load {
namespace {

constexpr int kRecordsPerBlock = 1000;
constexpr std::chrono::milliseconds kBetweenQuestions{50};
constexpr std::chrono::milliseconds kBetweenDatasets{200};

}  // namespace

std::vector<v1::TokenBlock> SampleBlocks(absl::string_view record, absl::string_view person,
                                         int records) {
  std::vector<v1::TokenBlock> blocks;
  for (int first = 0; first < records; first += kRecordsPerBlock) {
    std::vector<SampleRecord> of_block;
    for (int i = first; i < std::min(records, first + kRecordsPerBlock); ++i) {
      of_block.push_back(
          {absl::StrCat(record, "-", i),
           {{absl::StrCat(person, "-", i), kNameDob}, {absl::StrCat(person, "+", i), kLastDob}}});
    }
    blocks.push_back(BlockOf(blocks.size(), static_cast<uint64_t>(first), of_block));
  }
  return blocks;
}

v1::UploadManifest SampleManifest(absl::string_view site, absl::string_view dataset) {
  static const Plan plan = TinyPlan();
  return ManifestFor(plan, site, dataset);
}

SiteClient::SiteClient(const Center& center, const std::string& site, CallLog* log)
    : site_(site),
      log_(*log),
      channel_(center.Dial("site/" + site)),
      stub_(v1::Upload::NewStub(channel_)) {}

absl::Status SiteClient::Upload(const Dataset& dataset, const std::vector<v1::TokenBlock>& blocks) {
  BL_RETURN_IF_ERROR(Connect(log_, *channel_));
  BL_RETURN_IF_ERROR(Timed(log_, Kind::kBeginUpload, [&] { return Begin(dataset); }));
  BL_RETURN_IF_ERROR(Timed(log_, Kind::kUploadBlocks, [&] { return Send(dataset.name, blocks); }));
  BL_RETURN_IF_ERROR(
      Timed(log_, Kind::kCommitUpload, [&] { return Commit(dataset.name, blocks); }));
  return Timed(log_, Kind::kIngest, [&] { return AwaitIngest(dataset.name); });
}

absl::Status SiteClient::Begin(const Dataset& dataset) {
  CallContext context;
  v1::BeginUploadRequest request;
  *request.mutable_manifest() = SampleManifest(site_, dataset.name);
  if (!dataset.replaces.empty()) {
    request.mutable_manifest()->set_kind(v1::REPLACEMENT);
    request.mutable_manifest()->set_replaces(dataset.replaces);
  }
  v1::UploadPosition position;
  return FromGrpc(stub_->BeginUpload(&context, request, &position));
}

absl::Status SiteClient::Send(const std::string& dataset,
                              const std::vector<v1::TokenBlock>& blocks) {
  CallContext context;
  v1::UploadPosition position;
  const auto writer = stub_->UploadBlocks(&context, &position);
  v1::UploadBlockRequest request;
  request.set_project(kProject);
  request.set_dataset(dataset);
  for (const v1::TokenBlock& block : blocks) {
    *request.mutable_block() = block;
    if (!writer->Write(request)) break;
  }
  writer->WritesDone();
  return FromGrpc(writer->Finish());
}

absl::Status SiteClient::Commit(const std::string& dataset,
                                const std::vector<v1::TokenBlock>& blocks) {
  CallContext context;
  v1::UploadInfo info;
  return FromGrpc(stub_->CommitUpload(&context, CommitOf(dataset, blocks), &info));
}

absl::Status SiteClient::AwaitIngest(const std::string& dataset) {
  v1::GetUploadRequest request;
  request.set_project(kProject);
  request.set_dataset(dataset);
  const Clock::time_point begin = Clock::now();
  while (Clock::now() - begin < kLongestCall) {
    CallContext context;
    v1::UploadInfo info;
    BL_RETURN_IF_ERROR(FromGrpc(stub_->GetUpload(&context, request, &info)));
    if (info.state() == v1::COMMITTED) return absl::OkStatus();
    if (info.state() == v1::INGEST_FAILED) return absl::InternalError(info.failure());
    std::this_thread::sleep_for(kBetweenQuestions);
  }
  return absl::DeadlineExceededError("the ingest does not end");
}

void UploadUntil(const std::atomic<bool>& stopping, const Center& center, const std::string& site,
                 int records, CallLog* log) {
  const std::vector<v1::TokenBlock> blocks = SampleBlocks(site, site, records);
  std::string before;
  for (int number = 0; !stopping; ++number) {
    const std::string name = absl::StrCat("d", number);
    const absl::Status sent = SiteClient(center, site, log).Upload({name, before}, blocks);
    if (sent.ok()) before = name;
    std::this_thread::sleep_for(kBetweenDatasets);
  }
}

}  // namespace blindlink::load
