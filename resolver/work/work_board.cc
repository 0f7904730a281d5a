#include "resolver/work/work_board.h"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>

namespace blindlink::resolver {

absl::Status FailureIn(const v1::WorkReport& report) {
  constexpr auto kHighest = static_cast<uint32_t>(absl::StatusCode::kUnauthenticated);
  const uint32_t code = report.failure().code();
  return absl::Status(
      code <= kHighest ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kInternal,
      report.failure().message());
}

struct WorkBoard::Offer::State {
  struct Piece {
    WorkPiece work;
    bool waiting = true;
    bool done = false;
    bool failed = false;  // at a worker: only this process tries it again

    bool MayBeTakenBy(const Taker& taker) const {
      return waiting && (!failed || taker.worker.empty());
    }
  };
  uint64_t run;
  std::shared_ptr<const v1::RunToShare> description;
  std::vector<Piece> pieces;
  size_t left;                          // not done
  std::deque<Done> ended;               // not returned by Next
  std::map<std::string, int> failures;  // by worker
  Counts counts;
  absl::Status failure;
};

WorkBoard::Offer::Offer(WorkBoard& board, uint64_t run,
                        std::shared_ptr<const v1::RunToShare> description,
                        std::vector<WorkPiece> pieces)
    : board_(board), state_(std::make_shared<State>()) {
  state_->run = run;
  state_->description = std::move(description);
  state_->left = pieces.size();
  for (WorkPiece& piece : pieces) state_->pieces.push_back({std::move(piece)});
  const std::lock_guard lock(board_.mutex_);
  board_.offers_.insert(state_);
  board_.changed_.notify_all();
}

WorkBoard::Offer::~Offer() {
  const std::lock_guard lock(board_.mutex_);
  board_.offers_.erase(state_);
  std::erase_if(board_.attempts_, [this](const auto& a) { return a.second.offer == state_; });
  board_.changed_.notify_all();
}

absl::StatusOr<std::optional<WorkBoard::Offer::Done>> WorkBoard::Offer::Next(
    Clock::duration patience) {
  std::unique_lock lock(board_.mutex_);
  board_.changed_.wait_for(lock, patience, [this] {
    return !state_->ended.empty() || state_->left == 0 || !state_->failure.ok();
  });
  if (!state_->failure.ok()) return state_->failure;
  if (state_->ended.empty()) return std::nullopt;
  std::optional<Done> done = std::move(state_->ended.front());
  state_->ended.pop_front();
  return done;
}

WorkBoard::Offer::Counts WorkBoard::Offer::counts() const {
  const std::lock_guard lock(board_.mutex_);
  return state_->counts;
}

bool WorkBoard::Offer::finished() const {
  const std::lock_guard lock(board_.mutex_);
  return state_->left == 0 && state_->ended.empty();
}

uint64_t WorkBoard::NewNumber() {
  const std::lock_guard lock(mutex_);
  return ++last_number_;
}

TakenWork WorkBoard::Give(const std::shared_ptr<Offer::State>& offer, size_t piece,
                          const Taker& taker) {
  const uint64_t attempt = ++last_number_;
  offer->pieces[piece].waiting = false;
  attempts_[attempt] = {offer, piece, taker.worker, Clock::now()};
  return {attempt, offer->run, offer->description, offer->pieces[piece].work.work};
}

std::optional<TakenWork> WorkBoard::TakeNow(const Taker& taker) {
  const bool own = taker.worker.empty();
  const auto may_take_of = [&](const Offer::State& offer) {
    if (own) return offer.run == taker.own_run;
    const auto failures = offer.failures.find(taker.worker);
    return offer.failure.ok() &&
           (failures == offer.failures.end() || failures->second < kMostFailures);
  };
  for (const bool anywhere : {false, true}) {
    for (const auto& offer : offers_) {
      if (!may_take_of(*offer)) continue;
      for (size_t i = 0; i < offer->pieces.size(); ++i) {
        const Offer::State::Piece& piece = offer->pieces[i];
        const bool is_near =
            std::find(taker.near.begin(), taker.near.end(), piece.work.shard) != taker.near.end();
        if (piece.MayBeTakenBy(taker) && (anywhere || is_near)) return Give(offer, i, taker);
      }
    }
  }
  // Nothing waits. What a silent worker has may be lost.
  const Clock::time_point silent_since = Clock::now() - silence_;
  for (auto& [number, attempt] : attempts_) {
    const bool is_silent = !attempt.worker.empty() && attempt.last_sign <= silent_since;
    if (!is_silent || !may_take_of(*attempt.offer)) continue;
    attempt.last_sign = Clock::now();  // give the piece to one other, not to all
    ++attempt.offer->counts.taken_over;
    return Give(attempt.offer, attempt.piece, taker);
  }
  return std::nullopt;
}

std::optional<TakenWork> WorkBoard::Take(const Taker& taker, Clock::duration patience) {
  const Clock::time_point until = Clock::now() + patience;
  std::unique_lock lock(mutex_);
  while (true) {
    std::optional<TakenWork> taken = TakeNow(taker);
    if (taken.has_value() || Clock::now() >= until) return taken;
    // Somebody may have fallen silent meanwhile.
    changed_.wait_until(lock, std::min(until, Clock::now() + silence_ / 4));
  }
}

bool WorkBoard::Sign(uint64_t attempt) {
  const std::lock_guard lock(mutex_);
  const auto found = attempts_.find(attempt);
  if (found == attempts_.end()) return false;
  found->second.last_sign = Clock::now();
  return true;
}

void WorkBoard::Return(const Attempt& attempt) {
  Offer::State::Piece& piece = attempt.offer->pieces[attempt.piece];
  const bool others = std::any_of(attempts_.begin(), attempts_.end(), [&](const auto& other) {
    return other.second.offer == attempt.offer && other.second.piece == attempt.piece;
  });
  piece.waiting = !piece.done && !others;
  changed_.notify_all();
}

void WorkBoard::Accept(const Attempt& attempt, uint64_t number, v1::WorkReport report) {
  Offer::State& offer = *attempt.offer;
  Offer::State::Piece& piece = offer.pieces[attempt.piece];
  piece.done = true;
  piece.waiting = false;
  --offer.left;
  offer.counts.by_workers += attempt.worker.empty() ? 0 : 1;
  offer.ended.push_back({attempt.piece, number, std::move(report)});
  // Whoever else does it may stop.
  std::erase_if(attempts_, [&](const auto& other) {
    return other.second.offer == attempt.offer && other.second.piece == attempt.piece;
  });
  changed_.notify_all();
}

void WorkBoard::Fail(const Attempt& attempt, const absl::Status& failure) {
  Offer::State& offer = *attempt.offer;
  if (!absl::IsCancelled(failure)) {
    if (attempt.worker.empty()) {
      offer.failure.Update(failure);
    } else {
      ++offer.failures[attempt.worker];
      offer.pieces[attempt.piece].failed = true;
    }
  }
  Return(attempt);
}

void WorkBoard::End(uint64_t attempt, v1::WorkReport report) {
  const std::lock_guard lock(mutex_);
  const auto found = attempts_.find(attempt);
  if (found == attempts_.end()) return;
  const Attempt ended = found->second;
  attempts_.erase(found);
  const bool is_sweep =
      std::holds_alternative<v1::SweepWork>(ended.offer->pieces[ended.piece].work.work);
  if (is_sweep ? report.has_sweep() : report.has_pairs()) {
    Accept(ended, attempt, std::move(report));
  } else if (report.has_failure() && report.failure().code() != 0) {
    Fail(ended, FailureIn(report));
  } else {
    Fail(ended, absl::InternalError("a report of something else than what was asked for"));
  }
}

void WorkBoard::GiveBack(uint64_t attempt) {
  const std::lock_guard lock(mutex_);
  const auto found = attempts_.find(attempt);
  if (found == attempts_.end()) return;
  const Attempt ended = found->second;
  attempts_.erase(found);
  Return(ended);
}

WorkBoard::Presence::Presence(WorkBoard& board) : board_(board) {
  const std::lock_guard lock(board_.mutex_);
  ++board_.workers_;
}

WorkBoard::Presence::~Presence() {
  const std::lock_guard lock(board_.mutex_);
  --board_.workers_;
}

size_t WorkBoard::workers() const {
  const std::lock_guard lock(mutex_);
  return workers_;
}

}  // namespace blindlink::resolver
