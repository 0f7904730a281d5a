#include "tests/support/sample_tokens.h"

#include <stdio.h>
#include <stdlib.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "common/tokens/block_chain.h"
#include "common/tokens/token_block.h"

namespace blindlink {
namespace {

constexpr char kTinyPlan[] = R"(
name: "tiny" version: 1 description: "For tests." standardizer_version: "3"
fields { name: "first_name" standardizer: GIVEN_NAME }
fields { name: "last_name" standardizer: SURNAME }
fields { name: "date_of_birth" standardizer: DATE }
match_keys {
  name: "name-dob" id: 1
  components { field: "first_name" variants { form: NICKNAME_ROOT meets: BASE_OR_SAME } }
  components { field: "date_of_birth" }
}
match_keys {
  name: "last-dob" id: 2
  components { field: "last_name" }
  components { field: "date_of_birth" }
}
match_rules { name: "exact" level: FULL score: 0.9 all_of { match_key: "name-dob" } }
match_rules {
  name: "nickname" level: FULL score: 0.8
  all_of { match_key: "name-dob" accept { field: "first_name" forms: NICKNAME_ROOT } }
}
match_rules { name: "last" level: PARTIAL score: 0.5 all_of { match_key: "last-dob" } }
)";

template <typename Bytes>
Bytes Named(absl::string_view name) {
  Bytes out;
  if (name.size() > Bytes::kSize) abort();
  std::memcpy(out.bytes.data(), name.data(), name.size());
  return out;
}

struct Entry {
  Token token;
  uint32_t record;
  uint8_t form;
  friend bool operator<(const Entry& a, const Entry& b) {
    return std::tie(a.token, a.record, a.form) < std::tie(b.token, b.record, b.form);
  }
};

void AddColumn(uint8_t match_key, std::vector<Entry> entries, v1::TokenBlock* block) {
  std::sort(entries.begin(), entries.end());
  v1::TokenColumn& column = *block->add_columns();
  column.set_match_key(match_key);
  for (const Entry& entry : entries) {
    absl::StrAppend(column.mutable_tokens(), entry.token.AsView());
    column.add_records(entry.record);
    column.mutable_forms()->push_back(static_cast<char>(entry.form));
  }
}

}  // namespace

std::string TinyPlanText(absl::string_view rest) { return absl::StrCat(kTinyPlan, rest, "\n"); }

Plan TinyPlan(absl::string_view rest) {
  auto plan = Plan::Parse(TinyPlanText(rest));
  if (!plan.ok()) {
    fprintf(stderr, "%s\n", plan.status().ToString().c_str());
    abort();
  }
  return *std::move(plan);
}

Token TokenNamed(absl::string_view name) { return Named<Token>(name); }
resolver::StoredToken StoredTokenNamed(absl::string_view name) {
  return Named<resolver::StoredToken>(name);
}
RecordPseudonym RecordNamed(absl::string_view name) { return Named<RecordPseudonym>(name); }

v1::TokenBlock BlockOf(uint64_t sequence, uint64_t first_record,
                       const std::vector<SampleRecord>& records) {
  v1::TokenBlock block;
  block.set_sequence(sequence);
  block.set_first_record(first_record);
  std::map<uint8_t, std::vector<Entry>> columns;
  for (uint32_t i = 0; i < records.size(); ++i) {
    absl::StrAppend(block.mutable_record_ids(), RecordNamed(records[i].name).AsView());
    for (const SampleToken& token : records[i].tokens) {
      columns[token.match_key].push_back({TokenNamed(token.token), i, token.form});
    }
  }
  for (auto& [match_key, entries] : columns) AddColumn(match_key, std::move(entries), &block);
  block.set_crc32(ChecksumOf(block));
  return block;
}

v1::UploadManifest ManifestFor(const Plan& plan, absl::string_view site,
                               absl::string_view dataset) {
  v1::UploadManifest manifest;
  manifest.set_project("tiny");
  manifest.set_site(std::string(site));
  manifest.set_dataset(std::string(dataset));
  manifest.set_tokenization_digest(std::string(AsView(plan.tokenization_digest())));
  manifest.set_standardizer_version(plan.proto().standardizer_version());
  manifest.set_token_key_id("key-id-1");
  return manifest;
}

v1::CommitUploadRequest CommitOf(absl::string_view dataset,
                                 const std::vector<v1::TokenBlock>& blocks) {
  BlockChain chain;
  uint64_t records = 0;
  uint64_t tokens = 0;
  for (const v1::TokenBlock& block : blocks) {
    chain.Add(block.crc32());
    records += block.record_ids().size() / RecordPseudonym::kSize;
    for (const v1::TokenColumn& column : block.columns()) {
      tokens += static_cast<uint64_t>(column.records_size());
    }
  }
  v1::CommitUploadRequest request;
  request.set_project("tiny");
  request.set_dataset(std::string(dataset));
  request.set_block_count(blocks.size());
  request.set_chain(chain.value());
  request.mutable_counts()->set_records(records);
  request.mutable_counts()->set_tokens(tokens);
  return request;
}

}  // namespace blindlink
