#include "resolver/index/rocksdb/page_cipher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "resolver/index/rocksdb/posting_page.h"

namespace blindlink::resolver {
namespace {

const BoundCipher& Cipher(uint8_t byte = 1) {
  static const BoundCipher one(std::vector<uint8_t>(32, 1), std::vector<uint8_t>(32, 2));
  static const BoundCipher other(std::vector<uint8_t>(32, 3), std::vector<uint8_t>(32, 2));
  return byte == 1 ? one : other;
}

constexpr char kEvidence[] = "equal codes of all";

std::string Page(uint32_t records, const std::string& evidence = kEvidence) {
  PostingPageBuilder builder;
  for (uint32_t record = 0; record < records; ++record) {
    Posting posting;
    posting.token.bytes[0] = 7;
    posting.match_key = 3;
    posting.dataset = 1;
    posting.record = record;
    std::copy(evidence.begin(), evidence.end(), posting.evidence.bytes.begin());
    posting.evidence.size = static_cast<uint8_t>(evidence.size());
    builder.Add(posting);
  }
  return builder.Finish();
}

std::string Sealed(std::string page, const std::string& key = "key of the page") {
  SealEvidence(Cipher(), key, &page);
  return page;
}

std::string Opened(std::string page, const std::string& key = "key of the page",
                   uint8_t cipher = 1) {
  OpenEvidence(Cipher(cipher), key, &page);
  return page;
}

std::string EvidenceOf(const std::string& page) { return page.substr(*EvidenceOffset(page)); }

TEST(PageCipher, WhatIsSealedComesBack) {
  for (const uint32_t records : {1u, 2u, 300u}) {
    EXPECT_EQ(Opened(Sealed(Page(records))), Page(records)) << records;
  }
}

TEST(PageCipher, ASealedPageSaysSoAndIsAsLong) {
  EXPECT_EQ(Sealed(Page(3)).front(), 2);
  EXPECT_EQ(Sealed(Page(3)).size(), Page(3).size());
  std::vector<Posting> read;
  EXPECT_FALSE(DecodePostingPage(1, Sealed(Page(3)), &read));
}

TEST(PageCipher, EqualCodesLookUnrelated) {
  const std::string evidence = EvidenceOf(Sealed(Page(2)));
  const size_t each = evidence.size() / 2;
  EXPECT_NE(evidence.substr(0, each), evidence.substr(each));
  EXPECT_THAT(evidence, testing::Not(testing::HasSubstr("codes")));
  // In a page with another key, or cut elsewhere under the same key.
  EXPECT_NE(EvidenceOf(Sealed(Page(2), "another key")), evidence);
  EXPECT_NE(EvidenceOf(Sealed(Page(3))).substr(0, evidence.size()), evidence);
}

TEST(PageCipher, AnotherKeyGivesOtherEvidenceAndTheSameTokens) {
  const std::string wrong = Opened(Sealed(Page(2)), "key of the page", 3);
  EXPECT_NE(wrong, Page(2));
  EXPECT_EQ(wrong.substr(0, *EvidenceOffset(wrong)), Page(2).substr(0, *EvidenceOffset(wrong)));
}

TEST(PageCipher, APageFromBeforeIsReadAsItIs) { EXPECT_EQ(Opened(Page(3)), Page(3)); }

TEST(PageCipher, APageWithoutEvidenceHasOnlyItsVersionChanged) {
  std::string page = Page(3, "");
  page.front() = 2;
  EXPECT_EQ(Sealed(Page(3, "")), page);
}

TEST(PageCipher, WhatIsNoPageStaysAsItIs) {
  const std::string page = Sealed(Page(5));
  for (size_t size = 0; size < *EvidenceOffset(page); ++size) {
    EXPECT_EQ(Opened(page.substr(0, size)), page.substr(0, size)) << size;
  }
}

}  // namespace
}  // namespace blindlink::resolver
