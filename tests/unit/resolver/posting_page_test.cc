#include "resolver/index/rocksdb/posting_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "common/base/hex.h"

namespace blindlink::resolver {
namespace {

Posting PostingOf(uint8_t first_byte, uint8_t match_key, uint32_t record, uint8_t form,
                  absl::string_view evidence = "") {
  Posting posting;
  posting.token.bytes[0] = first_byte;
  posting.match_key = match_key;
  posting.dataset = 5;
  posting.record = record;
  posting.form = form;
  std::copy(evidence.begin(), evidence.end(), posting.evidence.bytes.begin());
  posting.evidence.size = static_cast<uint8_t>(evidence.size());
  return posting;
}

std::string PageOf(const std::vector<Posting>& postings) {
  PostingPageBuilder builder;
  for (const Posting& posting : postings) builder.Add(posting);
  return builder.Finish();
}

std::vector<Posting> RoundTrip(const std::vector<Posting>& postings) {
  std::vector<Posting> read;
  EXPECT_TRUE(DecodePostingPage(5, PageOf(postings), &read));
  return read;
}

// As an ingest of one dataset makes them: random tokens, some shared, evidence by match key.
std::vector<Posting> RandomPostings(size_t count, uint32_t records, size_t evidence) {
  std::mt19937_64 random(7);
  std::vector<Posting> postings;
  while (postings.size() < count) {
    Posting posting;
    posting.dataset = 5;
    for (uint8_t& byte : posting.token.bytes) byte = static_cast<uint8_t>(random());
    posting.match_key = static_cast<uint8_t>(1 + random() % 23);
    posting.form = posting.match_key % 4 == 0 ? static_cast<uint8_t>(random() % 6) : 0;
    posting.evidence.size = static_cast<uint8_t>(evidence);
    for (size_t i = 0; i < evidence; ++i) {
      posting.evidence.bytes[i] = static_cast<uint8_t>(random());
    }
    for (size_t i = random() % 4 == 0 ? 5 : 1; i > 0; --i) {
      posting.record = static_cast<uint32_t>(random() % records);
      postings.push_back(posting);
    }
  }
  std::sort(postings.begin(), postings.end());
  postings.erase(std::unique(postings.begin(), postings.end()), postings.end());
  return postings;
}

TEST(PostingPage, HasTheBytesOfTheDocument) {
  EXPECT_EQ(HexEncode(PageOf({PostingOf(0x10, 7, 3, 0, "\xe0"), PostingOf(0x10, 7, 5, 2, "\xe1"),
                              PostingOf(0x30, 9, 6, 0)})),
            "0100034d0301"
            "10000000000000000000"
            "00000016"
            "070102"
            "090000"
            "4000000000000000000066c40000000000000000001c"
            "e0e1");
}

TEST(PostingPage, WhatIsWrittenIsRead) {
  for (const size_t evidence : {0u, 1u, 45u, 64u}) {
    const std::vector<Posting> postings = RandomPostings(300, 1 << 20, evidence);
    EXPECT_EQ(RoundTrip(postings), postings) << evidence;
  }
}

TEST(PostingPage, TheExtremesOfEveryMemberComeBack) {
  Posting lowest;
  lowest.dataset = 5;
  Posting highest = PostingOf(0xff, 255, 0xffffffff, 255, std::string(64, '\xff'));
  highest.token.bytes.fill(0xff);
  EXPECT_EQ(RoundTrip({lowest, highest}), (std::vector<Posting>{lowest, highest}));
  EXPECT_EQ(RoundTrip({highest}), std::vector<Posting>{highest});
}

TEST(PostingPage, ATokenUnderTwoMatchKeysIsTwoBlocks) {
  const std::vector<Posting> postings = {PostingOf(1, 1, 9, 0), PostingOf(1, 2, 4, 1),
                                         PostingOf(1, 2, 5, 0, "e")};
  EXPECT_EQ(RoundTrip(postings), postings);
}

TEST(PostingPage, IsFullBeforeItHoldsMoreThanItCanSay) {
  PostingPageBuilder builder;
  std::vector<Posting> postings;
  for (uint32_t record = 0; !builder.full(); ++record) {
    postings.push_back(PostingOf(1, 1, record, 0));
    builder.Add(postings.back());
  }
  EXPECT_LE(postings.size(), 4096u);
  std::vector<Posting> read;
  ASSERT_TRUE(DecodePostingPage(5, builder.Finish(), &read));
  EXPECT_EQ(read, postings);
  EXPECT_TRUE(builder.empty());

  for (int kind = 0; !builder.full(); ++kind) {
    ASSERT_LT(kind, 256);
    builder.Add(PostingOf(1, static_cast<uint8_t>(kind), 0, 0));
  }
  ASSERT_TRUE(DecodePostingPage(5, builder.Finish(), &read));
  EXPECT_EQ(read.size(), 256u);
}

// The purpose of a page. A record of 43 million takes 26 bits; the distances between a billion
// tokens have about 50 bits.
TEST(PostingPage, APostingTakesFewBytesBesidesItsEvidence) {
  std::vector<Posting> postings = RandomPostings(400, 43'000'000, 16);
  for (Posting& posting : postings) {  // as close as among a billion
    std::rotate(posting.token.bytes.begin(), posting.token.bytes.begin() + 7,
                posting.token.bytes.end());
    std::fill_n(posting.token.bytes.begin(), 3, 0);
    posting.token.bytes[2] = static_cast<uint8_t>(posting.token.bytes[3] >> 7);
  }
  std::sort(postings.begin(), postings.end());
  const double each = static_cast<double>(PageOf(postings).size()) / postings.size();
  EXPECT_LT(each, 16 + 10);
}

TEST(PostingPage, ACutOrLengthenedPageIsNone) {
  const std::string page = PageOf(RandomPostings(50, 1000, 3));
  std::vector<Posting> read;
  for (size_t size = 0; size < page.size(); ++size) {
    EXPECT_FALSE(DecodePostingPage(5, page.substr(0, size), &read)) << size;
  }
  EXPECT_FALSE(DecodePostingPage(5, page + "x", &read));
  std::string other_version = page;
  other_version[0] = 2;
  EXPECT_FALSE(DecodePostingPage(5, other_version, &read));
}

}  // namespace
}  // namespace blindlink::resolver
