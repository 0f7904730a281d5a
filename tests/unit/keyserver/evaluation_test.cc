#include "keyserver/service/evaluation.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/oprf/blinded_batch.h"
#include "common/oprf/group.h"
#include "common/oprf/oprf_key.h"

namespace blindlink::keyserver {
namespace {

TEST(Evaluation, CountsWholeElementsUpToABatch) {
  EXPECT_EQ(*CountElements(std::string(kOprfElementSize, 'x')), 1u);
  EXPECT_EQ(*CountElements(std::string(kMostElements * kOprfElementSize, 'x')), kMostElements);
  for (const size_t size :
       {size_t{0}, size_t{31}, size_t{33}, kMostElements * kOprfElementSize + 32}) {
    EXPECT_EQ(CountElements(std::string(size, 'x')).status().code(),
              absl::StatusCode::kInvalidArgument)
        << size;
  }
}

TEST(Evaluation, AnswersWithElementsProofAndPublicKey) {
  const OprfKey key = OprfKey::Derive(RandomScalar(), "test");
  const BlindedBatch batch({"one", "two"});
  const auto reply =
      Evaluate(key, absl::StrCat(ViewOf(batch.elements()[0]), ViewOf(batch.elements()[1])));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->public_key(), ViewOf(key.public_key()));
  EXPECT_EQ(reply->elements().size(), 2 * kOprfElementSize);
  EXPECT_EQ(reply->proof().size(), 2 * kOprfScalarSize);
}

TEST(Evaluation, RefusesWhatIsNoElement) {
  const OprfKey key = OprfKey::Derive(RandomScalar(), "test");
  EXPECT_EQ(Evaluate(key, std::string(kOprfElementSize, '\0')).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Evaluate(key, std::string(kOprfElementSize, '\xff')).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace blindlink::keyserver
