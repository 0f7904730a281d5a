#include "resolver/console/handshakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class HandshakesTest : public testing::Test {
 protected:
  void Begin(const std::string& address, const std::string& name) {
    slots_.push_back(std::make_unique<Handshakes::Slot>(handshakes_, address,
                                                        [this, name] { ended_.push_back(name); }));
  }

  Handshakes handshakes_{{2, 4}};
  std::vector<std::string> ended_;
  std::vector<std::unique_ptr<Handshakes::Slot>> slots_;
};

TEST_F(HandshakesTest, OneMoreOfAnAddressThanItMayHaveEndsItsOldest) {
  Begin("stranger", "first");
  Begin("stranger", "second");
  EXPECT_THAT(ended_, IsEmpty());
  Begin("stranger", "third");
  EXPECT_THAT(ended_, ElementsAre("first"));
  Begin("stranger", "fourth");
  EXPECT_THAT(ended_, ElementsAre("first", "second"));
}

TEST_F(HandshakesTest, OneMoreThanThereMayBeEndsTheOldestOfTheAddressThatHasTheMost) {
  Begin("person", "person");
  Begin("stranger", "first");
  Begin("stranger", "second");
  Begin("other", "other");
  EXPECT_THAT(ended_, IsEmpty());
  Begin("another", "another");
  EXPECT_THAT(ended_, ElementsAre("first"));
  Begin("one more", "one more");  // all have one now
  EXPECT_THAT(ended_, ElementsAre("first", "person"));
}

TEST_F(HandshakesTest, WhatIsOverMakesRoom) {
  for (int i = 0; i < 100; ++i) {
    Begin(absl::StrCat("person ", i % 10), "person");
    slots_.clear();
  }
  EXPECT_THAT(ended_, IsEmpty());
  for (const char* name : {"a", "b", "c", "d"}) Begin(name, name);
  slots_.erase(slots_.begin());
  Begin("e", "e");
  EXPECT_THAT(ended_, IsEmpty());
}

TEST_F(HandshakesTest, WhatWasEndedIsNotCountedAgainWhenItIsOver) {
  Begin("stranger", "first");
  Begin("stranger", "second");
  Begin("stranger", "third");
  slots_.erase(slots_.begin());  // "first", which was ended
  Begin("stranger", "fourth");
  EXPECT_THAT(ended_, SizeIs(2));
}

}  // namespace
}  // namespace blindlink::resolver
