#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/input/omop_reader.h"
#include "agent/input/pcornet_reader.h"
#include "tests/unit/agent/read_rows.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

using Files = std::map<std::string, std::string>;

// The rows of a folder with these files, by record id or PATID.
class TableReaders : public testing::Test {
 protected:
  const RowsRead& Read(const Files& files, InputOptions options = {}) {
    const TemporaryFolder folder;
    for (const auto& [name, text] : files) {
      EXPECT_TRUE(WriteFileAtomically((folder / name).string(), text).ok());
    }
    options.path = folder.path().string();
    options.today = absl::CivilDay(2024, 6, 30);
    read_ = ReadRows(options);
    people_.clear();
    for (const ShownRow& row : read_.rows) {
      people_[row.Of("PATID") + row.Of("record_id")] = row;
    }
    return read_;
  }

  RowsRead read_;
  std::map<std::string, ShownRow> people_;
};

const char kIdentities[] =
    "PATID,PAT_FIRSTNAME,PAT_LASTNAME,BIRTH_DATE,SEX\n"
    "1,Ann,Lee,1970-01-02,F\n2,Ted,Roe,1980-12-31,\n";
const char kDemographic[] =
    "PATID,BIRTH_DATE,SEX,HISPANIC,RACE\n2,1980-12-31,M,N,05\n1,1970-01-02,NI,N,05\n";
const char kAddressHead[] =
    "ADDRESSID,PATID,ADDRESS_USE,ADDRESS_TYPE,ADDRESS_PREFERRED,ADDRESS_DETAIL,ADDRESS_STREET,"
    "ADDRESS_CITY,ADDRESS_STATE,ADDRESS_ZIP5,ADDRESS_ZIP9,ADDRESS_PERIOD_START,"
    "ADDRESS_PERIOD_END\n";

TEST_F(TableReaders, PcornetsTablesAreJoinedByPatid) {
  Read({{"PRIVATE_DEMOGRAPHIC.csv", kIdentities},
        {"DEMOGRAPHIC.csv", kDemographic},
        {"PRIVATE_ADDRESS_HISTORY.csv",
         absl::StrCat(kAddressHead, "a,1,HO,BO,Y,Apt 4,12 Main St,Boston,MA,02115,,2020-01-01,\n")},
        {"ENCOUNTER.csv", "ENCOUNTERID,PATID,ADMIT_DATE\n9,1,2020-01-01\n"}});
  ASSERT_EQ(people_.size(), 2u) << read_.status << read_.summary;
  EXPECT_EQ(people_["1"].Of("PAT_LASTNAME"), "Lee");
  EXPECT_EQ(people_["1"].Of("SEX"), "F");
  EXPECT_EQ(people_["1"].Of("ADDRESS_STREET"), "12 Main St");
  EXPECT_EQ(people_["1"].Of("ADDRESS_ZIP"), "02115");
  EXPECT_EQ(people_["2"].Of("SEX"), "M");  // only DEMOGRAPHIC has it
  EXPECT_EQ(people_["2"].number, 2u);      // of PRIVATE_DEMOGRAPHIC
  EXPECT_THAT(read_.rejects, IsEmpty());
  EXPECT_THAT(read_.notes, ElementsAre(AllOf(HasSubstr("PCORnet"), HasSubstr("1 other files"))));
}

