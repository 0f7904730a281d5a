#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/work_service.pb.h"

namespace blindlink::resolver {

// Something to be done of a run, that does not depend on the other pieces of its offer.
struct WorkPiece {
  std::variant<v1::SweepWork, v1::PairWork> work;
  size_t shard = kAnyShard;  // near which it is best done; from 0

  static constexpr size_t kAnyShard = std::numeric_limits<size_t>::max();
};

// A piece that somebody has been asked to do. Attempts have numbers of their own: a piece whose
// worker is gone or silent is given to another one, and the first to end counts.
struct TakenWork {
  uint64_t attempt = 0;
  uint64_t run = 0;
  std::shared_ptr<const v1::RunToShare> description;
  std::variant<v1::SweepWork, v1::PairWork> work;
};

// The failure that a report tells of.
absl::Status FailureIn(const v1::WorkReport& report);

// What is to be done of the runs in progress, and who does it. Runs offer pieces; workers take
// them, in this process or on other machines (work_service.proto). Thread-safe.
class WorkBoard {
 public:
  using Clock = std::chrono::steady_clock;

  // A worker that says nothing for so long may be gone.
  static constexpr std::chrono::seconds kSilence{15};
  // A worker that has failed so often in an offer gets nothing more of it.
  static constexpr int kMostFailures = 2;

  explicit WorkBoard(Clock::duration silence = kSilence) : silence_(silence) {}

  // For a run, or for an attempt that is on no board.
  uint64_t NewNumber();

  // The pieces of one run that may be done now. What is not done yet is no longer wanted once it is
  // destroyed. For one thread; the board must outlive it.
  class Offer {
   public:
    Offer(WorkBoard& board, uint64_t run, std::shared_ptr<const v1::RunToShare> description,
          std::vector<WorkPiece> pieces);
    ~Offer();
    Offer(const Offer&) = delete;
    Offer& operator=(const Offer&) = delete;

    struct Done {
      size_t piece;
      uint64_t attempt;
      v1::WorkReport report;  // with the counts of the piece
    };
    // Waits for a piece that has been done and was not returned before: nothing if none is within
    // `patience`, or if all have been returned. The error of a piece that this process could not
    // do.
    absl::StatusOr<std::optional<Done>> Next(Clock::duration patience);
    bool finished() const;
    // Pieces that were done on other machines, and those that silent workers had and others got.
    struct Counts {
      uint64_t by_workers = 0;
      uint64_t taken_over = 0;
    };
    Counts counts() const;

   private:
    friend class WorkBoard;
    struct State;
    WorkBoard& board_;
    const std::shared_ptr<State> state_;
  };

  // Who asks for work.
  struct Taker {
    std::string worker;          // its name; empty: a thread of this process, of that run:
    uint64_t own_run = 0;        // the only one whose pieces it does
    std::vector<uint32_t> near;  // shards, from 0: their pieces come first
  };
  // Waits for a piece to do, for `patience` at most. A piece that has failed at a worker is left to
  // this process.
  std::optional<TakenWork> Take(const Taker& taker, Clock::duration patience);
  // Whoever does the piece is alive. False: it is no longer wanted.
  bool Sign(uint64_t attempt);
  // The piece is done, or has failed. If it has failed in this process, that is the offer's error;
  // at a worker, or with CANCELLED, it is given to others. Ignores what is no longer wanted.
  void End(uint64_t attempt, v1::WorkReport report);
  // Whoever did the piece is gone.
  void GiveBack(uint64_t attempt);

  // Counts a worker as long as it lives.
  class Presence {
   public:
    explicit Presence(WorkBoard& board);
    ~Presence();
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;

   private:
    WorkBoard& board_;
  };
  // Threads of workers on other machines.
  size_t workers() const;

  // Workers on other machines are to leave, because this process ends.
  void Close() { closed_ = true; }
  bool closed() const { return closed_; }

 private:
  struct Attempt {
    std::shared_ptr<Offer::State> offer;
    size_t piece;
    std::string worker;  // empty: this process, which is never silent
    Clock::time_point last_sign;
  };

  std::optional<TakenWork> TakeNow(const Taker& taker);
  TakenWork Give(const std::shared_ptr<Offer::State>& offer, size_t piece, const Taker& taker);
  void Return(const Attempt& attempt);
  void Accept(const Attempt& attempt, uint64_t number, v1::WorkReport report);
  void Fail(const Attempt& attempt, const absl::Status& failure);

  const Clock::duration silence_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t last_number_ = 0;
  size_t workers_ = 0;
  std::atomic<bool> closed_ = false;
  std::set<std::shared_ptr<Offer::State>> offers_;
  std::map<uint64_t, Attempt> attempts_;  // in progress
};

}  // namespace blindlink::resolver
