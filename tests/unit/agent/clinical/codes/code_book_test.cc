#include "agent/clinical/codes/code_book.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "agent/clinical/codes/code_edition.h"
#include "agent/clinical/codes/code_text.h"
#include "gmock/gmock.h"
#include "tests/unit/agent/clinical/codes/small_codes.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> NamesIn(const std::vector<CodeRung>& ladder) {
  std::vector<std::string> names;
  for (const CodeRung& rung : ladder) names.push_back(rung.code);
  return names;
}

TEST(CodeBook, ALadderLeadsFromTheCodeToItsChapter) {
  SmallCodes codes;
  codes.WriteIcd10();
  const CodeBook book = codes.Book();
  const std::vector<std::string> levels = book.DefaultLevels(kIcd10Cm);
  EXPECT_THAT(NamesIn(book.Ladder(kIcd10Cm, "E1121", levels)),
              ElementsAre("E1121", "E112", "E11", "E08-E13", "E00-E89"));
  EXPECT_THAT(NamesIn(book.Ladder(kIcd10Cm, "E119", levels)),
              ElementsAre("E119", "E11", "E08-E13", "E00-E89"));
  EXPECT_EQ(book.Ancestor(kIcd10Cm, "E1121", "block"), "E08-E13");
}

TEST(CodeBook, AnUnknownCodeIsNeverARungOfItsLadder) {
  SmallCodes codes;
  codes.WriteIcd10();
  const CodeBook book = codes.Book();
  const std::vector<std::string> levels = book.DefaultLevels(kIcd10Cm);
  EXPECT_THAT(NamesIn(book.Ladder(kIcd10Cm, "E11ZZ", levels)),
              ElementsAre("E11", "E08-E13", "E00-E89"));
  EXPECT_TRUE(book.Ladder(kIcd10Cm, "SMITH", levels).empty());
}

TEST(CodeBook, CodesAreJudgedByTheDay) {
  SmallCodes codes;
  codes.WriteIcd10();
  const CodeBook book = codes.Book();
  EXPECT_EQ(book.Check(kIcd10Cm, "E11.9", "2024-11-05"), CodeVerdict::kValid);
  EXPECT_EQ(book.Check(kIcd10Cm, "E11", "2024-11-05"), CodeVerdict::kNotBillable);
  EXPECT_EQ(book.Check(kIcd10Cm, "E11.0", "2024-11-05"), CodeVerdict::kWrongYear);
  EXPECT_EQ(book.Check(kIcd10Cm, "E11.21", "2020-11-05"), CodeVerdict::kWrongYear);
  EXPECT_EQ(book.Check(kIcd10Cm, "E11.21", "2018-11-05"), CodeVerdict::kWrongYear);
  EXPECT_EQ(book.Check(kIcd10Cm, "E11.99", ""), CodeVerdict::kUnknown);
  EXPECT_EQ(book.Check(kIcd10Cm, " ", ""), CodeVerdict::kNoCode);
  EXPECT_EQ(book.Check("ours", "1", ""), CodeVerdict::kNoList);
}

TEST(CodeBook, BetweenTwoListsBothCount) {
  SmallCodes codes;
  codes.WriteIcd10();
  const CodeBook book = codes.Book();
  // In 2023 a code of 2021 may have gone and one of 2025 may have come.
  EXPECT_EQ(book.Check(kIcd10Cm, "E11.0", "2023-05-05"), CodeVerdict::kValid);
  EXPECT_EQ(book.Check(kIcd10Cm, "E11.21", "2023-05-05"), CodeVerdict::kValid);
}

TEST(CodeBook, AListWithoutSeventhCharactersDoesNotJudgeThem) {
  SmallCodes codes;
  codes.WriteIcd10();
  const CodeBook book = codes.Book();
  // The list of 2021 has no code of seven characters.
  EXPECT_EQ(book.Check(kIcd10Cm, "E66.1XXA", "2020-11-05"), CodeVerdict::kValid);
  EXPECT_EQ(book.Check(kIcd10Cm, "E66.1XXA", "2024-11-05"), CodeVerdict::kValid);
  EXPECT_EQ(book.Check(kIcd10Cm, "E66.1XXB", "2024-11-05"), CodeVerdict::kUnknown);
}