TEST_F(TableReaders, TheCurrentAddressAtHomeCounts) {
  const auto street_of = [&](const std::string& rows) {
    Read({{"p.csv", kIdentities}, {"a.csv", absl::StrCat(kAddressHead, rows)}});
    return people_["1"].Of("ADDRESS_STREET");
  };
  EXPECT_EQ(street_of("a,1,HO,BO,Y,,Past,B,MA,1,,2010-01-01,2019-12-31\n"
                      "b,1,WO,PH,Y,,Work,B,MA,1,,2010-01-01,\n"
                      "c,1,HO,PH,N,,Now,B,MA,1,,2020-01-01,\n"
                      "d,1,HO,PH,Y,,Later,B,MA,1,,2025-01-01,\n"),
            "Now");
  EXPECT_EQ(street_of("a,1,HO,PH,N,,Other,B,MA,1,,2010-01-01,\n"
                      "b,1,HO,PH,Y,,Preferred,B,MA,1,,2005-01-01,\n"),
            "Preferred");
  EXPECT_EQ(street_of("a,1,HO,PH,Y,,Newer,B,MA,1,,2015-01-01,\n"
                      "b,1,HO,PH,Y,,Older,B,MA,1,,2005-01-01,\n"),
            "Newer");
  EXPECT_EQ(street_of("a,1,HO,PO,Y,,Postal,B,MA,1,,2015-01-01,\n"
                      "b,1,HO,PH,Y,,Physical,B,MA,1,,2005-01-01,\n"),
            "Physical");
  EXPECT_EQ(street_of("a,1,HO,BO,Y,,Past,B,MA,1,,2010-01-01,2019-12-31\n"), "");
  EXPECT_THAT(read_.rejects, ElementsAre(Pair(Pair("p.csv: PATID", "no-current-address"), 1)));
  EXPECT_EQ(street_of("a,1,HO,BO,Y,,Odd,B,MA,1,,01/02/2010,\n"), "Odd");
  EXPECT_THAT(read_.rejects,
              ElementsAre(Pair(Pair("a.csv: ADDRESS_PERIOD", "unreadable-period"), 1)));
}

TEST_F(TableReaders, BrokenRowsOfPcornetAreRejectedWithTheirFileAndTheOthersAreRead) {
  Read({{"id.csv", absl::StrCat(kIdentities,
                                ",Canary,Nobody,1990-01-01,F\n"
                                "1,Canary,Twice,1990-01-01,F\n3,Sue\n")},
        {"demo.csv", "PATID,BIRTH_DATE,SEX,RACE\n2,1980-12-30,M,05\n4,1960-01-01,F,05\n"},
        {"addr.csv", absl::StrCat(kAddressHead, "a,9,HO,BO,Y,,Canary,B,MA,1,,,\n")}});
  EXPECT_THAT(read_.rejects,
              AllOf(Contains(Pair(Pair("id.csv", "no-patid"), 1)),
                    Contains(Pair(Pair("id.csv", "second-row-of-person"), 1)),
                    Contains(Pair(Pair("id.csv", "column-count"), 1)),
                    Contains(Pair(Pair("addr.csv", "person-unknown"), 1)),
                    Contains(Pair(Pair("demo.csv: BIRTH_DATE", "differs-between-tables"), 1)),
                    Contains(Pair(Pair("demo.csv: PATID", "not-in-private-demographic"), 1))));
  EXPECT_THAT(read_.summary, AllOf(HasSubstr("no-patid in id.csv (first in row 3)"),
                                   HasSubstr("person-unknown in addr.csv (first in row 1)"),
                                   Not(HasSubstr("Canary"))));
  ASSERT_EQ(people_.size(), 3u);
  EXPECT_EQ(people_["1"].Of("PAT_FIRSTNAME"), "Ann");
  EXPECT_EQ(people_["2"].Of("BIRTH_DATE"), "1980-12-31");
}

TEST_F(TableReaders, TwoFilesOfOneTableAreRefused) {
  Read({{"id1.csv", kIdentities}, {"id2.csv", kIdentities}});
  EXPECT_THAT(std::string(read_.status.message()), HasSubstr("id1.csv and id2.csv are both"));
}

const char kPerson[] =
    "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,birth_datetime,"
    "location_id,person_source_value,gender_source_value\n"
    "1,8532,1970,1,2,1970-01-02 00:00:00,7,B1,F\n"
    "2,0,1980,12,,1980-12-01 00:00:00,,B2,M\n"
    "3,8507,1990,3,4,,7,,M\n";
const char kNames[] = "person_id,first,last\n1,Ann,Lee\n2,Ted,Roe\n3,Bob,Fox\n";
const char kLocation[] =
    "location_id,address_1,city,state,zip\n7,12 Main St,Boston,MA,02115\n"
    "8,9 New Rd,Quincy,MA,02169\n";

