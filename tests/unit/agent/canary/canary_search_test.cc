#include "agent/canary/canary_search.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

std::string Token(char c) { return std::string(15, c) + '\0'; }

CanaryMarks Canary(char c) {
  CanaryMarks marks;
  marks.texts = {std::string("10000000") + c, std::string("Varidosuk") + c};
  marks.pseudonym.bytes.fill(static_cast<uint8_t>(c));
  marks.tokens = {Token(c), Token(static_cast<char>(c + 1)), "shared by many  "};
  return marks;
}

class CanarySearchTest : public testing::Test {
 protected:
  std::vector<CanaryFind> Search(const std::string& content) {
    const std::filesystem::path file = folder_ / "file";
    EXPECT_TRUE(WriteFileAtomically(file, content).ok());
    const auto search = CanarySearch::Make({{Canary('a'), Canary('k')}, {Canary('u')}});
    EXPECT_TRUE(search.ok()) << search.status();
    auto finds = search->Search(file);
    EXPECT_TRUE(finds.ok()) << finds.status();
    return *std::move(finds);
  }
  TemporaryFolder folder_;
};

TEST_F(CanarySearchTest, NamesTheFileOfCanariesAndByWhatTheyWereFound) {
  const auto by_text = Search("x,VARIDOSUKK,1\n,varidosuka,100000000a,");
  EXPECT_EQ(by_text[0].by_text, 2u);
  EXPECT_EQ(by_text[0].by_pseudonym + by_text[0].by_tokens, 0u);
  EXPECT_EQ(by_text[0].first_byte, 2u);
  EXPECT_FALSE(by_text[1].any());

  const std::string pseudonym(16, 'u');
  for (const std::string& shown :
       {pseudonym, HexEncode(pseudonym), absl::AsciiStrToUpper(HexEncode(pseudonym))}) {
    const auto by_pseudonym = Search("abc" + shown);
    EXPECT_FALSE(by_pseudonym[0].any());
    EXPECT_EQ(by_pseudonym[1].by_pseudonym, 1u);
    EXPECT_EQ(by_pseudonym[1].first_byte, 3u);
  }
}

TEST_F(CanarySearchTest, ATokenThatPeopleShareIsNoCanary) {
  EXPECT_FALSE(Search("shared by many  ")[0].any());
  EXPECT_EQ(Search("shared by many  " + Token('a'))[0].by_tokens, 1u);
  EXPECT_EQ(Search(HexEncode(Token('a')) + HexEncode(Token('b')))[0].by_tokens, 1u);
  EXPECT_EQ(Search("shared by many  " + Token('a') + Token('b'))[0].by_tokens, 1u);
}

TEST_F(CanarySearchTest, AFileWithoutCanariesHasNone) {
  for (const CanaryFind& find : Search("record_id,last_name\n1,Miller\n")) EXPECT_FALSE(find.any());
}

TEST_F(CanarySearchTest, WithoutCanariesThereIsNothingToLookFor) {
  EXPECT_EQ(CanarySearch::Make({{}}).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace blindlink::agent
