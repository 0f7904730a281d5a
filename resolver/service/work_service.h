#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "blindlink/v1/work_service.grpc.pb.h"
#include "resolver/service/call_gate.h"
#include "resolver/work/work_board.h"

namespace blindlink::resolver {

// proto/blindlink/v1/work_service.proto over the board of work. Thread-safe.
class WorkService final : public v1::Work::Service {
 public:
  // Both must outlive it.
  WorkService(CallGate& gate, WorkBoard& board) : gate_(gate), board_(board) {}

  using Stream = grpc::ServerReaderWriter<v1::WorkOrder, v1::WorkReport>;
  grpc::Status Join(grpc::ServerContext* context, Stream* stream) override;

 private:
  // One thread of a worker. What it has not finished when it leaves is given to others.
  struct Worker {
    Worker(WorkBoard& of, std::string name) : board(of) { taker.worker = std::move(name); }
    ~Worker() { board.GiveBack(attempt); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    WorkBoard& board;
    WorkBoard::Taker taker;
    uint64_t attempt = 0;  // in progress; 0: none
  };

  // Each thread of a worker holds one of the server's: some are left for everybody else.
  static constexpr size_t kMostThreads = 128;

  absl::Status Serve(Call& call, Stream* stream);
  v1::WorkOrder Answer(const v1::WorkReport& report, Worker* worker);

  CallGate& gate_;
  WorkBoard& board_;
};

}  // namespace blindlink::resolver
