#include "resolver/work/work_board.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "resolver/work/perform_work.h"

namespace blindlink::resolver {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kNow{0};
const WorkBoard::Taker kWorker{"one", 0, {}};
const WorkBoard::Taker kOther{"two", 0, {}};

WorkPiece Part(uint32_t part, size_t shard = 0) {
  v1::PairWork work;
  work.set_part(part);
  return {work, shard};
}

uint32_t PartOf(const TakenWork& taken) { return std::get<v1::PairWork>(taken.work).part(); }

v1::WorkReport Done(uint64_t pairs) {
  v1::WorkReport report;
  report.mutable_pairs()->set_pairs(pairs);
  return report;
}

class WorkBoardTest : public testing::Test {
 protected:
  std::unique_ptr<WorkBoard::Offer> Offer(std::vector<WorkPiece> pieces, WorkBoard* board) {
    return std::make_unique<WorkBoard::Offer>(
        *board, board->NewNumber(), std::make_shared<const v1::RunToShare>(), std::move(pieces));
  }
  std::unique_ptr<WorkBoard::Offer> Offer(std::vector<WorkPiece> pieces) {
    return Offer(std::move(pieces), &board_);
  }
  TakenWork Taken() {
    auto taken = board_.Take(kWorker, kNow);
    EXPECT_TRUE(taken.has_value());
    return taken.value_or(TakenWork());
  }

