#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "agent/padding/additions.h"
#include "agent/pipeline/tokenize_input.h"
#include "agent/tokenize/token_block_builder.h"
#include "common/base/files.h"
#include "common/plan/fake_records.h"
#include "common/tokens/token_block.h"
#include "tests/unit/agent/tokenize/tokenize_fixture.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kPadding[] = R"(
  padding { match_keys { match_key: "name-dob" tokens: 4 } }
)";
constexpr char kFakes[] = "fakes_per_1000_records: 100 ";
constexpr char kEvidence[] = R"(
  evidence { field: "first_name" } evidence { field: "last_name" }
)";

// Of 26 x 26 names and one date; some records lack a name, others a date.
class MadeUpSource : public RecordSource {
 public:
  explicit MadeUpSource(uint64_t count) : count_(count) {}
  absl::StatusOr<std::optional<RawRecord>> Next() override {
    if (next_ == count_) return std::optional<RawRecord>();
    const uint64_t i = next_++;
    RawRecord record{.record_id = absl::StrCat("id", i), .row = i + 1, .values = {}};
    const std::string letters = {static_cast<char>('A' + i % 26), 'A',
                                 static_cast<char>('A' + i / 26 % 26), 'N'};
    record.values = {{letters}, {letters + "SON"}, {"1970-03-04"}};
    if (i % 10 == 3) record.values[1] = {};
    if (i % 10 == 7) record.values[2] = {};
    return std::optional<RawRecord>(std::move(record));
  }
  double ShareRead() const override { return 1; }

 private:
  const uint64_t count_;
  uint64_t next_ = 0;
};

// What the resolver sees of a record.
struct Seen {
  std::map<uint32_t, std::multiset<int>> forms;  // by match key
  std::set<std::string> tokens;
};

class KeepingSink : public BlockSink {
 public:
  absl::Status Write(v1::TokenBlock block) override {
    for (const v1::TokenColumn& column : block.columns()) {
      for (int i = 0; i < column.records_size(); ++i) {
        Seen& record = seen[IdOf(block, column.records(i))];
        record.forms[column.match_key()].insert(static_cast<uint8_t>(column.forms()[i]));
        record.tokens.insert(
            column.tokens().substr(static_cast<size_t>(i) * Token::kSize, Token::kSize));
      }
    }
    for (uint32_t i = 0; i < RecordCountOf(block); ++i) {
      order.push_back(IdOf(block, i));
      seen.try_emplace(order.back());
    }
    bytes += block.SerializeAsString();
    blocks.push_back(std::move(block));
    return absl::OkStatus();
  }
  std::vector<v1::TokenBlock> blocks;
  std::string bytes;
  std::map<RecordPseudonym, Seen> seen;
  std::vector<RecordPseudonym> order;

 private:
  static RecordPseudonym IdOf(const v1::TokenBlock& block, uint32_t record) {
    return RecordPseudonym::FromBytes(block.record_ids().data() + record * RecordPseudonym::kSize);
  }
};

struct Upload {
  KeepingSink sink;
  v1::UploadCounts counts;
  AddedCounts added;
};

class PaddingTest : public testing::Test {
 protected:
  PaddingTest() {
    EXPECT_TRUE(WriteNewFile(folder_ / "record.key",
                             "blindlink-record-key-v1\n"
                             "9f3c5a1e77b2d04c8e6f1b2a93d5c7e04b8a6f0d2c1e3b5a7988665544332200\n",
                             0600)
                    .ok());
  }

  RecordKey KeyOf(const std::string& file) { return *RecordKey::ReadOrGenerate(folder_ / file); }

  Upload Tokenize(const std::string& more_of_plan, PipelineOptions options = {},
                  uint64_t records = 3000, const std::string& key = "record.key") {
    const TokenizeFixture fixture(std::string(kNameDob) + kLastDob + more_of_plan);
    if (options.project.empty()) options.project = "flu";
    if (options.site.empty()) options.site = "general";
    if (options.dataset.empty()) options.dataset = "2026";
    options.order.folder = folder_.path();
    Upload upload;
    options.added = &upload.added;
    MadeUpSource source(records);
    RejectLog rejects;
    const auto counts =
        TokenizeInput(source, rejects, fixture.setup(), KeyOf(key), options, upload.sink, nullptr);
    EXPECT_TRUE(counts.ok()) << counts.status();
    if (counts.ok()) upload.counts = *counts;
    for (const v1::TokenBlock& block : upload.sink.blocks) {
      EXPECT_TRUE(CheckBlock(block, fixture.plan()).ok());
    }
    return upload;
  }

