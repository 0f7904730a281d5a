// Batches of records under a plan with an oblivious match key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "agent/keys/token_key.h"
#include "agent/oblivious/oblivious_tokens.h"
#include "agent/pipeline/record_batch.h"
#include "agent/pipeline/tokenize_input.h"
#include "common/base/byte_order.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/agent/oblivious/local_key_server.h"

namespace blindlink::agent {
namespace {

constexpr char kAdded[] = "padding { tokens: 6 } fakes_per_1000_records: 500";

RawRecord Person(uint64_t number, const char* first, const char* last, const char* zip) {
  RawRecord record;
  record.record_id = std::to_string(number);
  record.row = number;
  record.values = {{first}, {last}, {zip}, {"1970-03-04"}};
  StoreBigEndian64(number << 40, record.pseudonym.bytes.data());
  return record;
}

class ObliviousBatch : public testing::Test {
 protected:
  ObliviousBatch() {
    batch_.records = {Person(1, "Bobby", "Carter", "02139"), Person(2, "Maria", "Lopez", "02140"),
                      Person(3, "Bobby", "Carter", "04101"), Person(4, "Susan", "Novak", "02141")};
  }

  absl::StatusOr<TokenizedBatch> Tokenize(const Plan& plan, bool ask) {
    const TokenizerSetup setup(plan, TokenKey::OfPublishedVectors(), "flu", {});
    const RecordKey key = *RecordKey::ReadOrGenerate(folder_ / "record.key");
    v1::UploadManifest manifest;
    manifest.set_site("north");
    const Additions additions(plan, setup.recipe, key, manifest);
    std::optional<ObliviousTokens> tokens;
    if (ask) tokens = *ObliviousTokens::Create(plan, &server_);
    BatchTokenizer tokenizer(setup, additions, ask ? &*tokens : nullptr);
    return tokenizer.Tokenize(batch_);
  }
  v1::TokenBlock Block(const Plan& plan, bool ask) {
    const auto made = Tokenize(plan, ask);
    EXPECT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(made->blocks.size(), 1u);
    return made->blocks[0];
  }

  // The tokens of a record's column, sorted.
  static std::vector<std::string> TokensOf(const v1::TokenColumn& column, uint32_t record) {
    std::vector<std::string> tokens;
    for (int i = 0; i < column.records_size(); ++i) {
      if (column.records(i) == record) {
        tokens.push_back(
            column.tokens().substr(static_cast<size_t>(i) * Token::kSize, Token::kSize));
      }
    }
    std::sort(tokens.begin(), tokens.end());
    return tokens;
  }

