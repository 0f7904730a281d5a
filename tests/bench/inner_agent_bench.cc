// Benchmarks of the agent's inner pieces: standardizers by field, forms, the tokens of a record and
// their evidence codes, on invented people whose records contain errors.
//   blindlink-inner-bench [--benchmark_filter=Standardize]
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/keys/token_hash.h"
#include "agent/keys/token_key.h"
#include "agent/standardize/standardize.h"
#include "agent/tokenize/record_tokenizer.h"
#include "agent/variants/variants.h"
#include "benchmark/benchmark.h"
#include "common/base/files.h"
#include "tests/population/household_book.h"
#include "tests/population/record_maker.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

constexpr size_t kRecords = 2000;

std::string DateText(const population::Record& record) {
  return record.has_birth ? absl::StrFormat("%04d-%02u-%02u", population::YearOf(record.birth),
                                            static_cast<unsigned>(record.birth.month()),
                                            static_cast<unsigned>(record.birth.day()))
                          : "";
}

std::string ValueOf(const population::Record& record, absl::string_view field) {
  if (field == "first_name") return record.first;
  if (field == "last_name") return record.last;
  if (field == "date_of_birth") return DateText(record);
  if (field == "street_address") return absl::StrCat(record.street, " ", record.unit);
  if (field == "city") return record.city;
  if (field == "state") return std::string(record.state);
  if (field == "zip") return record.zip;
  if (field == "ssn") return record.ssn;
  if (field == "phone") return record.phone;
  if (field == "email") return record.email;
  return "";
}

const std::vector<population::Record>& Records() {
  static const auto* const kSample = [] {
    static const population::NameBook names;
    static const population::HomeBook homes(1);
    static const population::ContactBook contacts(1);
    population::HouseholdBook households(1, names);
    population::RecordMaker maker(names, homes, contacts, population::ErrorRates(1));
    auto* sample = new std::vector<population::Record>(kRecords);
    for (size_t i = 0; i < kRecords; ++i) {
      const population::Draw draw(1, population::Purpose::kClaimsRecord, i);
      maker.Make(households.PersonOf(i), draw, &(*sample)[i]);
    }
    return sample;
  }();
  return *kSample;
}

