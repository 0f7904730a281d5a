#include "resolver/index/clickhouse/sorted_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

constexpr uint32_t kEvidence = 8;

template <typename Int>
void Append(Int value, std::string* column) {
  column->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// One block with these postings, as a server would send it.
void AppendBlock(const std::vector<Posting>& postings, std::string* body) {
  std::string columns[8];
  for (const Posting& posting : postings) {
    Append(posting.token.High(), &columns[0]);
    Append(posting.token.Low(), &columns[1]);
    Append(posting.match_key, &columns[2]);
    Append(posting.dataset, &columns[3]);
    Append(posting.record, &columns[4]);
    Append(posting.form, &columns[5]);
    Append(posting.evidence.size, &columns[6]);
    columns[7].append(reinterpret_cast<const char*>(posting.evidence.bytes.data()), kEvidence);
  }
  std::vector<NativeColumn> all;
  const std::vector<NativeType> types = SweptTypes(kEvidence);
  for (size_t i = 0; i < types.size(); ++i) all.push_back({"x", types[i], columns[i]});
  AppendNativeBlock(all, postings.size(), body);
}

NativeRows AnswerOf(const std::vector<std::vector<Posting>>& blocks) {
  static const std::vector<NativeType> types = SweptTypes(kEvidence);
  NativeRows answer;
  for (const auto& block : blocks) AppendBlock(block, &answer.body);
  NativeReader reader(answer.body, types);
  for (NativeBlock block; reader.Next(&block).value();) answer.blocks.push_back(block);
  return answer;
}

std::vector<Posting> PostingsOf(const std::vector<RowKey>& rows) {
  std::vector<Posting> postings;
  for (const RowKey& row : rows) postings.push_back(row.AsPosting());
  return postings;
}

std::vector<Posting> RandomPostings(size_t count) {
  std::mt19937 random(7);
  std::vector<Posting> postings(count);
  for (Posting& posting : postings) {
    for (uint8_t& byte : posting.token.bytes) byte = static_cast<uint8_t>(random() % 3 * 127);
    posting.match_key = static_cast<uint8_t>(random() % 3 + 254);
    posting.dataset = random();
    posting.record = random();
    posting.form = static_cast<uint8_t>(random());
    posting.evidence.size = static_cast<uint8_t>(random() % (kEvidence + 1));
    for (size_t i = 0; i < posting.evidence.size; ++i) {
      posting.evidence.bytes[i] = static_cast<uint8_t>(random());
    }
  }
  return postings;
}

TEST(SortedRows, RunsOfAnyNumberAndLengthAreMergedAndEachRowIsThereOnce) {
  std::vector<Posting> postings = RandomPostings(1000);
  std::vector<Posting> expected = postings;
  std::sort(expected.begin(), expected.end());
  for (const size_t runs : {1, 2, 3, 7, 1000}) {
    std::vector<std::vector<Posting>> blocks(runs);
    for (size_t i = 0; i < postings.size(); ++i) blocks[i % runs].push_back(postings[i]);
    for (auto& block : blocks) std::sort(block.begin(), block.end());
    blocks.push_back(blocks.front());  // sent twice
    const NativeRows answer = AnswerOf(blocks);
    std::vector<RowKey> rows;
    ASSERT_TRUE(SortRows(answer, kEvidence, &rows));
    EXPECT_EQ(PostingsOf(rows), expected) << runs;
  }
}

TEST(SortedRows, NothingIsSortedToNothing) {
  std::vector<RowKey> rows(3);
  ASSERT_TRUE(SortRows(NativeRows(), kEvidence, &rows));
  EXPECT_TRUE(rows.empty());
}

TEST(SortedRows, MoreEvidenceThanTheColumnHasIsDamage) {
  Posting posting;
  posting.evidence.size = kEvidence + 1;
  const NativeRows answer = AnswerOf({{posting}});
  std::vector<RowKey> rows;
  EXPECT_FALSE(SortRows(answer, kEvidence, &rows));
}

TEST(SortedRows, OnlyTokensOfTheDatasetsAreLeft) {
  const auto posting = [](const char* token, uint32_t dataset) {
    return Posting{StoredTokenNamed(token), 1, dataset, 0, 0, {}};
  };
  // The first eight bytes of two tokens are the same.
  const NativeRows answer = AnswerOf({{posting("aaaaaaaax", 1), posting("aaaaaaaax", 2),
                                       posting("aaaaaaaay", 1), posting("b", 3)}});
  std::vector<RowKey> rows;
  ASSERT_TRUE(SortRows(answer, kEvidence, &rows));
  const std::vector<uint32_t> datasets = {2, 3};
  KeepTokensOf(datasets, &rows);
  EXPECT_EQ(PostingsOf(rows), (std::vector<Posting>{posting("aaaaaaaax", 1),
                                                    posting("aaaaaaaax", 2), posting("b", 3)}));
}

}  // namespace
}  // namespace blindlink::resolver
