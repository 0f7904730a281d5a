#include "agent/clinical/source/clinical_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/clinical/source/read_source.h"

namespace blindlink::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ClinicalProfileTest, CountsMonthsAndReasonsAreShownAndNeverAValue) {
  SourceFolder folder;
  folder.Write("claims.csv",
               "claim_id,local_id,setting,start,total_charge\n"
               "VISIT7,PERSON7,inpatient,2020-02-17,987.65\nVISIT8,PERSON8,,2021-12-24,costly\n"
               "VISIT9,PERSON9,,2021-13-01,\n");
  folder.Write("diagnoses.csv", "claim_id,name,code\nVISIT7,gout,M10.9\nVISIT8,asthma,\n");
  ClinicalRejects rejects;
  ClinicalProfile profile;
  const auto source = ClinicalSource::Open({.inputs = {folder.path()}});
  ASSERT_TRUE(source.ok());
  ASSERT_TRUE((*source)
                  ->ReadAll(rejects,
                            [&](const ClinicalRow& row) {
                              profile.Add(row);
                              return absl::OkStatus();
                            })
                  .ok());
  EXPECT_EQ(profile.counts(ClinicalTable::kVisits).rows, 2u);
  EXPECT_EQ(profile.counts(ClinicalTable::kDiagnoses).with_code, 1u);
  const std::string text = profile.ToText(rejects);
  EXPECT_THAT(text, HasSubstr("2020-02  2021-12"));
  EXPECT_THAT(text, HasSubstr("1 x impossible-date in claims.csv, column start (first in row 3)"));
  EXPECT_THAT(text, HasSubstr("1 x not-a-number in claims.csv, column total_charge"));
  const std::string json = profile.ToJson(rejects, **source);
  EXPECT_THAT(json, HasSubstr("\"rejected_rows\": 1"));
  for (const std::string& shown : {text, json, (*source)->DescribeFiles()}) {
    for (const char* value : {"VISIT", "PERSON", "gout", "M10", "-17", "987", "costly", "-24"}) {
      EXPECT_THAT(shown, Not(HasSubstr(value)));
    }
  }
}

}  // namespace
}  // namespace blindlink::agent
