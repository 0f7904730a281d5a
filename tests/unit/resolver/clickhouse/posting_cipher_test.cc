#include "resolver/index/clickhouse/posting_cipher.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "resolver/index/clickhouse/metro_hash.h"
#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

const BoundCipher& Cipher() {
  static const BoundCipher kCipher(std::vector<uint8_t>(BoundCipher::kKeySize, 1),
                                   std::vector<uint8_t>(BoundCipher::kKeySize, 2));
  return kCipher;
}

std::string AsText(const SecretBytes& secret) {
  return {secret.Reveal().begin(), secret.Reveal().end()};
}

PostingCipher CipherOfLoads(uint64_t first, uint64_t second) {
  PostingCipher cipher(Cipher());
  cipher.SetLoad(Cipher(), 1, first);
  cipher.SetLoad(Cipher(), 2, second);
  return cipher;
}

// As many postings as are not a multiple of anything, with all sizes of evidence, all codes zero.
std::vector<Posting> Postings() {
  std::vector<Posting> postings;
  for (uint32_t record = 0; record < 601; ++record) {
    Posting& posting = postings.emplace_back();
    posting.token = StoredTokenNamed("token");
    posting.match_key = 1;
    posting.dataset = record % 2 + 1;
    posting.record = record;
    posting.evidence.size = static_cast<uint8_t>(record % (EvidenceCodes::kMaxSize + 1));
  }
  return postings;
}

TEST(PostingCipher, TwiceIsAsItWas) {
  const std::vector<Posting> plain = Postings();
  std::vector<Posting> postings = plain;
  PostingCipher cipher = CipherOfLoads(10, 20);
  cipher.Apply(absl::MakeSpan(postings));
  EXPECT_NE(postings, plain);
  // In other company, as a reader has them.
  for (Posting& posting : postings) cipher.Apply({&posting, 1});
  EXPECT_EQ(postings, plain);
}

TEST(PostingCipher, WithTheKeysAndMasksAloneItIsTheSame) {
  std::vector<Posting> postings = Postings();
  CipherOfLoads(10, 20).Apply(absl::MakeSpan(postings));
  const EvidenceKeys keys = EvidenceKeys::Of(Cipher());
  PostingCipher of_worker(keys);
  of_worker.SetMask(1, EvidenceMaskOf(Cipher(), 10));
  of_worker.SetMask(2, EvidenceMaskOf(Cipher(), 20));
  of_worker.Apply(absl::MakeSpan(postings));
  EXPECT_EQ(postings, Postings());
  EXPECT_NE(AsText(keys.starts), AsText(keys.stream));
  EXPECT_NE(EvidenceMaskOf(Cipher(), 10), EvidenceMaskOf(Cipher(), 20));
}

// An index that an earlier version has written is read by later ones.
TEST(PostingCipher, EvidenceIsEncipheredAsItAlwaysWas) {
  std::vector<Posting> postings = Postings();
  CipherOfLoads(10, 20).Apply(absl::MakeSpan(postings));
  std::string all;
  for (const Posting& posting : postings) absl::StrAppend(&all, posting.evidence.AsView());
  EXPECT_EQ(all.size(), 18840u);
  EXPECT_EQ(MetroHash64(all), 9105208209227809341U);
}

TEST(PostingCipher, EqualCodesLookUnrelatedInEveryPostingLoadAndPlace) {
  std::vector<Posting> postings = Postings();
  CipherOfLoads(10, 20).Apply(absl::MakeSpan(postings));
  const std::string first(postings[63].evidence.AsView());   // dataset 2
  const std::string second(postings[64].evidence.AsView());  // dataset 1
  EXPECT_NE(first, second.substr(0, first.size()));
  EXPECT_NE(second.substr(0, 16), second.substr(16, 16));
  EXPECT_NE(second.substr(0, 16), second.substr(48, 16));
  std::vector<Posting> again = Postings();
  CipherOfLoads(11, 20).Apply(absl::MakeSpan(again));
  EXPECT_EQ(again[63], postings[63]);
  EXPECT_NE(again[64], postings[64]) << "another load";
}

TEST(PostingCipher, TextsAreEncipheredUnderTheirLoadAndName) {
  const std::string plain = "a site's name";
  const auto enciphered = [&](uint64_t load, absl::string_view name) {
    std::string text = plain;
    ApplyToText(Cipher(), load, name, &text);
    return text;
  };
  EXPECT_NE(enciphered(1, "dataset"), plain);
  EXPECT_NE(enciphered(1, "dataset"), enciphered(2, "dataset"));
  EXPECT_NE(enciphered(1, "dataset"), enciphered(1, "records 0"));
  std::string text = enciphered(1, "dataset");
  ApplyToText(Cipher(), 1, "dataset", &text);
  EXPECT_EQ(text, plain);
}

}  // namespace
}  // namespace blindlink::resolver
