// The same site in two shapes gives the same rows. Reads the test data beside the project
// (../shared/data/clinical), and is skipped without them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/unit/agent/clinical/source/read_source.h"

namespace blindlink::agent {
namespace {

using ::testing::IsEmpty;

std::string DataFolder() {
  const char* const stated = std::getenv("BLINDLINK_DATA");
  const std::string data =
      stated != nullptr ? stated : std::string(BLINDLINK_SOURCE_DIR) + "/../shared/data";
  return data + "/clinical/";
}

class ShapesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(DataFolder() + "sites3_shapes")) {
      GTEST_SKIP() << "the test data are not there: " << DataFolder();
    }
  }
  static std::unique_ptr<SourceRead> Read(const std::string& folder) {
    return ReadSource({.inputs = {DataFolder() + folder}});
  }
};

std::string Day(const std::optional<absl::CivilDay>& day) {
  return day.has_value() ? absl::FormatCivilTime(*day) : "";
}

// The columns of a row; those in `without` are left out, because one of the shapes lacks them.
std::string Shown(const ClinicalRow& row, const std::set<std::string>& without) {
  const std::vector<std::pair<std::string, std::string>> columns = {
      {"table", std::string(NameOf(row.table))},
      {"person", row.person},
      {"visit", row.visit},
      {"seq", absl::StrCat(row.seq)},
      {"start", Day(row.start)},
      {"end", Day(row.end)},
      {"control_number", row.control_number},
      {"setting", row.setting},
      {"provider", row.provider},
      {"payer", row.payer},
      {"amount", row.amount},
      {"code", row.code},
      {"code_system", row.code_system},
      {"name", row.name},
      {"certainty", row.certainty},
      {"sex", row.sex},
      {"zip", row.zip},
      {"birth", Day(row.birth)},
      {"death", Day(row.death)}};
  std::vector<std::string> shown;
  for (const auto& [name, value] : columns) {
    const bool left_out =
        without.contains(name) || without.contains(absl::StrCat(NameOf(row.table), ".", name));
    if (!left_out) shown.push_back(absl::StrCat(name, "=", value));
  }
  return absl::StrJoin(shown, " ");
}

std::vector<std::string> Shown(const SourceRead& read, ClinicalTable table,
                               const std::set<std::string>& without) {
  std::vector<std::string> shown;
  for (const ClinicalRow& row : read.Table(table)) shown.push_back(Shown(row, without));
  return shown;
}

// Counts only, so that a failure shows no row.
size_t Differing(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  size_t differing = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) differing += a[i] != b[i] ? 1 : 0;
  return differing;
}

void ExpectSame(const SourceRead& a, const SourceRead& b, const std::vector<ClinicalTable>& tables,
                const std::set<std::string>& without) {
  ASSERT_TRUE(a.status.ok()) << a.status;
  ASSERT_TRUE(b.status.ok()) << b.status;
  EXPECT_THAT(a.Reasons(), IsEmpty());
  EXPECT_THAT(b.Reasons(), IsEmpty());
  for (const ClinicalTable table : tables) {
    const std::vector<std::string> rows = Shown(a, table, without);
    EXPECT_GT(rows.size(), 500u);
    EXPECT_EQ(Differing(rows, Shown(b, table, without)), 0u) << NameOf(table);
  }
}

constexpr auto kPersons = ClinicalTable::kPersons;
constexpr auto kVisits = ClinicalTable::kVisits;
constexpr auto kDiagnoses = ClinicalTable::kDiagnoses;
constexpr auto kProcedures = ClinicalTable::kProcedures;
constexpr auto kDrugs = ClinicalTable::kDrugs;

TEST_F(ShapesTest, SiteAIsTheSameFromCsvAndFromPcornet) {
  const auto csv = Read("sites3/site_a");
  const auto pcornet = Read("sites3_shapes/pcornet_a");
  // PCORnet has no control number, charge or payer's id, and no day of discharge but an
  // inpatient's.
  ExpectSame(*csv, *pcornet, {kPersons, kVisits, kDiagnoses, kProcedures},
             {"control_number", "visits.amount", "visits.payer", "visits.end"});
  size_t ends = 0;
  size_t same = 0;
  const auto a = csv->Table(kVisits);
  const auto b = pcornet->Table(kVisits);
  for (size_t i = 0; i < a.size(); ++i) {
    ++ends;
    same += a[i].end == b[i].end ? 1 : 0;
    if (a[i].setting != "inpatient") continue;
    EXPECT_TRUE(a[i].end == b[i].end);
  }
  EXPECT_GT(static_cast<double>(same), 0.94 * static_cast<double>(ends));
}

TEST_F(ShapesTest, SiteBIsTheSameFromCsvAndFromOmop) {
  // OMOP's visits here have no control number, provider, payer or charge, its drugs no cost, and
  // procedures and drugs a code without words.
  ExpectSame(*Read("sites3/site_b"), *Read("sites3_shapes/omop_b"),
             {kPersons, kVisits, kDiagnoses, kProcedures, kDrugs},
             {"control_number", "provider", "payer", "amount", "procedures.name", "drugs.name"});
}

TEST_F(ShapesTest, SiteCIsTheSameFromCsvAndFromFhir) {
  // A MedicationRequest has no cost; all else is there.
  ExpectSame(*Read("sites3/site_c"), *Read("sites3_shapes/fhir_c"),
             {kPersons, kVisits, kDiagnoses, kProcedures, kDrugs}, {"drugs.amount"});
}

TEST_F(ShapesTest, TheRegistryIsRead) {
  const auto registry = Read("sites3/registry");
  ASSERT_TRUE(registry->status.ok()) << registry->status;
  EXPECT_EQ(registry->Table(kPersons).size(), 926u);
  EXPECT_EQ(registry->Table(ClinicalTable::kEnrolment).size(), 5201u);
  EXPECT_THAT(registry->Reasons(), IsEmpty());
}

TEST_F(ShapesTest, PublicDataInEveryShapeAreRead) {
  struct Expected {
    const char* folder;
    size_t persons, visits, diagnoses, procedures;
  };
  // One condition of omop_synthea27 belongs to no visit.
  for (const Expected& expected : {Expected{"cms_rif_synthea", 3, 107, 863, 156},
                                   Expected{"omop_synthea27", 28, 1791, 469, 1649},
                                   Expected{"synpuf_omop", 50, 1847, 5121, 4713},
                                   Expected{"synthea_raw/csv", 120, 6777, 4800, 7922},
                                   Expected{"synthea_raw/fhir", 25, 1949, 1198, 1785}}) {
    const auto read = Read(expected.folder);
    ASSERT_TRUE(read->status.ok()) << expected.folder << read->status;
    EXPECT_EQ(read->Table(kPersons).size(), expected.persons) << expected.folder;
    EXPECT_EQ(read->Table(kVisits).size(), expected.visits) << expected.folder;
    EXPECT_EQ(read->Table(kDiagnoses).size(), expected.diagnoses) << expected.folder;
    EXPECT_EQ(read->Table(kProcedures).size(), expected.procedures) << expected.folder;
    EXPECT_LE(read->rejects.rejected_rows(), 1u) << expected.folder;
  }
}

}  // namespace
}  // namespace blindlink::agent
