#include "resolver/http/connection_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace blindlink::resolver {
namespace {

TEST(ConnectionThreads, RefusesOneTooManyAndServesAgainOnceThereIsRoom) {
  ConnectionThreads threads(1);
  std::promise<void> may_end;
  std::promise<void> began;
  threads.enqueue([&] {
    EXPECT_FALSE(ConnectionThreads::TooMany());
    began.set_value();
    may_end.get_future().wait();
  });
  began.get_future().wait();
  bool refused = false;
  threads.enqueue([&] { refused = ConnectionThreads::TooMany(); });
  EXPECT_TRUE(refused);
  EXPECT_FALSE(ConnectionThreads::TooMany());
  may_end.set_value();
  threads.shutdown();
  std::atomic<bool> served = false;
  threads.enqueue([&] { served = !ConnectionThreads::TooMany(); });
  threads.shutdown();
  EXPECT_TRUE(served);
}

}  // namespace
}  // namespace blindlink::resolver
