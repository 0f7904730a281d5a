#include "agent/oblivious/evaluation_lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "blindlink/keyserver/v1/key_server_service.pb.h"
#include "tests/unit/agent/oblivious/local_key_server.h"

namespace blindlink::agent {
namespace {

// Answers each question with its elements, unchanged, as evaluated ones.
void Echo(MessagePipe& lane) {
  while (true) {
    const auto question = lane.Receive();
    if (!question.ok() || !question->has_value()) return;
    keyserver::v1::EvaluateReply reply;
    reply.set_elements((*question)->bytes);
    reply.set_proof(std::string(64, 'p'));
    reply.set_public_key(std::string(32, 'k'));
    if (!lane.Send(kEvaluated, reply.SerializeAsString()).ok()) return;
  }
}

OprfElement ElementOf(uint8_t byte) {
  OprfElement element;
  element.fill(byte);
  return element;
}

TEST(EvaluationLanes, ManyThreadsEachGetTheirOwnAnswer) {
  signal(SIGPIPE, SIG_IGN);
  auto lanes = EvaluationLanes::Connect();
  ASSERT_TRUE(lanes.ok()) << lanes.status();
  std::vector<std::thread> answering;
  for (MessagePipe& lane : lanes->for_sender) answering.emplace_back([&lane] { Echo(lane); });
  {
    LaneEvaluator evaluator(std::move(lanes->for_reader));
    std::vector<std::thread> asking;
    for (uint8_t i = 0; i < 12; ++i) {
      asking.emplace_back([&evaluator, i] {
        for (int round = 0; round < 20; ++round) {
          const std::vector<OprfElement> elements(1 + i, ElementOf(i));
          const auto answer = evaluator.Evaluate(elements);
          ASSERT_TRUE(answer.ok()) << answer.status();
          EXPECT_EQ(answer->evaluation.elements, elements);
          EXPECT_EQ(answer->public_key, ElementOf('k'));
        }
      });
    }
    for (std::thread& thread : asking) thread.join();
  }
  for (std::thread& thread : answering) thread.join();
}

TEST(EvaluationLanes, TheEndOfTheOtherHalfIsAnError) {
  signal(SIGPIPE, SIG_IGN);
  auto lanes = EvaluationLanes::Connect();
  ASSERT_TRUE(lanes.ok()) << lanes.status();
  for (MessagePipe& lane : lanes->for_sender) lane.Close();
  LaneEvaluator evaluator(std::move(lanes->for_reader));
  EXPECT_EQ(evaluator.Evaluate(std::vector<OprfElement>(1)).status().code(),
            absl::StatusCode::kAborted);
}

TEST(EvaluationLanes, AnErrorComesAcrossWithItsWords) {
  const absl::Status error = absl::ResourceExhaustedError("used up");
  EXPECT_EQ(ReadAnswer({kFailed, EncodeFailure(error)}, 1).status(), error);
}

TEST(EvaluationLanes, AnythingElseThanAnAnswerIsRefused) {
  keyserver::v1::EvaluateReply reply;
  reply.set_elements(std::string(64, 'e'));
  reply.set_proof(std::string(64, 'p'));
  reply.set_public_key(std::string(32, 'k'));
  const std::string good = reply.SerializeAsString();
  EXPECT_TRUE(ReadAnswer({kEvaluated, good}, 2).ok());
  EXPECT_FALSE(ReadAnswer({kEvaluated, good}, 1).ok());
  EXPECT_FALSE(ReadAnswer({kEvaluated, good}, 3).ok());
  EXPECT_FALSE(ReadAnswer({kEvaluated, "\xff"}, 2).ok());
  EXPECT_FALSE(ReadAnswer({kEvaluate, good}, 2).ok());
  EXPECT_FALSE(ReadAnswer({kFailed, ""}, 2).ok());
  EXPECT_FALSE(ReadAnswer({kFailed, std::string(1, '\0')}, 2).ok());
  reply.set_proof("short");
  EXPECT_FALSE(ReadAnswer({kEvaluated, reply.SerializeAsString()}, 2).ok());
}

}  // namespace
}  // namespace blindlink::agent