void Standardizers(benchmark::State& state, const std::string& field,
                   v1::Standardizer standardizer) {
  std::vector<std::string> values;
  for (const population::Record& record : Records()) values.push_back(ValueOf(record, field));
  size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(Standardize(standardizer, values[at], {}));
    at = (at + 1) % values.size();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

void Forms(benchmark::State& state, v1::Form form, const std::string& field,
           v1::Standardizer standardizer) {
  std::vector<StandardValue> values;
  for (const population::Record& record : Records()) {
    for (StandardValue& value : Standardize(standardizer, ValueOf(record, field), {}).values) {
      values.push_back(std::move(value));
    }
  }
  std::vector<std::string> out;
  size_t at = 0;
  for (auto _ : state) {
    out.clear();
    AppendForm(form, standardizer, values[at], &out);
    benchmark::DoNotOptimize(out.data());
    at = (at + 1) % values.size();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

Plan PlanNamed(const std::string& name) {
  const auto text = ReadFile(absl::StrCat(BLINDLINK_SOURCE_DIR "/deploy/plans/", name));
  auto plan = text.ok() ? Plan::Parse(*text) : absl::StatusOr<Plan>(text.status());
  if (plan.ok()) return *std::move(plan);
  fprintf(stderr, "%s: %s\n", name.c_str(), plan.status().ToString().c_str());
  abort();
}

std::vector<RawRecord> RawRecords(const Plan& plan) {
  std::vector<RawRecord> raw;
  for (const population::Record& record : Records()) {
    RawRecord& out = raw.emplace_back();
    out.record_id = absl::StrCat(record.person);
    for (const v1::Field& field : plan.proto().fields()) {
      const std::string value = ValueOf(record, field.name());
      out.values.push_back(value.empty() ? RawTexts() : RawTexts{value});
    }
  }
  return raw;
}

void Tokenizer(benchmark::State& state, const std::string& plan_name) {
  const TemporaryFolder folder;
  const Plan plan = PlanNamed(plan_name);
  if (!TokenKey::Generate(folder / "key").ok()) return state.SkipWithError("no token key");
  const auto key = TokenKey::Read(folder / "key");
  if (!key.ok()) return state.SkipWithError("no token key");
  const TokenizerSetup setup(plan, *key, "bench", {});
  RecordTokenizer tokenizer(setup);
  const std::vector<RawRecord> records = RawRecords(plan);
  std::vector<MadeToken> tokens;
  std::vector<UnusedValue> unused;
  size_t at = 0;
  uint64_t made = 0;
  for (auto _ : state) {
    tokens.clear();
    unused.clear();
    tokenizer.Tokenize(records[at], &tokens, &unused);
    made += tokens.size();
    at = (at + 1) % records.size();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
  state.counters["tokens"] =
      benchmark::Counter(static_cast<double>(made), benchmark::Counter::kIsRate);
}

// One token of a text of so many bytes, by scheme.
void TokenScheme(benchmark::State& state, v1::TokenScheme scheme) {
  const Plan plan = PlanNamed("us-default.textproto");
  const TokenHash hash =
      TokenKey::OfPublishedVectors().DeriveTokenHash(scheme, "bench", "1", plan.match_keys()[0]);
  std::string text(static_cast<size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    ++text[0];
    benchmark::DoNotOptimize(hash.Digest16(text));
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK_CAPTURE(TokenScheme, HMAC_SHA256, v1::HMAC_SHA256)->Arg(25)->Arg(60)->Arg(110);
BENCHMARK_CAPTURE(TokenScheme, CHACHA20_SHA256, v1::CHACHA20_SHA256)->Arg(25)->Arg(60)->Arg(110);

// The codes of all tokens of one record at a time.
void EvidenceCodes(benchmark::State& state, const std::string& plan_name) {
  const Plan plan = PlanNamed(plan_name);
  const TokenizerSetup setup(plan, TokenKey::OfPublishedVectors(), "bench", {});
  RecordTokenizer tokenizer(setup);
  EvidenceCoder coder = setup.evidence;
  struct Coded {
    std::vector<uint64_t> values;
    std::vector<Token> tokens;
    std::vector<uint8_t> match_keys;
  };
  std::vector<Coded> records;
  for (const RawRecord& raw : RawRecords(plan)) {
    std::vector<MadeToken> made;
    std::vector<UnusedValue> unused;
    tokenizer.Tokenize(raw, &made, &unused);
    Coded& coded = records.emplace_back(Coded{tokenizer.evidence_values(), {}, {}});
    for (const MadeToken& token : made) {
      coded.tokens.push_back(token.token);
      coded.match_keys.push_back(token.match_key);
    }
  }
  std::vector<uint8_t> codes;
  size_t at = 0;
  uint64_t tokens = 0;
  for (auto _ : state) {
    const Coded& record = records[at];
    codes.clear();
    coder.SetRecord(record.values, record.tokens);
    for (size_t i = 0; i < record.tokens.size(); ++i) {
      coder.AppendCodes(record.match_keys[i], i, &codes);
    }
    benchmark::DoNotOptimize(codes.data());
    tokens += record.tokens.size();
    at = (at + 1) % records.size();
  }
  state.counters["tokens"] =
      benchmark::Counter(static_cast<double>(tokens), benchmark::Counter::kIsRate);
}

const bool kRegistered = [] {
  const struct {
    const char* field;
    v1::Standardizer standardizer;
  } fields[] = {{"first_name", v1::GIVEN_NAME},
                {"last_name", v1::SURNAME},
                {"date_of_birth", v1::DATE},
                {"street_address", v1::STREET_ADDRESS},
                {"city", v1::CITY},
                {"zip", v1::POSTAL_CODE},
                {"ssn", v1::SSN},
                {"phone", v1::PHONE},
                {"email", v1::EMAIL}};
  for (const auto& field : fields) {
    benchmark::RegisterBenchmark(absl::StrCat("Standardize/", field.field).c_str(), Standardizers,
                                 field.field, field.standardizer);
  }
  for (const v1::Form form : {v1::SOUNDEX, v1::NYSIIS, v1::DOUBLE_METAPHONE, v1::NICKNAME_ROOT}) {
    benchmark::RegisterBenchmark(absl::StrCat("Form/", v1::Form_Name(form)).c_str(), Forms, form,
                                 "first_name", v1::GIVEN_NAME);
  }
  benchmark::RegisterBenchmark("Form/STREET_CORE", Forms, v1::STREET_CORE, "street_address",
                               v1::STREET_ADDRESS);
  for (const char* plan : {"us-default.textproto", "mini-sentinel-phase2.textproto"}) {
    benchmark::RegisterBenchmark(absl::StrCat("Tokenize/", plan).c_str(), Tokenizer, plan);
  }
  for (const char* plan : {"us-default.textproto", "us-lean.textproto"}) {
    benchmark::RegisterBenchmark(absl::StrCat("EvidenceCodes/", plan).c_str(), EvidenceCodes, plan);
  }
  return true;
}();

}  // namespace
}  // namespace blindlink::agent
