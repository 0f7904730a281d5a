#include "common/marks/mark_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/csv/byte_source.h"

namespace blindlink {
namespace {

using Found = std::vector<MarkSearch::Found>;

// Gives a few bytes at a time, as pipes do.
class TricklingSource : public ByteSource {
 public:
  TricklingSource(std::string content, size_t most) : content_(std::move(content)), most_(most) {}
  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    const size_t n = std::min({size, most_, content_.size() - at_});
    std::copy_n(content_.begin() + static_cast<ptrdiff_t>(at_), n, out);
    at_ += n;
    return n;
  }
  double ShareRead() const override { return -1; }

 private:
  const std::string content_;
  const size_t most_;
  size_t at_ = 0;
};

Found Search(const std::vector<MarkSearch::Mark>& marks, const std::string& content,
             size_t most = 1 << 20) {
  const auto search = MarkSearch::Make(marks);
  EXPECT_TRUE(search.ok()) << search.status();
  TricklingSource source(content, most);
  auto found = search->Search(source);
  EXPECT_TRUE(found.ok()) << found.status();
  return *std::move(found);
}

TEST(MarkSearchTest, FindsTextInAnyCaseAndBytesAsTheyAre) {
  const std::vector<MarkSearch::Mark> marks = {{"Varidosuke", 0, true}, {"\x01Varidosu", 1, false}};
  const Found found = Search(marks, "a,VARIDOSUKE,b,varidosuke\x01varidosu\x01Varidosu");
  EXPECT_EQ(found[0].times, 2u);
  EXPECT_EQ(found[0].first_byte, 2u);
  EXPECT_EQ(found[1].times, 1u);
  EXPECT_EQ(found[1].first_byte, 34u);
}

TEST(MarkSearchTest, CharactersThatDifferByTheBitOfCaseAloneAreNotTheSame) {
  EXPECT_EQ(Search({{"abcdefg[", 0, true}}, "abcdefg{ ABCDEFG{")[0].times, 0u);
  EXPECT_EQ(Search({{"abcdefgh1", 0, true}}, "abcdefgh\x11")[0].times, 0u);
}

TEST(MarkSearchTest, MarksWithOneNumberAreOneFind) {
  const Found found =
      Search({{"pseudonym", 3, false}, {"as digits", 3, true}}, "AS DIGITS pseudonym");
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[3].times, 2u);
}

// Against the plain search, on random texts with marks at every place of the chunks.
TEST(MarkSearchTest, FindsWhatAPlainSearchFindsHoweverTheBytesCome) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    std::string content;
    for (int i = 0; i < 4000; ++i) content += static_cast<char>('a' + random() % 2);
    std::vector<MarkSearch::Mark> marks;
    std::vector<uint64_t> expected;
    for (size_t number = 0; number < 20; ++number) {
      const std::string mark = content.substr(random() % 3900, 8 + random() % 20);
      marks.push_back(
          {number % 2 == 0 ? mark : absl::AsciiStrToUpper(mark), number, number % 2 == 1});
      uint64_t times = 0;
      for (size_t at = content.find(mark); at != content.npos; at = content.find(mark, at + 1)) {
        ++times;
      }
      expected.push_back(times);
    }
    const Found found = Search(marks, content, 1 + random() % 50);
    for (size_t number = 0; number < marks.size(); ++number) {
      EXPECT_EQ(found[number].times, expected[number]) << marks[number].bytes;
      const std::string mark = absl::AsciiStrToLower(marks[number].bytes);
      EXPECT_EQ(found[number].first_byte, content.find(mark));
    }
  }
}

TEST(MarkSearchTest, AMarkAcrossTwoLargeChunksAndOneAtTheEndAreFound) {
  std::string content(size_t{3} << 20, 'x');
  const std::string mark = "0123456789abcdef";
  content.replace((size_t{1} << 20) - 5, mark.size(), mark);
  content += mark;
  const Found found = Search({{mark, 0, true}}, content);
  EXPECT_EQ(found[0].times, 2u);
  EXPECT_EQ(found[0].first_byte, (uint64_t{1} << 20) - 5);
}

TEST(MarkSearchTest, AnEmptyFileHasNothing) {
  EXPECT_EQ(Search({{"12345678", 0, true}}, "")[0].times, 0u);
  EXPECT_EQ(Search({{"12345678", 0, true}}, "1234567")[0].times, 0u);
}

TEST(MarkSearchTest, AMarkThatWouldBeFoundByChanceIsRefused) {
  EXPECT_EQ(MarkSearch::Make({{"1234567", 0, true}}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace blindlink
