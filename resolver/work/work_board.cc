#include "resolver/work/work_board.h"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>

namespace blindlink::resolver {

struct WorkBoard::Offer::State {
  struct Piece {
    WorkPiece work;
    bool waiting = true;
    bool done = false;
    int failures = 0;
  };
  uint64_t run;
  std::shared_ptr<const v1::RunToShare> description;
  std::vector<Piece> pieces;
  size_t left;             // not done
  std::deque<Done> ended;  // not returned by Next
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

bool WorkBoard::Offer::finished() const {
  const std::lock_guard lock(board_.mutex_);
  return state_->left == 0 && state_->ended.empty();
}

uint64_t WorkBoard::NewNumber() {
  const std::lock_guard lock(mutex_);
  return ++last_number_;
}

TakenWork WorkBoard::Give(const std::shared_ptr<Offer::State>& offer, size_t piece) {
  const uint64_t attempt = ++last_number_;
  offer->pieces[piece].waiting = false;
  attempts_[attempt] = {offer, piece, Clock::now()};
  return {attempt, offer->run, offer->description, offer->pieces[piece].work.work};
}

std::optional<TakenWork> WorkBoard::TakeNow(const std::vector<uint32_t>& near, uint64_t only) {
  for (const bool anywhere : {false, true}) {
    for (const auto& offer : offers_) {
      if ((only != 0 && offer->run != only) || !offer->failure.ok()) continue;
      for (size_t i = 0; i < offer->pieces.size(); ++i) {
        const Offer::State::Piece& piece = offer->pieces[i];
        const bool is_near = std::find(near.begin(), near.end(), piece.work.shard) != near.end();
        if (piece.waiting && (anywhere || is_near)) return Give(offer, i);
      }
    }
  }
  // Nothing waits. What a silent worker has may be lost.
  const Clock::time_point silent_since = Clock::now() - silence_;
  for (auto& [number, attempt] : attempts_) {
    if (attempt.last_sign > silent_since || (only != 0 && attempt.offer->run != only)) continue;
    attempt.last_sign = Clock::now();  // give the piece to one other, not to all
    return Give(attempt.offer, attempt.piece);
  }
  return std::nullopt;
}

std::optional<TakenWork> WorkBoard::Take(const std::vector<uint32_t>& near,
                                         Clock::duration patience, uint64_t only) {
  const Clock::time_point until = Clock::now() + patience;
  std::unique_lock lock(mutex_);
  while (true) {
    std::optional<TakenWork> taken = TakeNow(near, only);
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
  offer.ended.push_back({attempt.piece, number, std::move(report)});
  // Whoever else does it may stop.
  std::erase_if(attempts_, [&](const auto& other) {
    return other.second.offer == attempt.offer && other.second.piece == attempt.piece;
  });
  changed_.notify_all();
}

void WorkBoard::Fail(const Attempt& attempt, const v1::WorkFailure& failure) {
  Offer::State& offer = *attempt.offer;
  const auto code = static_cast<absl::StatusCode>(failure.code());
  const bool for_good =
      code == absl::StatusCode::kDataLoss || code == absl::StatusCode::kInvalidArgument;
  if (code != absl::StatusCode::kCancelled) {
    const int failures = ++offer.pieces[attempt.piece].failures;
    if (failures >= kMostFailures || for_good) {
      offer.failure.Update(absl::Status(code, failure.message()));
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
    Fail(ended, report.failure());
  } else {
    v1::WorkFailure failure;
    failure.set_code(static_cast<uint32_t>(absl::StatusCode::kInternal));
    failure.set_message("a worker reported something else than it was asked for");
    Fail(ended, failure);
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
