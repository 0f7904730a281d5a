#include "tests/bench/load/readers.h"

#include <httplib.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "blindlink/v1/linkage_service.grpc.pb.h"
#include "blindlink/v1/result_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/rpc/status.h"

namespace blindlink::load {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenFetches{200};
constexpr milliseconds kBetweenRuns{500};
constexpr milliseconds kBetweenQuestions{50};
constexpr milliseconds kBetweenLooks{500};
constexpr int kHttpOk = 200;

absl::Status CheckRows(uint64_t rows, uint64_t wanted) {
  if (rows == wanted) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(rows, " rows in place of ", wanted));
}

class Researcher {
 public:
  Researcher(const Center& center, const std::string& name, CallLog* log)
      : log_(*log),
        channel_(center.Dial("researcher/" + name)),
        stub_(v1::Result::NewStub(channel_)) {
    request_.set_project(kProject);
    request_.set_run(kRun);
  }

  absl::Status Fetch(uint64_t people) {
    BL_RETURN_IF_ERROR(Connect(log_, *channel_));
    BL_RETURN_IF_ERROR(Timed(log_, Kind::kListResults, [&] { return List(); }));
    BL_RETURN_IF_ERROR(Timed(log_, Kind::kMatchPairs, [&] { return Pairs(people); }));
    return Timed(log_, Kind::kEntityMap, [&] { return Entities(2 * people); });
  }

 private:
  absl::Status List() {
    CallContext context;
    v1::ListResultsRequest request;
    request.set_project(kProject);
    v1::ListResultsResponse response;
    return FromGrpc(stub_->ListResults(&context, request, &response));
  }
  absl::Status Pairs(uint64_t wanted) {
    CallContext context;
    const auto reader = stub_->GetMatchPairs(&context, request_);
    uint64_t rows = 0;
    for (v1::MatchPairChunk chunk; reader->Read(&chunk);) {
      rows += static_cast<uint64_t>(chunk.pairs_size());
    }
    BL_RETURN_IF_ERROR(FromGrpc(reader->Finish()));
    return CheckRows(rows, wanted);
  }
  absl::Status Entities(uint64_t wanted) {
    CallContext context;
    const auto reader = stub_->GetEntityMap(&context, request_);
    uint64_t rows = 0;
    for (v1::EntityChunk chunk; reader->Read(&chunk);) {
      rows += static_cast<uint64_t>(chunk.members_size());
    }
    BL_RETURN_IF_ERROR(FromGrpc(reader->Finish()));
    return CheckRows(rows, wanted);
  }

  CallLog& log_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::Result::Stub> stub_;
  v1::GetRowsRequest request_;
};

absl::Status AwaitRun(v1::Linkage::Stub& stub, const v1::GetLinkageRunRequest& request) {
  const Clock::time_point begin = Clock::now();
  while (Clock::now() - begin < kLongestCall) {
    CallContext context;
    v1::LinkageRun run;
    BL_RETURN_IF_ERROR(FromGrpc(stub.GetLinkageRun(&context, request, &run)));
    if (run.state() == v1::FINISHED) return absl::OkStatus();
    if (run.state() != v1::RUNNING) return absl::InternalError(run.failure());
    std::this_thread::sleep_for(kBetweenQuestions);
  }
  return absl::DeadlineExceededError("the run does not end");
}

// From its start to its end.
absl::Status Link(const Center& center, v1::Linkage::Stub& stub, v1::GetLinkageRunRequest* run) {
  v1::StartLinkageRequest request;
  request.set_project(kProject);
  for (const size_t site : {0, 1}) {
    v1::DatasetName& dataset = *request.add_datasets();
    dataset.set_site(center.sites()[site]);
    dataset.set_dataset("people");
  }
  CallContext context;
  v1::LinkageRun started;
  BL_RETURN_IF_ERROR(FromGrpc(stub.StartLinkage(&context, request, &started)));
  run->set_project(kProject);
  run->set_run(started.run());
  return AwaitRun(stub, *run);
}

absl::Status Open(httplib::SSLClient& browser, const std::string& page) {
  const httplib::Result answer = browser.Get(page);
  if (!answer) return absl::UnavailableError(httplib::to_string(answer.error()));
  if (answer->status != kHttpOk || !absl::StrContains(answer->body, "</html>")) {
    return absl::InternalError(absl::StrCat("HTTP ", answer->status));
  }
  return absl::OkStatus();
}

}  // namespace

void FetchUntil(const std::atomic<bool>& stopping, const Center& center,
                const std::string& researcher, int people, CallLog* log) {
  while (!stopping) {
    // What fails is in the log.
    Researcher(center, researcher, log).Fetch(static_cast<uint64_t>(people)).IgnoreError();
    std::this_thread::sleep_for(kBetweenFetches);
  }
}

void LinkUntil(const std::atomic<bool>& stopping, const Center& center, CallLog* log) {
  const auto stub = v1::Linkage::NewStub(center.Dial("coordinator/center"));
  while (!stopping) {
    v1::GetLinkageRunRequest run;
    const absl::Status linked =
        Timed(*log, Kind::kLinkageRun, [&] { return Link(center, *stub, &run); });
    if (linked.ok()) {
      CallContext context;
      v1::LinkageRun removed;
      stub->RemoveLinkageRun(&context, run, &removed);
    }
    std::this_thread::sleep_for(kBetweenRuns);
  }
}

void LookUntil(const std::atomic<bool>& stopping, const Center& center, CallLog* log) {
  const std::vector<std::string> flags = center.network().ConnectionFlags("coordinator/center");
  while (!stopping) {
    httplib::SSLClient browser("127.0.0.1", center.console_port(), flags[3], flags[5]);
    browser.set_ca_cert_path(flags[7]);
    browser.set_keep_alive(true);
    const auto limit = std::chrono::duration_cast<std::chrono::seconds>(kLongestCall).count();
    browser.set_read_timeout(limit);
    browser.set_connection_timeout(limit);
    Timed(*log, Kind::kOverviewPage, [&] { return Open(browser, "/projects"); }).IgnoreError();
    Timed(*log, Kind::kRunPage, [&] {
      return Open(browser, absl::StrCat("/projects/", kProject, "/runs/", kRun));
    }).IgnoreError();
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace blindlink::load