  FakeMark MarkOf(const std::string& site, const std::string& key = "record.key") {
    return FakeMark(KeyOf(key).DeriveFakeMarkKey("flu", site));
  }

  TemporaryFolder folder_;
};

std::set<std::string> TokensOf(const Upload& upload) {
  std::set<std::string> tokens;
  for (const auto& [id, record] : upload.sink.seen) {
    tokens.insert(record.tokens.begin(), record.tokens.end());
  }
  return tokens;
}

// The tokens that `upload` has and `other` does not have.
std::set<std::string> TokensOnlyOf(const Upload& upload, const Upload& other) {
  const std::set<std::string> left = TokensOf(upload);
  const std::set<std::string> right = TokensOf(other);
  std::set<std::string> only;
  std::set_difference(left.begin(), left.end(), right.begin(), right.end(),
                      std::inserter(only, only.end()));
  return only;
}

uint64_t EntriesOf(const Upload& upload) {
  uint64_t entries = 0;
  for (const v1::TokenBlock& block : upload.sink.blocks) {
    for (const v1::TokenColumn& column : block.columns()) {
      entries += static_cast<uint64_t>(column.records_size());
    }
  }
  return entries;
}

// The forms of the match keys are the same for all.
void ExpectAllAlike(const Upload& upload) {
  ASSERT_FALSE(upload.sink.seen.empty());
  const auto& first = upload.sink.seen.begin()->second.forms;
  for (const auto& [id, record] : upload.sink.seen) EXPECT_EQ(record.forms, first);
}

TEST_F(PaddingTest, AllRecordsHaveTheSameTokensAndFormsWhateverTheyLack) {
  const Upload plain = Tokenize("");
  std::set<std::map<uint32_t, std::multiset<int>>> kinds;
  for (const auto& [id, record] : plain.sink.seen) kinds.insert(record.forms);
  EXPECT_GE(kinds.size(), 2u) << "the records of the test do not differ without padding";

  const Upload padded = Tokenize(kPadding);
  ExpectAllAlike(padded);
  const auto& forms = padded.sink.seen.begin()->second.forms;
  EXPECT_EQ(forms.at(1).size(), 4u);
  EXPECT_THAT(forms.at(2), ElementsAre(0));  // its usual_tokens
  EXPECT_EQ(padded.sink.seen.size(), 3000u) << "records without any token stay visible";
  EXPECT_EQ(padded.counts.tokens(), 3000u * 5);
  EXPECT_EQ(padded.counts.tokens(), EntriesOf(padded));
  EXPECT_EQ(padded.added.padding_tokens, padded.counts.tokens() - plain.counts.tokens());
  EXPECT_EQ(padded.counts.match_keys(0).records_without(), 0u);
}

TEST_F(PaddingTest, NoTwoRecordsShareAPaddingTokenAndTheOwnTokensStay) {
  const Upload plain = Tokenize("");
  const Upload padded = Tokenize(kPadding);
  EXPECT_THAT(TokensOnlyOf(plain, padded), IsEmpty());
  EXPECT_EQ(TokensOnlyOf(padded, plain).size(), padded.added.padding_tokens);
}