TEST(CodeBook, ACodeInTheWrongSystemIsRecognized) {
  SmallCodes codes;
  codes.WriteIcd10();
  codes.Write("ccs_icd9cm_2015.csv", "icd9cm,ccs,level1\n25000,DX49,DX-3\n25001,DX49,DX-3\n");
  const CodeBook book = codes.Book();
  EXPECT_EQ(book.Check(kIcd10Cm, "250.00", "2024-11-05"), CodeVerdict::kOtherSystem);
  EXPECT_EQ(book.GuessSystem(kIcd10Cm, "250.00"), kIcd9Cm);
  EXPECT_EQ(book.GuessSystem(kIcd9Cm, "e11.9"), kIcd10Cm);
  EXPECT_EQ(book.Check(kIcd9Cm, "250.00", "2019-01-01"), CodeVerdict::kWrongYear);
  EXPECT_EQ(book.Ancestor(kIcd9Cm, "25000", "ccs"), "DX49");
}

TEST(CodeBook, CptCodesNeedNoList) {
  SmallCodes codes;
  codes.Write("HCPCS_2019.csv", "HCPCS_CD,HCPCS_BETOS_CD\nG8892,M5B\nA1,\n");
  const CodeBook book = codes.Book();
  EXPECT_EQ(book.Check(kHcpcs, "99213", ""), CodeVerdict::kValid);
  EXPECT_EQ(book.Check(kHcpcs, "G0000", ""), CodeVerdict::kUnknown);
  EXPECT_THAT(NamesIn(book.Ladder(kHcpcs, "99213", book.DefaultLevels(kHcpcs))),
              ElementsAre("99213", "99200-99299", "99200-99499"));
  EXPECT_THAT(NamesIn(book.Ladder(kHcpcs, "G8892", book.DefaultLevels(kHcpcs))),
              ElementsAre("G8892", "M5B", "M5", "M"));
}

TEST(CodeBook, OwnHierarchiesAreRowsOfGroups) {
  SmallCodes codes;
  codes.Write("ATC.hierarchy.csv", "code;substance;class\nA10BA02;A10BA;A10\nA10BB01;A10BB;A10\n");
  const CodeBook book = codes.Book();
  EXPECT_THAT(book.Levels("ATC"), ElementsAre("code", "substance", "class"));
  EXPECT_THAT(NamesIn(book.Ladder("ATC", "A10BA02", book.DefaultLevels("ATC"))),
              ElementsAre("A10BA02", "A10BA", "A10"));
}

TEST(CodeBook, OwnHierarchiesAreEdges) {
  SmallCodes codes;
  codes.Write("ward.hierarchy.csv",
              "child;parent;level;parent_level\nw1;north;code;wing\n"
              "north;house;wing;building\n");
  const CodeBook book = codes.Book();
  EXPECT_THAT(NamesIn(book.Ladder("ward", "W1", book.DefaultLevels("ward"))),
              ElementsAre("W1", "NORTH", "HOUSE"));
}

TEST(CodeBook, ACyclicHierarchyIsRefusedWithItsRow) {
  SmallCodes codes;
  codes.Write("ward.hierarchy.csv", "child;parent\na;b\nb;c\nc;a\n");
  const std::string error(codes.Build().status().message());
  EXPECT_THAT(error, HasSubstr("ward.hierarchy.csv, row 3, column 'parent'"));
  EXPECT_THAT(error, HasSubstr("cyclic"));
}

