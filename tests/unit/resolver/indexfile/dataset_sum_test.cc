#include "resolver/indexfile/dataset_sum.h"

#include <gtest/gtest.h>

#include <vector>

#include "common/base/hex.h"
#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

Posting SamplePosting(uint8_t evidence) {
  Posting posting{StoredTokenNamed("token"), 7, 3, 0x01020304, 2, {}};
  posting.evidence.size = 2;
  posting.evidence.bytes = {0xaa, evidence};
  return posting;
}

TEST(DatasetSum, IsOverTheBytesThatTheDocumentNames) {
  DatasetSummer summer;
  const std::vector<RecordPseudonym> records = {RecordNamed("anna"), RecordNamed("bert")};
  const std::vector<Posting> postings = {SamplePosting(0xbb)};
  summer.Add(absl::MakeConstSpan(records));
  summer.Add(absl::MakeConstSpan(postings));
  const DatasetSum sum = summer.Finish();
  EXPECT_EQ(sum.records, 2u);
  EXPECT_EQ(sum.postings, 1u);
  EXPECT_EQ(sum.records_sha256, Sha256Of(std::string("anna\0\0\0\0\0\0\0\0\0\0\0\0"
                                                     "bert\0\0\0\0\0\0\0\0\0\0\0\0",
                                                     32)));
  EXPECT_EQ(sum.postings_sha256, Sha256Of(*HexDecode("746f6b656e0000000000"
                                                     "07"
                                                     "01020304"
                                                     "02"
                                                     "02"
                                                     "aabb")));
}

TEST(DatasetSum, TheDatasetsNumberMakesNoDifference) {
  std::vector<Posting> postings = {SamplePosting(1)};
  DatasetSummer one;
  one.Add(absl::MakeConstSpan(postings));
  postings[0].dataset = 99;
  DatasetSummer other;
  other.Add(absl::MakeConstSpan(postings));
  EXPECT_EQ(one.Finish(), other.Finish());
}

TEST(DatasetSum, HowItIsDividedMakesNoDifferenceAndAnyBitDoes) {
  std::vector<Posting> postings;
  for (int i = 0; i < 5000; ++i) postings.push_back(SamplePosting(static_cast<uint8_t>(i)));
  DatasetSummer whole;
  whole.Add(absl::MakeConstSpan(postings));
  DatasetSummer pieces;
  for (const Posting& posting : postings) pieces.Add(absl::MakeConstSpan(&posting, 1));
  EXPECT_EQ(whole.Finish(), pieces.Finish());

  DatasetSummer before;
  before.Add(absl::MakeConstSpan(postings));
  postings[4321].form ^= 1;
  DatasetSummer after;
  after.Add(absl::MakeConstSpan(postings));
  EXPECT_NE(before.Finish(), after.Finish());
}

}  // namespace
}  // namespace blindlink::resolver