TEST_F(TableReaders, OmopsTablesAreJoinedByPersonAndByLocation) {
  Read({{"person.csv", kPerson},
        {"names.csv", kNames},
        {"location.csv", kLocation},
        {"care_site.csv", "care_site_id,location_id,city\n1,7,Boston\n"}});
  ASSERT_EQ(people_.size(), 3u) << read_.status << read_.summary;
  EXPECT_EQ(people_["B1"].Of("last"), "Lee");
  EXPECT_EQ(people_["B1"].Of("sex"), "F");
  EXPECT_EQ(people_["B1"].Of("year_of_birth"), "1970");
  EXPECT_EQ(people_["B1"].Of("address_1"), "12 Main St");
  EXPECT_EQ(people_["3"].Of("address_1"), "12 Main St");  // without a source value: its id
  EXPECT_EQ(people_["B2"].Of("address_1"), "");
  EXPECT_EQ(people_["B2"].Of("sex"), "M");
  // The day of birth is not known; the standard has birth_datetime made up.
  EXPECT_EQ(people_["B2"].Of("birth_datetime"), "");
  EXPECT_THAT(read_.rejects, IsEmpty());
}

TEST_F(TableReaders, TheLocationIsTheHistorysCurrentOne) {
  const char head[] = "location_id,entity_id,domain_id,start_date,end_date\n";
  Read({{"person.csv", kPerson},
        {"location.csv", kLocation},
        {"names.csv", kNames},
        {"location_history.csv",
         absl::StrCat(head,
                      "7,1,person,2010-01-01,2020-12-31\n8,1,person,2021-01-01,\n"
                      "8,3,care_site,2021-01-01,\n7,2,person,2010-01-01,2020-12-31\n")}});
  EXPECT_EQ(people_["B1"].Of("address_1"), "9 New Rd");
  EXPECT_EQ(people_["3"].Of("address_1"), "12 Main St");
  EXPECT_EQ(people_["B2"].Of("address_1"), "");
  EXPECT_THAT(read_.rejects,
              ElementsAre(Pair(Pair("person.csv: location_id", "no-current-address"), 1)));
}

TEST_F(TableReaders, BrokenRowsOfOmopAreRejectedWithTheirFileAndTheOthersAreRead) {
  Read({{"person.csv", absl::StrCat(kPerson,
                                    ",8507,1950,1,1,,7,Canary,M\n"
                                    "1,8507,1950,1,1,,7,Canary,M\n"
                                    "5,8507,1950,1,1,,99,B5,M\n")},
        {"names.csv", absl::StrCat(kNames, "9,Canary,Canary\n4\n")},
        {"location.csv", absl::StrCat(kLocation, ",Canary,B,MA,1\n8,Canary,B,MA,1\n")}});
  EXPECT_THAT(read_.rejects,
              AllOf(Contains(Pair(Pair("person.csv", "no-person-id"), 1)),
                    Contains(Pair(Pair("person.csv", "second-row-of-person"), 1)),
                    Contains(Pair(Pair("person.csv: location_id", "location-unknown"), 1)),
                    Contains(Pair(Pair("names.csv", "person-unknown"), 1)),
                    Contains(Pair(Pair("names.csv", "column-count"), 1)),
                    Contains(Pair(Pair("location.csv", "no-location-id"), 1)),
                    Contains(Pair(Pair("location.csv", "second-row-of-location"), 1))));
  EXPECT_THAT(read_.summary, Not(HasSubstr("Canary")));
  ASSERT_EQ(people_.size(), 4u);
  EXPECT_EQ(people_["B1"].Of("first"), "Ann");
}

TEST_F(TableReaders, AFolderWithoutPeopleIsRefusedSayingWhatItNeeds) {
  Read({{"notes.txt", "nothing"}});
  EXPECT_THAT(std::string(read_.status.message()), HasSubstr("PRIVATE_DEMOGRAPHIC"));
  InputOptions hl7;
  hl7.format = InputFormat::kHl7;
  Read({{"a.hl7", "MSH|^~\\&|"}}, hl7);
  EXPECT_THAT(std::string(read_.status.message()), HasSubstr("cat FOLDER/*"));
  InputOptions omop;
  omop.format = InputFormat::kOmop;
  EXPECT_THAT(std::string(ReadText("a,b\n1,2\n", omop).status.message()),
              HasSubstr("name the folder"));
}

}  // namespace
}  // namespace blindlink::agent