TEST(CodeBook, ConflictingParentsAreRefusedWithBothRows) {
  SmallCodes codes;
  codes.Write("ATC.hierarchy.csv", "code;class\nx1;A\nx2;A\nx1;B\n");
  const std::string error(codes.Build().status().message());
  EXPECT_THAT(error, HasSubstr("ATC.hierarchy.csv, row 3, column 'class'"));
  EXPECT_THAT(error, HasSubstr("row 1, column 'class'"));
}

TEST(CodeBook, ASecondDescriptionOfASystemIsRefusedWithItsRow) {
  SmallCodes codes;
  ASSERT_TRUE(WriteFileAtomically(codes.Path("book.csv"),
                                  "code_system,code,editions,billable,groups\n"
                                  "ATC,*,,code class,code class\nATC,X1,ffffffff,ffffffff,X\n"
                                  "ATC,*,,code class,code substance class\n")
                  .ok());
  const absl::Status status = CodeBook::Open(codes.Path("book.csv")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("book.csv, row 3, column 'code'"));
}

TEST(CodeBook, HasAtMost32Editions) {
  for (const int editions : {32, 33}) {
    SmallCodes codes;
    for (int i = 0; i < editions; ++i) {
      codes.Write(absl::StrCat("icd10cm_", 2016 + i, "_order.csv"),
                  "code,billable,title\nE11,0,x\nE11.9,1,x\n");
    }
    const auto text = codes.Build();
    EXPECT_EQ(text.ok(), editions <= 32) << text.status();
    if (text.ok()) continue;
    EXPECT_THAT(std::string(text.status().message()), HasSubstr("33 editions of ICD-10-CM"));
  }
}

TEST(CodeBook, ALinkThatLeadsNowhereIsRefusedWithItsPath) {
  SmallCodes codes;
  codes.WriteIcd10();
  std::filesystem::create_symlink("loop.csv", codes.Path("files/loop.csv"));
  const absl::Status status = codes.Build().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("files/loop.csv"));
}

TEST(CodeBook, DamagedWorkbooksAreRefused) {
  SmallCodes codes;
  codes.Write("DXCCSR-2023.xlsx", "PK\3\4 this is no archive");
  EXPECT_THAT(std::string(codes.Build().status().message()), HasSubstr("damaged"));
}

TEST(CodeBook, ACodeWithSeveralCcsrCategoriesHasTheDefaultOne) {
  SmallCodes codes;
  codes.WriteIcd10();
  codes.Write("dxccsr_2023.csv",
              "ICD-10-CM Code,CCSR Category,Inpatient Default CCSR (Y/N/X),Outpatient Default CCSR "
              "(Y/N/X)\nE119,END002,Y,Y\nE119,END003,N,N\nE101,END003,X,N\nE101,END002,X,Y\n");
  const CodeBook book = codes.Book();
  EXPECT_EQ(book.Ancestor(kIcd10Cm, "E119", "dxccsr"), "END002");
  EXPECT_EQ(book.Ancestor(kIcd10Cm, "E101", "dxccsr"), "END002");
  EXPECT_EQ(book.Ancestor(kIcd10Cm, "E119", "dxccsr_body"), "END");
}

TEST(CodeEdition, FollowsFromTheNameOfTheFileOrItsFolder) {
  EXPECT_EQ(EditionOf("a/icd10cm_2025_order.csv.gz"), "2024-10-01");
  EXPECT_EQ(EditionOf("a/icd10cm-order-Jan-2021.txt"), "2021-01-01");
  EXPECT_EQ(EditionOf("a/icd10cm_2026_april_codes.txt"), "2026-04-01");
  EXPECT_EQ(EditionOf("HCPCS_2019.csv"), "2019-01-01");
  EXPECT_EQ(EditionOf("msdrg_v38_1.csv"), "2020-10-01");
  EXPECT_EQ(EditionOf("icd10cm_2025/list.csv"), "2024-10-01");
  EXPECT_EQ(EditionOf("list.csv"), "");
}

}  // namespace
}  // namespace blindlink::agent
