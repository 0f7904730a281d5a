#include "agent/synthetic/visits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint32_t kDiabetes = 0;
constexpr uint32_t kHypertension = 1;
constexpr uint32_t kNone = 3;

class VisitsTest : public testing::Test {
 protected:
  // The histories of the persons P1 and P2.
  ReadHistories Read(const std::string& claims, const std::string& diagnoses) {
    SynthesisSpec spec;
    spec.code_groups = CodeGroups({{"E11", "Diabetes"}, {"I10", "Hypertension"}});
    const Domain settings = Domain::OfCategories("setting", {"outpatient"});
    const auto path = [&](const char* name) { return (folder_ / name).string(); };
    EXPECT_TRUE(
        WriteFileAtomically(path("claims.csv"), "claim_id,local_id,setting,start,end\n" + claims)
            .ok());
    EXPECT_TRUE(WriteFileAtomically(path("diagnoses.csv"), "claim_id,code\n" + diagnoses).ok());
    auto read = ReadVisits(path("claims.csv"), path("diagnoses.csv"), spec, settings, {"P1", "P2"});
    EXPECT_TRUE(read.ok()) << read.status();
    return *std::move(read);
  }

  TemporaryFolder folder_;
};

TEST_F(VisitsTest, DiagnosesGoToTheirVisits) {
  const ReadHistories read = Read(
      "C1,P1,outpatient,2020-02-01,2020-02-02\n"
      "C2,P2,outpatient,2020-03-01,\n",
      "C1,E11.9\nC1,I10\nC2,I10\n");
  ASSERT_EQ(read.visits, 2u);
  EXPECT_EQ(read.histories[0][0].group, kDiabetes);
  EXPECT_EQ(read.histories[0][0].second, kHypertension);
  EXPECT_EQ(read.histories[1][0].group, kHypertension);
  EXPECT_EQ(read.left_out + read.repeated + read.diagnoses_left_out, 0u);
  EXPECT_THAT(read.claims_rejects + read.diagnoses_rejects, IsEmpty());
}

TEST_F(VisitsTest, ARepeatedClaimIsCountedAndMovesNoDiagnosis) {
  const ReadHistories read = Read(
      "C1,P1,outpatient,2020-02-01,\n"
      "C1,P2,outpatient,2020-03-01,\n",
      "C1,E11.9\n");
  EXPECT_EQ(read.repeated, 1u);
  EXPECT_EQ(read.visits, 1u);
  ASSERT_EQ(read.histories[0].size(), 1u);
  EXPECT_EQ(read.histories[0][0].group, kDiabetes);
  EXPECT_THAT(read.histories[1], IsEmpty());
}

TEST_F(VisitsTest, ClaimsWithoutIdAreVisitsOfNoDiagnosis) {
  const ReadHistories read = Read(
      ",P1,outpatient,2020-02-01,\n"
      ",P2,outpatient,2020-03-01,\n",
      ",E11.9\n");
  EXPECT_EQ(read.visits, 2u);
  EXPECT_EQ(read.repeated, 0u);
  EXPECT_EQ(read.diagnoses_left_out, 1u);
  EXPECT_EQ(read.histories[1][0].group, kNone);
}

TEST_F(VisitsTest, WhatIsLeftOutIsCounted) {
  const ReadHistories read = Read(
      "C1,P1,outpatient,2020-02-01,\n"
      "C2,P1,outpatient\n"
      "C3,P9,outpatient,2020-02-01,\n",
      "C1,E11.9\nC2,I10\nC3,I10\nC1,\nC1,I10,1,2\n");
  EXPECT_EQ(read.visits, 1u);
  EXPECT_EQ(read.left_out, 1u);
  EXPECT_THAT(read.claims_rejects, HasSubstr("1 x"));
  EXPECT_THAT(read.diagnoses_rejects, HasSubstr("1 x"));
  EXPECT_EQ(read.diagnoses_left_out, 3u);
}

}  // namespace
}  // namespace blindlink::agent
