#include "tests/bench/load/slow_clients.h"

#include <algorithm>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "blindlink/v1/result_service.grpc.pb.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "tests/bench/load/sites.h"

namespace blindlink::load {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{100};
constexpr std::chrono::seconds kBetweenTables{1};  // of all the system's connections

}  // namespace

SlowClients::SlowClients(const Center& center)
    : center_(center),
      clients_({{absl::StrCat("researcher/", kSlowReader), "reader of one byte a second"},
                {absl::StrCat("researcher/", kDeafReader), "reader that stops after a message"},
                {absl::StrCat("site/", kStalledSite), "uploader that stops after a block"},
                {absl::StrCat("site/", kSilentSite), "uploader that sends nothing"}}),
      trickle_(std::make_unique<Trickle>(center.port())) {
  threads_.emplace_back([this] { FollowLog(); });
  threads_.emplace_back([this] { FollowConnection(); });
  threads_.emplace_back([this] { Read(clients_[0].party, trickle_->address()); });
  threads_.emplace_back([this] { Read(clients_[1].party, ""); });
  threads_.emplace_back([this] { UploadOneBlock(); });
  threads_.emplace_back([this] { UploadNothing(); });
}

SlowClients::~SlowClients() {
  ending_ = true;
  for (std::thread& thread : threads_) thread.join();
}

void SlowClients::Hold() const {
  while (!ending_) std::this_thread::sleep_for(kBetweenLooks);
}

void SlowClients::Read(const std::string& party, const std::string& address) {
  grpc::ClientContext context;
  v1::GetRowsRequest request;
  request.set_project(kProject);
  request.set_run(kRun);
  const auto stub = v1::Result::NewStub(center_.Dial(party, address));
  const auto reader = stub->GetEntityMap(&context, request);
  v1::EntityChunk chunk;
  if (address.empty()) reader->Read(&chunk);
  Hold();
  context.TryCancel();
  while (reader->Read(&chunk)) continue;
  reader->Finish().ok();  // it is cancelled, by whomever
}

void SlowClients::UploadOneBlock() {
  const std::vector<v1::TokenBlock> blocks = SampleBlocks("stalled", "stalled", 1);
  const auto stub = v1::Upload::NewStub(center_.Dial(clients_[2].party));
  v1::UploadPosition position;
  {
    CallContext context;
    v1::BeginUploadRequest request;
    *request.mutable_manifest() = SampleManifest(kStalledSite, "d");
    stub->BeginUpload(&context, request, &position);
  }
  grpc::ClientContext context;
  const auto writer = stub->UploadBlocks(&context, &position);
  v1::UploadBlockRequest request;
  request.set_project(kProject);
  request.set_dataset("d");
  *request.mutable_block() = blocks[0];
  writer->Write(request);
  Hold();
  context.TryCancel();
  writer->Finish().ok();  // it is cancelled, by whomever
}

void SlowClients::UploadNothing() {
  grpc::ClientContext context;
  v1::UploadPosition position;
  const auto stub = v1::Upload::NewStub(center_.Dial(clients_[3].party));
  const auto writer = stub->UploadBlocks(&context, &position);
  Hold();
  context.TryCancel();
  writer->Finish().ok();  // it is cancelled, by whomever
}

void SlowClients::FollowLog() {
  std::ifstream log(center_.log_file());
  std::string line;
  while (!ending_) {
    std::string piece;
    if (std::getline(log, piece) && !log.eof()) {
      TakeLine(line + piece);
      line.clear();
      continue;
    }
    line += piece;  // of a line that is being written
    log.clear();
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

void SlowClients::TakeLine(const std::string& line) {
  if (!absl::StrContains(line, "neither sent nor read a message")) return;
  const std::lock_guard lock(mutex_);
  for (Client& client : clients_) {
    const std::string party = absl::StrCat("spiffe://blindlink/", client.party, " ");
    if (client.seconds < 0 && absl::StrContains(line, party)) client.seconds = SecondsSince(begin_);
  }
}

bool SlowClients::AllCut() const {
  const std::lock_guard lock(mutex_);
  return std::all_of(clients_.begin(), clients_.end(),
                     [](const Client& client) { return client.seconds >= 0; });
}

std::vector<SlowClients::Cut> SlowClients::Await(std::chrono::seconds limit) {
  const Clock::time_point end = Clock::now() + limit;
  while (!AllCut() && Clock::now() < end) std::this_thread::sleep_for(kBetweenLooks);
  const std::lock_guard lock(mutex_);
  std::vector<Cut> cuts;
  for (const Client& client : clients_) cuts.push_back({client.what, client.seconds});
  return cuts;
}

void SlowClients::FollowConnection() {
  while (!ending_ && !trickle_->ServerClosed()) std::this_thread::sleep_for(kBetweenTables);
  if (!ending_) connection_closed_ = SecondsSince(begin_);
}

double SlowClients::AwaitClosedConnection(std::chrono::seconds limit) const {
  const Clock::time_point end = Clock::now() + limit;
  while (connection_closed_ < 0 && Clock::now() < end) std::this_thread::sleep_for(kBetweenLooks);
  return connection_closed_;
}

}  // namespace blindlink::load
