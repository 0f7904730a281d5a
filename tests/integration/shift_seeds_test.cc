// After a run each site fetches a number for each of its records, by which all sites shift a
// person's dates alike: the real programs, over mutual TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

constexpr int kPeople = 60;

class ShiftSeeds : public testing::Test {
 protected:
  ShiftSeeds() {
    network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"));
    for (const char* site : {"north", "south"}) {
      network_.Upload("flu", site, network_.Write(absl::StrCat(site, ".csv"), People(site)));
    }
    network_.Link("flu");
  }

  // People whose number is divisible by 3 are at both sites.
  static std::string People(const std::string& site) {
    std::string text = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
    for (int i = 0; i < kPeople; ++i) {
      const std::string own = i % 3 == 0 ? "" : site;
      absl::StrAppend(&text, site.substr(0, 1), i, ",Anna", own, ",Miller", own, i, ",", i,
                      " Oak Street,02139,19", 10 + i, "-03-04\n");
    }
    return text;
  }

  Finished Fetch(const std::string& party, const std::filesystem::path& out) {
    return network_.Agent(party, {"seeds", "--project", "flu", "--out", out});
  }

  // By the site's own record ids.
  std::map<std::string, std::string> SeedsOf(const std::string& site) {
    const std::filesystem::path out = network_ / absl::StrCat(site, ".seeds.csv");
    const Finished fetched = Fetch(absl::StrCat("site/", site), out);
    EXPECT_EQ(fetched.code, 0) << fetched.err;
    std::map<std::string, std::string> own_ids;
    for (const auto& row :
         Rows(network_.StateOf(site) / absl::StrCat("flu.", site, ".d1.map.csv"))) {
      own_ids[row[1]] = row[0];
    }
    std::map<std::string, std::string> seeds;
    for (const auto& row : Rows(out)) seeds[own_ids.at(row[0])] = row[1];
    return seeds;
  }

  static std::vector<std::vector<std::string>> Rows(const std::filesystem::path& file) {
    std::vector<std::vector<std::string>> rows;
    const std::string text = ReadFile(file).value_or("");
    for (const auto line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      rows.push_back(absl::StrSplit(line, ','));
    }
    if (!rows.empty()) rows.erase(rows.begin());
    return rows;
  }

  TestNetwork network_;
};

TEST_F(ShiftSeeds, AreEqualForThePeopleWhoAreLinkedAndSeldomForOthers) {
  const auto north = SeedsOf("north");
  const auto south = SeedsOf("south");
  ASSERT_EQ(north.size(), kPeople);
  ASSERT_EQ(south.size(), kPeople);
  int same = 0;
  for (int i = 0; i < kPeople; ++i) {
    const bool equal = north.at(absl::StrCat("n", i)) == south.at(absl::StrCat("s", i));
    if (i % 3 == 0) {
      EXPECT_TRUE(equal) << i;
    } else {
      same += equal ? 1 : 0;
    }
  }
  EXPECT_LE(same, 2);
}

TEST_F(ShiftSeeds, AreTheSameAfterAnotherRunOfTheSameData) {
  const auto first = SeedsOf("north");
  network_.Link("flu");
  EXPECT_EQ(SeedsOf("north"), first);
}

TEST_F(ShiftSeeds, OfASiteAreForThatSiteAlone) {
  SeedsOf("north");
  std::set<std::string> norths;
  for (const auto& row : Rows(network_ / "north.seeds.csv")) norths.insert(row[0]);
  SeedsOf("south");
  for (const auto& row : Rows(network_ / "south.seeds.csv")) EXPECT_EQ(norths.count(row[0]), 0u);
  for (const char* party : {"researcher/study", "coordinator/center"}) {
    const Finished refused = Fetch(party, network_ / "no.csv");
    EXPECT_EQ(refused.code, 4) << refused.err;
    EXPECT_FALSE(std::filesystem::exists(network_ / "no.csv"));
  }
}

TEST_F(ShiftSeeds, ThatMovedAreCountedWhenTheFileIsFetchedAgain) {
  SeedsOf("north");
  const std::filesystem::path file = network_ / "north.seeds.csv";
  std::string text = ReadFile(file).value();
  text.replace(text.find(',', text.find('\n')) + 1, 1, "77");
  ASSERT_TRUE(WriteFileAtomically(file, text, 0600).ok());
  const Finished again = Fetch("site/north", file);
  EXPECT_THAT(again.err, HasSubstr("note: 1 records have another seed"));
}

}  // namespace
}  // namespace blindlink