  TemporaryFolder folder_;
  LocalKeyServer server_;
  RecordBatch batch_;
};

TEST_F(ObliviousBatch, OnlyTheTokensOfTheObliviousMatchKeyAreTheKeyServers) {
  const Plan plan = ObliviousPlan();
  const v1::TokenBlock before = Block(plan, /*ask=*/false);
  const v1::TokenBlock after = Block(plan, /*ask=*/true);
  ASSERT_EQ(before.columns_size(), 2);
  ASSERT_EQ(after.columns_size(), 2);
  EXPECT_EQ(after.columns(1).SerializeAsString(), before.columns(1).SerializeAsString());
  const ObliviousTokens tokens = *ObliviousTokens::Create(plan, &server_);
  for (uint32_t record = 0; record < batch_.records.size(); ++record) {
    std::vector<std::string> expected;
    for (const std::string& hash : TokensOf(before.columns(0), record)) {
      const auto made = tokens.Make({Token::FromBytes(hash.data())});
      expected.emplace_back((*made)[0].token.AsView());
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(TokensOf(after.columns(0), record), expected);
  }
}

TEST_F(ObliviousBatch, RecordsShareTokensJustAsWithoutTheKeyServer) {
  const v1::TokenBlock block = Block(ObliviousPlan(), /*ask=*/true);
  EXPECT_EQ(TokensOf(block.columns(0), 0), TokensOf(block.columns(0), 2));
  EXPECT_NE(TokensOf(block.columns(0), 0), TokensOf(block.columns(0), 1));
}

// Whoever has the token key could otherwise try values against the codes, though not the token.
TEST_F(ObliviousBatch, EvidenceCodesOfAnObliviousTokenAreNotMadeOfTheToken) {
  const Plan plan = ObliviousPlan();
  const v1::TokenBlock block = Block(plan, /*ask=*/true);
  const v1::TokenColumn& column = block.columns(0);
  const TokenizerSetup setup(plan, TokenKey::OfPublishedVectors(), "flu", {});
  RecordTokenizer tokenizer(setup);
  std::vector<MadeToken> unused_tokens;
  std::vector<UnusedValue> unused;
  tokenizer.Tokenize(batch_.records[0], &unused_tokens, &unused);
  std::vector<Token> tokens;
  for (const std::string& token : TokensOf(column, 0)) {
    tokens.push_back(Token::FromBytes(token.data()));
  }
  EvidenceCoder coder = setup.evidence;
  coder.SetRecord(tokenizer.evidence_values(), tokens);
  std::vector<uint8_t> of_tokens;
  for (size_t i = 0; i < tokens.size(); ++i) coder.AppendCodes(0, i, &of_tokens);
  const size_t width = column.evidence().size() / static_cast<size_t>(column.records_size());
  ASSERT_GT(width, 0u);
  std::string sent;  // of record 0, in the order of its tokens, which is that of the column
  for (int i = 0; i < column.records_size(); ++i) {
    if (column.records(i) == 0)
      sent += column.evidence().substr(static_cast<size_t>(i) * width, width);
  }
  ASSERT_EQ(sent.size(), of_tokens.size());
  EXPECT_NE(sent, std::string(of_tokens.begin(), of_tokens.end()));
}

// Codes still agree where the field does: records 0 and 2 share name and date of birth, not the
// ZIP.
TEST_F(ObliviousBatch, EvidenceCodesAgreeWhereTheFieldsDo) {
  const v1::TokenBlock other_zip = Block(ObliviousPlan(), /*ask=*/true);
  batch_.records[2] = Person(3, "Bobby", "Carter", "02139");
  const v1::TokenBlock same_zip = Block(ObliviousPlan(), /*ask=*/true);
  const auto codes = [](const v1::TokenBlock& block, uint32_t record) {
    const v1::TokenColumn& column = block.columns(0);
    const size_t width = column.evidence().size() / static_cast<size_t>(column.records_size());
    std::set<std::string> all;
    for (int i = 0; i < column.records_size(); ++i) {
      if (column.records(i) == record) {
        all.insert(column.tokens().substr(static_cast<size_t>(i) * Token::kSize, Token::kSize) +
                   column.evidence().substr(static_cast<size_t>(i) * width, width));
      }
    }
    return all;
  };
  EXPECT_EQ(codes(same_zip, 0), codes(same_zip, 2));
  EXPECT_NE(codes(other_zip, 0), codes(other_zip, 2));
}

TEST_F(ObliviousBatch, PaddingAndFakesAreNotAskedFor) {
  const auto plain = Tokenize(ObliviousPlan(), /*ask=*/true);
  ASSERT_TRUE(plain.ok()) << plain.status();
  const size_t asked = server_.elements;
  const auto hidden = Tokenize(ObliviousPlan("oblivious: true", kAdded), /*ask=*/true);
  ASSERT_TRUE(hidden.ok()) << hidden.status();
  EXPECT_EQ(hidden->added.fake_records, 2u);
  EXPECT_GT(hidden->added.padding_tokens, 0u);
  EXPECT_EQ(server_.elements - asked, asked);
}

TEST_F(ObliviousBatch, AnErrorOfTheKeyServerIsThatOfTheBatch) {
  server_.error = absl::ResourceExhaustedError("used up");
  EXPECT_EQ(Tokenize(ObliviousPlan(), /*ask=*/true).status(), server_.error);
}

class NoRecords : public RecordSource {
 public:
  absl::StatusOr<std::optional<RawRecord>> Next() override { return std::nullopt; }
  double ShareRead() const override { return 1; }
};
class NoSink : public BlockSink {
 public:
  absl::Status Write(v1::TokenBlock) override { return absl::OkStatus(); }
};

TEST_F(ObliviousBatch, NoHashLeavesInATokensPlaceWithoutAKeyServer) {
  const Plan plan = ObliviousPlan();
  const TokenizerSetup setup(plan, TokenKey::OfPublishedVectors(), "flu", {});
  const RecordKey key = *RecordKey::ReadOrGenerate(folder_ / "record.key");
  RejectLog rejects;
  NoRecords source;
  NoSink sink;
  PipelineOptions options{.project = "flu", .site = "north"};
  options.order.folder = folder_.path();
  EXPECT_EQ(TokenizeInput(source, rejects, setup, key, options, sink, nullptr).status().code(),
            absl::StatusCode::kFailedPrecondition);
  options.only_count = true;
  EXPECT_TRUE(TokenizeInput(source, rejects, setup, key, options, sink, nullptr).ok());
}

}  // namespace
}  // namespace blindlink::agent
