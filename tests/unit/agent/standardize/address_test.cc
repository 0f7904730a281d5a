#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"

#include "tests/unit/agent/standardize/standardized.h"

namespace blindlink::agent {
namespace {

std::string Address(absl::string_view raw) { return Standardized(v1::STREET_ADDRESS, raw); }
AddressParts Parts(absl::string_view raw) {
  return AddressOf(Standardize(v1::STREET_ADDRESS, raw, {}).values.at(0));
}

TEST(AddressTest, TheMiniSentinelReportsFalseNegativesAreEqual) {
  EXPECT_EQ(Address("12 Bushy tail RD"), Address("12 Bushytail Road"));
  EXPECT_EQ(Address("100 NINTH ST"), Address("100 9TH STREET"));
}

TEST(AddressTest, SuffixesHaveOneForm) {
  EXPECT_EQ(Address("1 Elm Street"), "1 ELM ST");
  EXPECT_EQ(Address("1 elm str."), "1 ELM ST");
  EXPECT_EQ(Address("1 Elm Avenue"), Address("1 ELM AV"));
  EXPECT_EQ(Address("8 Stanley Crescent"), Address("8 STANLEY CRES"));
}

TEST(AddressTest, DirectionalsStandBeforeOrBehind) {
  EXPECT_EQ(Address("12 North Main St"), "12 N MAIN ST");
  EXPECT_EQ(Address("1501 interlake ave n"), "1501 INTERLAKE AVE N");
  EXPECT_EQ(Address("12 North East 45th St"), "12 NE 45TH ST");
}

TEST(AddressTest, ADirectionalThatIsTheOnlyNameIsTheName) {
  EXPECT_EQ(Parts("12 North St").street_name, "NORTH");
  EXPECT_EQ(Parts("12 E St").street_name, "E");
  EXPECT_EQ(Parts("12 Avenue E").street_name, "AVENUE E");
}

TEST(AddressTest, OrdinalsAreWrittenInDigits) {
  EXPECT_EQ(Address("1 Twelfth Ave"), "1 12TH AVE");
  EXPECT_EQ(Address("1 Twenty-First Ave"), "1 21ST AVE");
  EXPECT_EQ(Address("1 Twentieth Ave"), "1 20TH AVE");
  EXPECT_EQ(Address("1 145 St"), "1 145TH ST");
  EXPECT_EQ(Address("1 9 th St"), "1 9TH ST");
}

TEST(AddressTest, TheUnitIsAPartHoweverItIsWritten) {
  for (const char* raw : {"12 Oak Ln Apt 4B", "12 Oak Ln, #4b", "12 Oak Ln Unit 4B",
                          "12 Oak Lane Apartment # 4B", "12 Oak Ln APT4B", "12 Oak Ln 4B",
                          "Unit 4B 12 Oak Ln", "Flat 4B, 12 Oak Ln", "12 Oak Ln. Suite 4-B"}) {
    EXPECT_EQ(Address(raw), "12 OAK LN #4B") << raw;
  }
  EXPECT_EQ(Address("3/12 Smith Street"), "12 SMITH ST #3");
  EXPECT_EQ(Parts("12 Oak Ln 2nd Floor").unit, "FL2");
  EXPECT_EQ(Parts("12 Oak Ln Bldg 3 Apt 12").unit, "BLDG3-12");
  EXPECT_EQ(Parts("12 Oak Ln Rear").unit, "REAR");
  EXPECT_EQ(Address("12 Oak Ln Apt"), "12 OAK LN");
}

TEST(AddressTest, AStreetNamedLikeAUnitIsAStreet) {
  EXPECT_EQ(Address("12 Front St"), "12 FRONT ST");
  EXPECT_EQ(Address("12 Lot St"), "12 LOT ST");
  EXPECT_EQ(Address("12 Key West Ave"), "12 KEYWEST AVE");
}

TEST(AddressTest, HouseNumbersMayHaveFractionsLettersAndHyphens) {
  EXPECT_EQ(Parts("12 1/2 Main St").house_number, "12-1/2");
  EXPECT_EQ(Parts("012A Main St").house_number, "12A");
  EXPECT_EQ(Parts("12 A Main St").house_number, "12A");
  EXPECT_EQ(Parts("264-12 Hallmont Dr").house_number, "264-12");
  EXPECT_EQ(Parts("N6W23001 Bluemound Rd").house_number, "N6W23001");
  EXPECT_EQ(Parts("One Main Street").house_number, "1");
  EXPECT_EQ(Parts("8 Park").house_number, "8");
}

TEST(AddressTest, TheNameOfAHouseInFrontIsLeftOff) {
  EXPECT_EQ(Address("Ramirez-Brown Nursing Home, 1605 Shelly Rd Apt. 050"), "1605 SHELLY RD #50");
  EXPECT_EQ(Address("c/o Smith, 12 Oak Ln"), "12 OAK LN");
}

TEST(AddressTest, AStreetOfOneLetterIsNotAHouseNumbersLetter) {
  EXPECT_EQ(Address("12 A St"), "12 A ST");
}

TEST(AddressTest, PostOfficeBoxes) {
  for (const char* raw : {"PO Box 7091", "P.O. Box 7091", "p o box 7091", "POB 7091",
                          "Post Office Box 7091", "PO Box #7091", "PO BOX 07091"}) {
    EXPECT_EQ(Address(raw), "POBOX 7091") << raw;
  }
}

TEST(AddressTest, SaintAndStreetAreToldApart) {
  EXPECT_EQ(Address("12 St. Paul St"), "12 SAINTPAUL ST");
  EXPECT_EQ(Address("12 Saint Paul Street"), "12 SAINTPAUL ST");
  EXPECT_EQ(Address("12 Mt Vernon Ave"), Address("12 Mount Vernon Avenue"));
}

TEST(AddressTest, RoadsNamedByANumberKeepIt) {
  EXPECT_EQ(Address("200 Highway 50"), Address("200 HWY 50"));
  EXPECT_EQ(Address("200 US Hwy 50"), Address("200 US Highway 50"));
  EXPECT_EQ(Parts("200 County Road 12 Apt 3").unit, "3");
  EXPECT_EQ(Parts("200 Highway 50").unit, "");
}

TEST(AddressTest, StateAndUsHighwaysAreOneKindOfRoad) {
  for (const char* raw : {"200 Highway 9", "200 US Hwy 9", "200 U.S. 9", "200 State Route 9",
                          "200 SR-9", "200 Ga Hwy 9", "200 Route # 9", "200 HWY9"}) {
    EXPECT_EQ(Address(raw), "200 HWY9") << raw;
  }
  EXPECT_EQ(Address("200 Highway 9 South"), "200 HWY9 S");
  EXPECT_EQ(Address("200 Business 9"), Address("200 Highway 9 Bus"));
  EXPECT_EQ(Address("200 CR 12"), Address("200 County Road 12"));
  EXPECT_EQ(Address("200 Farm to Market Road 1960"), Address("200 FM 1960"));
  EXPECT_EQ(Address("200 Buford Hwy # 5"), "200 BUFORD HWY #5");
}

TEST(AddressTest, RuralRoutesAndMilitaryBoxesAreStreetsOfTheirOwn) {
  for (const char* raw :
       {"RR 2 Box 30", "R.R. 2, Box 30", "Rural Route 2 Box #30", "RFD 2 Box 030", "Rt 2 Box 30"}) {
    EXPECT_EQ(Address(raw), "RR2BOX30") << raw;
  }
  EXPECT_EQ(Address("HC 1 Box 2"), Address("Highway Contract Route 1 Box 2"));
  EXPECT_EQ(Address("PSC 12 Box 3 APO AE 09012"), "PSC12BOX3");
  EXPECT_EQ(Address("Unit 2050 Box 4190"), "UNIT2050BOX4190");
}

TEST(AddressTest, PuertoRicanAddressesHaveAnUrbanizationAndANumberBehind) {
  for (const char* raw : {"Urb Las Gladiolas 150 Calle A", "150 Calle A, Urb. Las Gladiolas",
                          "Urb. Las Gladiolas, Calle A #150"}) {
    EXPECT_EQ(Address(raw), "150 CALLEA URB LASGLADIOLAS") << raw;
  }
  EXPECT_EQ(Address("C/ Sol 12"), Address("12 Calle Sol"));
  EXPECT_EQ(Address("Ave Ponce de León 1250"), Address("1250 Ponce de Leon Ave"));
  EXPECT_EQ(Address("Carr 123 Km 4 Hm 5"), Address("Carretera 123 km 4.5"));
  EXPECT_EQ(Address("Apartado 12"), "POBOX 12");
  EXPECT_EQ(Address("Res Las Casas Edif 3 Apto 4"), "RESLASCASAS #BLDG3-4");
}

TEST(AddressTest, CityStateAndZipBehindTheStreetAreLeftOut) {
  EXPECT_EQ(Address("12 Oak Ln, Boston, MA 02139"), "12 OAK LN");
  EXPECT_EQ(Address("12 Oak Ln, Apt 3, Boston"), "12 OAK LN #3");
  EXPECT_EQ(Address("12 Oak Ln, NW, 2300"), "12 OAK LN NW #2300");
}

TEST(AddressTest, AFractionMayBeOneCharacter) {
  EXPECT_EQ(Address("12½ Main St"), Address("12 1/2 Main St"));
}

TEST(AddressTest, AbbreviationsWithinANameAreSpelledOut) {
  EXPECT_EQ(Address("12 Lk Shr Dr"), Address("12 Lakeshore Drive"));
  EXPECT_EQ(Address("12 Old St Augustine Rd"), Address("12 Old Saint Augustine Road"));
  EXPECT_EQ(Address("12 Dr MLK Jr Blvd"), Address("12 Martin Luther King Boulevard"));
}

TEST(AddressTest, ABareNumberBehindAWholeStreetIsAUnit) {
  EXPECT_EQ(Parts("12 W Jackson 512").unit, "512");
  EXPECT_EQ(Parts("12 Main St B").unit, "B");
  EXPECT_EQ(Parts("12 Avenue B").unit, "");
  EXPECT_EQ(Parts("12 Road 5").unit, "");
}

TEST(AddressTest, ANumberWithoutAStreetSaysTooLittle) {
  EXPECT_EQ(Address("12"), "invalid: no-street");
}

TEST(AddressTest, PlaceholdersAreNotAddresses) {
  EXPECT_EQ(Address("HOMELESS"), "placeholder: placeholder-address");
  EXPECT_EQ(Address("no fixed address"), "placeholder: placeholder-address");
  EXPECT_EQ(Address(" , "), "missing");
}

TEST(AddressTest, AnyWordsInAnyOrderAreReadWithoutHarm) {
  constexpr absl::string_view kWords[] = {
      "12",     "N",      "ST",    "#",     "APT",       "4B",    ",",     "PO",   "BOX",  "RR",
      "HC",     "URB",    "CALLE", "CARR",  "KM",        "4.5",   "HM",    "HWY",  "US",   "OLD",
      "CO",     "RD",     "1/2",   "/",     "-",         "FLOOR", "2ND",   "NO",   "UNIT", "PSC",
      "APO",    "MLK",    "JR",    "DR",    "FIRST",     "21",    "TH",    "W156", "N848", "AVE",
      "SE",     "C/O",    "BUS",   "TX",    "MAIN",      "REAR",  "C-5",   "U",    "S",    "FARM",
      "TO",     "MARKET", "½",     "LOWER", "LEVEL",     "STAR",  "ROUTE", "P",    "O",    "ONE",
      "TWENTY", "TWR",    "C",     "MM",    "INTERSTATE"};
  std::mt19937 random(7);
  for (int i = 0; i < 50000; ++i) {
    std::string line;
    for (size_t words = random() % 8; words > 0; --words) {
      absl::StrAppend(&line, kWords[random() % std::size(kWords)], random() % 4 == 0 ? "" : " ");
    }
    const StandardizeResult result = Standardize(v1::STREET_ADDRESS, line, {});
    ASSERT_EQ(result.state == ValueState::kUsable, result.values.size() == 1) << line;
    if (result.values.empty()) continue;
    const AddressParts& parts = AddressOf(result.values[0]);
    ASSERT_FALSE(parts.street_name.empty() && parts.po_box.empty()) << line;
    ASSERT_EQ(result.values[0].text.find('#'),
              parts.unit.empty() ? std::string::npos : result.values[0].text.find(" #") + 1)
        << line;
  }
}

TEST(AddressTest, AJapaneseAddressKeepsItsCharacters) {
  EXPECT_EQ(Address("東京都 千代田区１－２"), "東京都千代田区1-2");
}

}  // namespace
}  // namespace blindlink::agent
