#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "agent/clinical/terms/term_dictionary.h"
#include "agent/clinical/terms/terms_build.h"
#include "common/base/files.h"

namespace blindlink::agent {

// Writes files into a folder of the test's own and builds dictionaries of them. The codes are real
// ones of ICD-10-CM, the tables are small.
class SmallTables {
 public:
  SmallTables() {
    const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(::testing::TempDir()) /
              (std::string(info->test_suite_name()) + "." + info->name());
    std::filesystem::create_directories(folder_);
  }
  ~SmallTables() { std::filesystem::remove_all(folder_); }
  SmallTables(const SmallTables&) = delete;
  SmallTables& operator=(const SmallTables&) = delete;

  std::string Write(const std::string& name, const std::string& content) const {
    const std::string path = (folder_ / name).string();
    EXPECT_TRUE(WriteFileAtomically(path, content, 0600).ok());
    return path;
  }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  std::string Codes() const {
    return Write("codes.csv",
                 "code,billable,title\n"
                 "A96,0,Arenaviral hemorrhagic fever\n"
                 "A96.2,1,Lassa fever\n"
                 "C34,0,Malignant neoplasm of bronchus and lung\n"
                 "C34.90,1,Malignant neoplasm of unspecified part of unspecified bronchus or lung\n"
                 "E11,0,Type 2 diabetes mellitus\n"
                 "E11.65,1,Type 2 diabetes mellitus with hyperglycemia\n"
                 "E11.9,1,Type 2 diabetes mellitus without complications\n"
                 "I10,1,Essential (primary) hypertension\n"
                 "J45,0,Asthma\n"
                 "J45.90,0,Unspecified asthma\n"
                 "J45.901,1,Unspecified asthma with (acute) exacerbation\n"
                 "J45.909,1,\"Unspecified asthma, uncomplicated\"\n"
                 "K25,0,Gastric ulcer\n"
                 "K25.9,1,\"Gastric ulcer, unspecified\"\n"
                 "M17,0,Osteoarthritis of knee\n"
                 "M17.9,1,\"Osteoarthritis of knee, unspecified\"\n"
                 "N18,0,Chronic kidney disease (CKD)\n"
                 "N18.3,1,\"Chronic kidney disease, stage 3 (moderate)\"\n"
                 "N18.4,1,\"Chronic kidney disease, stage 4 (severe)\"\n"
                 "S93.40,0,Sprain of unspecified ligament of ankle\n"
                 "S93.401,0,Sprain of unspecified ligament of right ankle\n"
                 "S93.409,0,Sprain of unspecified ligament of unspecified ankle\n"
                 "Z94.0,1,Kidney transplant status\n");
  }
  std::string Tabular() const {
    return Write(
        "tabular.xml",
        "<ICD10CM.tabular><chapter><section><diag><name>S93</name><desc>Sprains of ankle</desc>"
        "<sevenChrDef><extension char=\"A\">initial encounter</extension>"
        "<extension char=\"D\">subsequent encounter</extension></sevenChrDef>"
        "<diag><name>S93.40</name><desc>Sprain of unspecified ligament of ankle</desc>"
        "<inclusionTerm><note>Sprain of ankle NOS</note></inclusionTerm></diag></diag>"
        "<diag><name>I10</name><desc>Essential (primary) hypertension</desc>"
        "<includes><note>high blood pressure</note>"
        "<note>hypertension (arterial) (benign) (systemic)</note></includes></diag>"
        "</section></chapter></ICD10CM.tabular>");
  }
  std::string Index() const {
    return Write("index.csv",
                 "RowID,Letter,Level,Term,See,SeeAlso,NonEssModif,Code\n"
                 "1,A,0,Asthma,,,(bronchial) (catarrh),J45.909\n"
                 "2,D,0,Diabetes,,,(mellitus),\n"
                 "3,D,1,type 2,,,,E11.9\n"
                 "4,F,0,Fever,,,,\n"
                 "5,F,1,Lassa,,,,A96.2\n"
                 "6,L,0,Lassa hemorrhage,\"Fever, Lassa\",,,\n"
                 "7,U,0,Ulcer,,,,\n"
                 "8,U,1,stomach,,,,K25.9\n");
  }
  std::string Neoplasms() const {
    return Write(
        "neoplasms.csv",
        "RowID,Level,Term,SeeAlso,NonEssModif,MalignantPrimary,MalignantSecondary,CaInSitu,"
        "Benign,UncertainBehavior,UnspecifiedBehavior\n"
        "1,0,\"Neoplasm, neoplastic\",,,-,-,-,-,-,-\n"
        "2,1,lung,,,C34.90,-,-,-,-,-\n");
  }
  TermInputs Official() const {
    TermInputs inputs;
    inputs.codes = {Codes()};
    inputs.tabulars = {Tabular()};
    inputs.indexes = {Index()};
    inputs.neoplasms = {Neoplasms()};
    return inputs;
  }

 private:
  std::filesystem::path folder_;
};

inline TermDictionary Built(const TermInputs& inputs) {
  absl::StatusOr<BuiltDictionary> built = BuildTerms(inputs);
  EXPECT_TRUE(built.ok()) << built.status();
  absl::StatusOr<TermDictionary> dictionary = TermDictionary::FromBytes(std::move(built->bytes));
  EXPECT_TRUE(dictionary.ok()) << dictionary.status();
  return *std::move(dictionary);
}

}  // namespace blindlink::agent