TEST_F(PaddingTest, PaddingIsTheSameAgainAndAnotherInEveryOtherUpload) {
  PipelineOptions many_threads;
  many_threads.threads = 5;
  const std::string both = absl::StrCat(kPadding, kFakes);
  const Upload padded = Tokenize(both);
  EXPECT_EQ(Tokenize(both, many_threads).sink.bytes, padded.sink.bytes);

  const Upload plain = Tokenize("");
  const std::set<std::string> added = TokensOnlyOf(padded, plain);
  ASSERT_FALSE(added.empty());
  PipelineOptions other[4];
  other[0].dataset = "2027";
  other[1].site = "county";
  other[2].project = "cold";
  other[3].token_key_id = "12345678";
  for (const PipelineOptions& options : other) {
    const std::set<std::string> tokens = TokensOf(Tokenize(both, options));
    for (const std::string& token : added) ASSERT_FALSE(tokens.contains(token));
  }
  EXPECT_EQ(Tokenize(both, other[3]).sink.order, padded.sink.order)
      << "records that a new token key replaces are known to be fakes";
  EXPECT_NE(Tokenize(both, other[0]).sink.order, padded.sink.order);
  const std::set<std::string> of_another_key = TokensOf(Tokenize(both, {}, 3000, "other.key"));
  for (const std::string& token : added) ASSERT_FALSE(of_another_key.contains(token));
}

TEST_F(PaddingTest, ReplacesTokensThatTooManyRecordsHave) {
  const std::string cap = "max_records_per_token_at_site: 5 ";
  const Upload capped = Tokenize(cap);
  ASSERT_GT(capped.counts.overused_tokens(), 1000u);
  const Upload padded = Tokenize(absl::StrCat(cap, kPadding, kFakes));
  ExpectAllAlike(padded);
  EXPECT_EQ(padded.counts.overused_tokens(), capped.counts.overused_tokens());
  EXPECT_EQ(padded.counts.tokens(), EntriesOf(padded));
  EXPECT_EQ(padded.counts.records(), 3300u);
  EXPECT_EQ(padded.counts.tokens(), 3300u * 5);
  EXPECT_EQ(padded.counts.match_keys(1).tokens(), 3300u);
  EXPECT_THAT(TokensOnlyOf(capped, padded), IsEmpty());
}

TEST_F(PaddingTest, FakesStandAmongTheRecordsAndOnlyTheirSiteKnowsThem) {
  const Upload plain = Tokenize("");
  const Upload mixed = Tokenize(kFakes);
  EXPECT_EQ(mixed.added.fake_records, 300u);
  EXPECT_EQ(mixed.counts.records(), 3300u);
  EXPECT_EQ(mixed.counts.rows(), 3300u);
  EXPECT_EQ(mixed.counts.tokens(), EntriesOf(mixed));
  EXPECT_EQ(RealAmong(mixed.counts.records(), 100), plain.counts.records());
  EXPECT_TRUE(std::is_sorted(mixed.sink.order.begin(), mixed.sink.order.end()));

  const FakeMark mark = MarkOf("general");
  std::vector<size_t> places;
  for (size_t i = 0; i < mixed.sink.order.size(); ++i) {
    const RecordPseudonym& record = mixed.sink.order[i];
    EXPECT_EQ(mark.IsOn(record), !plain.sink.seen.contains(record)) << "at " << i;
    if (mark.IsOn(record)) places.push_back(i);
  }
  ASSERT_EQ(places.size(), 300u);
  // Evenly spread: of 300 fakes, 75 in each quarter, with a standard deviation of 7.5.
  for (size_t quarter = 0; quarter < 4; ++quarter) {
    const auto in_quarter = std::count_if(places.begin(), places.end(), [&](size_t place) {
      return place * 4 / mixed.sink.order.size() == quarter;
    });
    EXPECT_NEAR(static_cast<double>(in_quarter), 75, 30);
  }
  for (const FakeMark& of_others : {MarkOf("county"), MarkOf("general", "other.key")}) {
    for (const RecordPseudonym& record : mixed.sink.order) EXPECT_FALSE(of_others.IsOn(record));
  }
}

// Otherwise the last record's first half would give the fake away.
TEST_F(PaddingTest, AFakeBesideOneRecordAloneHasAnotherPseudonymInBothHalves) {
  const Upload mixed =
      Tokenize("fakes_per_1000_records: 1000", {}, TokenBlockBuilder::kMaxRecords + 1);
  std::set<std::string> halves;
  for (const RecordPseudonym& record : mixed.sink.order) {
    halves.emplace(record.AsView().substr(0, RecordPseudonym::kSize / 2));
  }
  EXPECT_EQ(halves.size(), mixed.sink.order.size());
  EXPECT_EQ(mixed.sink.order.size(), 2 * (TokenBlockBuilder::kMaxRecords + 1));
  EXPECT_TRUE(std::is_sorted(mixed.sink.order.begin(), mixed.sink.order.end()));
}