  WorkBoard board_;
};

TEST_F(WorkBoardTest, EachPieceIsGivenOnceAndItsReportReturnedOnce) {
  const auto offer = Offer({Part(0), Part(1)});
  const TakenWork first = Taken();
  const TakenWork second = Taken();
  EXPECT_NE(PartOf(first), PartOf(second));
  EXPECT_FALSE(board_.Take(kWorker, kNow).has_value());
  board_.End(second.attempt, Done(7));
  const auto done = offer->Next(kNow);
  ASSERT_TRUE(done.ok() && done->has_value());
  EXPECT_EQ((*done)->piece, PartOf(second));
  EXPECT_EQ((*done)->attempt, second.attempt);
  EXPECT_EQ((*done)->report.pairs().pairs(), 7u);
  EXPECT_FALSE((*offer->Next(kNow)).has_value());
  EXPECT_FALSE(offer->finished());
  board_.End(first.attempt, Done(1));
  EXPECT_TRUE((*offer->Next(kNow)).has_value());
  EXPECT_TRUE(offer->finished());
}

TEST_F(WorkBoardTest, PiecesNearAShardComeFirstForThoseNearIt) {
  const auto offer = Offer({Part(0, 0), Part(1, 1), Part(2, 1)});
  EXPECT_EQ(PartOf(*board_.Take({"one", 0, {1}}, kNow)), 1u);
  EXPECT_EQ(PartOf(*board_.Take({"one", 0, {1}}, kNow)), 2u);
  EXPECT_EQ(PartOf(*board_.Take({"one", 0, {1}}, kNow)), 0u);
}

TEST_F(WorkBoardTest, WhatAWorkerLeavesIsGivenToAnother) {
  const auto offer = Offer({Part(0)});
  const TakenWork first = Taken();
  EXPECT_FALSE(board_.Take(kWorker, kNow).has_value());
  board_.GiveBack(first.attempt);
  const TakenWork second = Taken();
  EXPECT_NE(second.attempt, first.attempt);
  board_.End(first.attempt, Done(1));  // too late
  EXPECT_FALSE(offer->finished());
  EXPECT_FALSE(board_.Sign(first.attempt));
  EXPECT_TRUE(board_.Sign(second.attempt));
  board_.End(second.attempt, Done(2));
  EXPECT_EQ((*offer->Next(kNow))->attempt, second.attempt);
}

TEST_F(WorkBoardTest, WhatASilentWorkerHasIsGivenToOneMoreAndTheFirstToEndCounts) {
  WorkBoard board(milliseconds(20));
  const auto offer = Offer({Part(0)}, &board);
  const auto silent = board.Take(kWorker, kNow);
  ASSERT_TRUE(silent.has_value());
  EXPECT_FALSE(board.Take(kWorker, kNow).has_value());
  const auto other = board.Take(kOther, seconds(60));
  ASSERT_TRUE(other.has_value());
  EXPECT_TRUE(board.Sign(silent->attempt));  // it may still be the first
  board.End(other->attempt, Done(2));
  EXPECT_FALSE(board.Sign(silent->attempt));
  board.End(silent->attempt, Done(1));
  EXPECT_EQ((*offer->Next(kNow))->attempt, other->attempt);
  EXPECT_TRUE(offer->finished());
  EXPECT_EQ(offer->counts().taken_over, 1u);
  EXPECT_EQ(offer->counts().by_workers, 1u);
}

TEST_F(WorkBoardTest, ThisProcessIsNeverSilent) {
  WorkBoard board(milliseconds(1));
  const uint64_t run = board.NewNumber();
  WorkBoard::Offer offer(board, run, std::make_shared<const v1::RunToShare>(), {Part(0)});
  const auto own = board.Take({"", run, {}}, kNow);
  ASSERT_TRUE(own.has_value());
  EXPECT_FALSE(board.Take(kWorker, milliseconds(50)).has_value());
  board.End(own->attempt, Done(1));
  EXPECT_TRUE((*offer.Next(kNow)).has_value());
  EXPECT_EQ(offer.counts().by_workers, 0u);
}

TEST_F(WorkBoardTest, APieceThatHasFailedAtAWorkerIsLeftToThisProcess) {
  const uint64_t run = board_.NewNumber();
  WorkBoard::Offer offer(board_, run, std::make_shared<const v1::RunToShare>(), {Part(0)});
  const TakenWork taken = Taken();
  board_.End(taken.attempt,
             FailureReport(taken.attempt, absl::DataLossError("its own memory is broken")));
  EXPECT_TRUE(offer.Next(kNow).ok());
  EXPECT_FALSE(board_.Take(kOther, kNow).has_value());
  const auto own = board_.Take({"", run, {}}, kNow);
  ASSERT_TRUE(own.has_value());
  board_.End(own->attempt, FailureReport(own->attempt, absl::ResourceExhaustedError("full")));
  const absl::Status failed = offer.Next(kNow).status();
  EXPECT_TRUE(absl::IsResourceExhausted(failed)) << failed;
  EXPECT_EQ(failed.message(), "full");
  EXPECT_FALSE(board_.Take(kOther, kNow).has_value());  // nothing of it is wanted any more
}

TEST_F(WorkBoardTest, AWorkerThatFailsTwiceGetsNothingMoreOfTheRunAndOthersDo) {
  const auto offer = Offer({Part(0), Part(1), Part(2), Part(3)});
  for (int failure = 0; failure < WorkBoard::kMostFailures; ++failure) {
    const TakenWork taken = Taken();
    board_.End(taken.attempt, FailureReport(taken.attempt, absl::UnavailableError("no shard")));
  }
  EXPECT_FALSE(board_.Take(kWorker, kNow).has_value());
  const auto other = board_.Take(kOther, kNow);
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(PartOf(*other), 2u);
  EXPECT_TRUE(offer->Next(kNow).ok());
}

TEST_F(WorkBoardTest, WhoGivesUpHasNotFailed) {
  const auto offer = Offer({Part(0)});
  for (int i = 0; i < 3 * WorkBoard::kMostFailures; ++i) {
    const TakenWork taken = Taken();
    board_.End(taken.attempt, FailureReport(taken.attempt, absl::CancelledError("stopping")));
    EXPECT_TRUE(offer->Next(kNow).ok());
  }
}

TEST_F(WorkBoardTest, AReportOfSomethingElseIsAFailure) {
  const auto offer = Offer({Part(0), Part(1), Part(2)});
  for (int i = 0; i < WorkBoard::kMostFailures; ++i) {
    v1::WorkReport of_a_sweep;
    of_a_sweep.mutable_sweep();
    board_.End(Taken().attempt, i == 0 ? v1::WorkReport() : of_a_sweep);
  }
  EXPECT_FALSE(board_.Take(kWorker, kNow).has_value());
  EXPECT_FALSE((*offer->Next(kNow)).has_value());
  v1::WorkReport strange;
  strange.mutable_failure()->set_code(4711);
  EXPECT_TRUE(absl::IsInternal(FailureIn(strange)));
}

TEST_F(WorkBoardTest, AnOfferThatIsGoneIsNotWanted) {
  auto offer = Offer({Part(0), Part(1)});
  const TakenWork taken = Taken();
  EXPECT_TRUE(board_.Sign(taken.attempt));
  offer.reset();
  EXPECT_FALSE(board_.Sign(taken.attempt));
  board_.End(taken.attempt, Done(1));
  board_.GiveBack(taken.attempt);
  EXPECT_FALSE(board_.Take(kWorker, kNow).has_value());
}

TEST_F(WorkBoardTest, WhoeverWaitsIsGivenAPieceAsSoonAsThereIsOne) {
  std::optional<TakenWork> taken;
  std::thread waiting([&] { taken = board_.Take(kWorker, seconds(60)); });
  const auto offer = Offer({Part(5)});
  waiting.join();
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(PartOf(*taken), 5u);
}

TEST_F(WorkBoardTest, ThreadsOfARunTakeOnlyItsPieces) {
  const auto other = Offer({Part(0)});
  const uint64_t run = board_.NewNumber();
  EXPECT_FALSE(board_.Take({"", run, {}}, kNow).has_value());
  const WorkBoard::Offer own(board_, run, std::make_shared<const v1::RunToShare>(), {Part(9)});
  EXPECT_EQ(PartOf(*board_.Take({"", run, {}}, kNow)), 9u);
}

TEST_F(WorkBoardTest, WorkersAreCountedWhileTheyAreThere) {
  EXPECT_EQ(board_.workers(), 0u);
  {
    const WorkBoard::Presence one(board_);
    const WorkBoard::Presence two(board_);
    EXPECT_EQ(board_.workers(), 2u);
  }
  EXPECT_EQ(board_.workers(), 0u);
}

}  // namespace
}  // namespace blindlink::resolver
