#include "agent/variants/nickname_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "agent/variants/nickname_lists.h"

namespace blindlink::agent {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using Words = std::vector<std::string>;

std::vector<Words> Lines(absl::Span<const absl::string_view> lines) {
  std::vector<Words> split;
  for (const absl::string_view line : lines) split.push_back(absl::StrSplit(line, ' '));
  return split;
}

// Each nickname of the three lists, with its formal name.
std::vector<std::pair<std::string, std::string>> Relations() {
  std::vector<std::pair<std::string, std::string>> relations;
  for (const auto list : {MensNicknames(), WomensNicknames(), NicknamesOfOtherLanguages()}) {
    for (const Words& line : Lines(list)) {
      for (size_t i = 1; i < line.size(); ++i) relations.emplace_back(line[i], line[0]);
    }
  }
  return relations;
}

TEST(NicknameTableTest, HasMoreThanFifteenHundredDistinctRelations) {
  const auto relations = Relations();
  const std::set<std::pair<std::string, std::string>> distinct(relations.begin(), relations.end());
  EXPECT_GE(distinct.size(), 1500u);
  printf("nicknames: %zu relations, and %zu lines of spellings\n", distinct.size(),
         NameSpellings().size());
}

TEST(NicknameTableTest, LinesAreWordsBetweenSingleSpaces) {
  for (const auto list : {MensNicknames(), WomensNicknames(), NicknamesOfOtherLanguages(),
                          NameSpellings(), UsualFormalNames()}) {
    for (const absl::string_view line : list) {
      EXPECT_EQ(line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ "), absl::string_view::npos)
          << line;
      EXPECT_EQ(line.find("  "), absl::string_view::npos) << line;
      EXPECT_NE(line.find(' '), absl::string_view::npos) << line;
    }
  }
}

TEST(NicknameTableTest, NoListSaysAnythingTwice) {
  for (const auto list : {MensNicknames(), WomensNicknames(), NicknamesOfOtherLanguages()}) {
    std::set<std::string> heads;
    for (const Words& line : Lines(list)) {
      EXPECT_TRUE(heads.insert(line[0]).second) << line[0];
      EXPECT_EQ(std::set<std::string>(line.begin(), line.end()).size(), line.size()) << line[0];
    }
  }
}

TEST(NicknameTableTest, NobodyIsShortForAnotherInACircle) {
  std::map<std::string, std::set<std::string>> formal;  // by nickname
  for (const auto& [nickname, root] : Relations()) formal[nickname].insert(root);
  // Removes formal names that are not nicknames themselves, until only cycles are left.
  for (bool shrunk = true; shrunk;) {
    shrunk = false;
    for (auto it = formal.begin(); it != formal.end();) {
      std::set<std::string>& roots = it->second;
      for (auto root = roots.begin(); root != roots.end();) {
        root = formal.count(*root) == 0 ? roots.erase(root) : std::next(root);
      }
      shrunk |= roots.empty();
      it = roots.empty() ? formal.erase(it) : std::next(it);
    }
  }
  for (const auto& [name, roots] : formal) ADD_FAILURE() << name << " is in a cycle";
}

TEST(NicknameTableTest, ASpellingBelongsToOneNameAndTheListsUseTheFirst) {
  std::set<std::string> all;
  std::set<std::string> other;
  for (const Words& line : Lines(NameSpellings())) {
    for (const std::string& name : line) EXPECT_TRUE(all.insert(name).second) << name;
    other.insert(line.begin() + 1, line.end());
  }
  for (const auto& [nickname, root] : Relations()) {
    EXPECT_EQ(other.count(nickname), 0u) << nickname;
    EXPECT_EQ(other.count(root), 0u) << root;
  }
}

TEST(NicknameTableTest, TheMostUsualFormalNameStandsFirst) {
  EXPECT_THAT(NicknameRoots("CHRIS").front(), "CHRISTOPHER");
  EXPECT_THAT(NicknameRoots("JACK").front(), "JOHN");
  EXPECT_THAT(NicknameRoots("JOHN"), ElementsAre("JOHN"));
  EXPECT_THAT(NicknameRoots("KATE").front(), "KATHERINE");
  EXPECT_THAT(NicknameRoots("PAT").front(), "PATRICIA");
}

TEST(NicknameTableTest, ANameOfMenAndWomenHasTheRootsOfBoth) {
  EXPECT_THAT(NicknameRoots("CHRIS"), AllOf(Contains("CHRISTOPHER"), Contains("CHRISTINE")));
  EXPECT_THAT(NicknameRoots("PAT"), AllOf(Contains("PATRICK"), Contains("PATRICIA")));
  EXPECT_THAT(NicknameRoots("ALEX"), AllOf(Contains("ALEXANDER"), Contains("ALEXANDRA")));
  EXPECT_THAT(NicknameRoots("SAM"), AllOf(Contains("SAMUEL"), Contains("SAMANTHA")));
}

TEST(NicknameTableTest, SpellingsHaveTheRootsOfTheFirst) {
  EXPECT_THAT(NicknameRoots("STEVEN"), ElementsAre("STEPHEN"));
  EXPECT_THAT(NicknameRoots("CATHERINE"), ElementsAre("KATHERINE"));
  EXPECT_EQ(NicknameRoots("KATY"), NicknameRoots("KATIE"));
  EXPECT_THAT(NicknameRoots("MOHAMED"), ElementsAre("MUHAMMAD"));
}

TEST(NicknameTableTest, KnowsNamesOfOtherLanguages) {
  EXPECT_THAT(NicknameRoots("PACO"), Contains("FRANCISCO"));
  EXPECT_THAT(NicknameRoots("PEPE"), Contains("JOSE"));
  EXPECT_THAT(NicknameRoots("KASIA"), Contains("KATARZYNA"));
  EXPECT_THAT(NicknameRoots("MISHA"), Contains("MIKHAIL"));
  EXPECT_THAT(NicknameRoots("PADDY"), Contains("PATRICK"));
  EXPECT_THAT(NicknameRoots("VENKAT"), Contains("VENKATESH"));
}

TEST(NicknameTableTest, RootsAreBoundedAndWhatIsUnknownHasNone) {
  for (const auto& [nickname, root] : Relations()) {
    EXPECT_THAT(NicknameRoots(nickname), Not(IsEmpty()));
    EXPECT_LE(NicknameRoots(nickname).size(), kMaxNicknameRoots) << nickname;
  }
  EXPECT_THAT(NicknameRoots("XIOMARA"), IsEmpty());
}

// Measures how much of a public list the table covers. The required share is far below the
// measured one: most of the rest are names that nobody has any more.
TEST(NicknameTableTest, HalfOfAPublicListOfNicknamesAndMoreShareARoot) {
  const char* data = std::getenv("BLINDLINK_DATA");
  const std::filesystem::path file =
      std::filesystem::path(data != nullptr ? data : BLINDLINK_SOURCE_DIR "/../shared/data") /
      "names/nicknames_carltonnorthern.csv";
  std::ifstream in(file);
  if (!in) GTEST_SKIP() << "SKIPPED: no data at " << file;
  size_t pairs = 0, shared = 0, first = 0;
  std::string line;
  for (std::getline(in, line); std::getline(in, line);) {
    const Words cells = absl::StrSplit(absl::StripAsciiWhitespace(line), ',');
    ASSERT_EQ(cells.size(), 3u);
    const auto roots_of = [](const std::string& cell) {
      static std::set<std::string> names;  // an unknown name is its own root
      const std::string& name = *names.insert(absl::AsciiStrToUpper(cell)).first;
      const auto& roots = NicknameRoots(name);
      return roots.empty() ? std::vector<absl::string_view>{name} : roots;
    };
    const auto left = roots_of(cells[0]), right = roots_of(cells[2]);
    ++pairs;
    first += left[0] == right[0] ? 1 : 0;
    shared += std::any_of(left.begin(), left.end(), [&right](absl::string_view root) {
      return std::find(right.begin(), right.end(), root) != right.end();
    });
  }
  printf("nicknames: %.3f of %zu pairs share a root, %.3f the first one\n",
         static_cast<double>(shared) / static_cast<double>(pairs), pairs,
         static_cast<double>(first) / static_cast<double>(pairs));
  EXPECT_GT(shared * 2, pairs);
}

}  // namespace
}  // namespace blindlink::agent