TEST_F(PaddingTest, FakesShareNoTokenAndHaveTheNumbersOfTheirModels) {
  const Upload plain = Tokenize("");
  const Upload mixed = Tokenize(kFakes);
  const std::set<std::string> of_people = TokensOf(plain);
  const FakeMark mark = MarkOf("general");
  std::set<std::map<uint32_t, std::multiset<int>>> kinds;
  for (const auto& [id, record] : plain.sink.seen) kinds.insert(record.forms);
  std::set<std::string> of_fakes;
  size_t fakes = 0;
  size_t tokens = 0;
  for (const auto& [id, record] : mixed.sink.seen) {
    if (!mark.IsOn(id)) continue;
    ++fakes;
    tokens += record.tokens.size();
    EXPECT_TRUE(kinds.contains(record.forms));
    for (const std::string& token : record.tokens) {
      EXPECT_FALSE(of_people.contains(token));
      of_fakes.insert(token);
    }
  }
  EXPECT_GT(fakes, 200u);
  EXPECT_EQ(of_fakes.size(), tokens) << "two fakes share a token";
}

TEST_F(PaddingTest, AFakeHasOtherValuesThatAreMissingAndEqualWhereItsModelsAre) {
  const TokenizeFixture fixture(absl::StrCat(kNameDob, kFakes, kEvidence));
  v1::UploadManifest manifest;
  const Additions additions(fixture.plan(), fixture.setup().recipe, KeyOf("record.key"), manifest);
  const std::vector<uint64_t> model = {7, 0, 7, 9, 0, 1};
  std::set<std::vector<uint64_t>> different;
  for (uint64_t i = 0; i < 100; ++i) {
    std::vector<MadeToken> tokens = {{Token{}, 0, 3}};
    std::vector<uint64_t> values = model;
    const RecordPseudonym pseudonym = MarkOf("general").PseudonymFrom(i);
    additions.fakes.Disguise({pseudonym, 0}, &tokens, &values);
    EXPECT_NE(tokens[0].token, Token{});
    EXPECT_EQ(tokens[0].form_code, 3);
    for (size_t a = 0; a < model.size(); ++a) {
      EXPECT_EQ(values[a] == 0, model[a] == 0);
      for (size_t b = 0; b < a; ++b) EXPECT_EQ(values[a] == values[b], model[a] == model[b]);
    }
    different.insert(values);
  }
  EXPECT_EQ(different.size(), 100u);
  EXPECT_FALSE(different.contains(model));
}

TEST_F(PaddingTest, ChanceIsMeasuredOnPeopleAlone) {
  const Upload plain = Tokenize(kEvidence);
  const Upload mixed = Tokenize(absl::StrCat(kEvidence, kPadding, kFakes));
  ASSERT_GT(plain.counts.chance_size(), 0);
  ASSERT_EQ(plain.counts.chance_size(), mixed.counts.chance_size());
  for (int i = 0; i < plain.counts.chance_size(); ++i) {
    EXPECT_EQ(plain.counts.chance(i).SerializeAsString(),
              mixed.counts.chance(i).SerializeAsString());
  }
}

TEST(FakeNumbers, AreTheSameForWhoAddsThemAndWhoTakesThemAway) {
  for (const uint32_t per_1000 : {0u, 1u, 7u, 100u, 333u, 999u, 1000u}) {
    for (uint64_t real = 0; real < 5000; ++real) {
      ASSERT_EQ(RealAmong(real + FakesBeside(real, per_1000), per_1000), real) << per_1000;
    }
    const uint64_t many = (uint64_t{1} << 32) - 1;
    EXPECT_EQ(RealAmong(many + FakesBeside(many, per_1000), per_1000), many);
  }
}

}  // namespace
}  // namespace blindlink::agent
