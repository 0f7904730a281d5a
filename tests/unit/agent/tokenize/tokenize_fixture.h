#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/keys/token_key.h"
#include "agent/tokenize/record_tokenizer.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/plan/plan.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {

// The token key of the tests: SHA-256 of "token key of the token tests".
inline TokenKey TestTokenKey() {
  const TemporaryFolder folder;
  EXPECT_TRUE(WriteNewFile(folder / "key",
                           "blindlink-token-key-v1\n"
                           "a3e84624e5752b62e4401a16de88e45f7148c032874403b41aa7d607d57803e0\n",
                           0600)
                  .ok());
  auto key = TokenKey::Read(folder / "key");
  EXPECT_TRUE(key.ok()) << key.status();
  return *std::move(key);
}

inline Plan PlanOf(const std::string& match_keys) {
  auto plan = Plan::Parse(R"(
    name: "test" version: 1 description: "For tests." standardizer_version: "3"
    fields { name: "first_name" standardizer: GIVEN_NAME }
    fields { name: "last_name" standardizer: SURNAME }
    fields { name: "date_of_birth" standardizer: DATE }
    match_rules { name: "r" level: FULL score: 1 all_of { match_key: "name-dob" } }
  )" + match_keys);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

inline constexpr char kNameDob[] = R"(
  match_keys {
    name: "name-dob" id: 1
    components { field: "first_name" variants { form: NICKNAME_ROOT meets: BASE_OR_SAME } }
    components { field: "last_name" }
    components { field: "date_of_birth" variants { form: DAY_MONTH_SWAPPED } }
    exchange { first: "first_name" second: "last_name" }
  }
)";
inline constexpr char kLastDob[] = R"(
  match_keys {
    name: "last-dob" id: 2
    components { field: "last_name" form: SOUNDEX }
    components { field: "date_of_birth" }
  }
)";

// Tokens of one record in project "flu".
class TokenizeFixture {
 public:
  explicit TokenizeFixture(const std::string& match_keys)
      : plan_(PlanOf(match_keys)), setup_(plan_, TestTokenKey(), "flu", {}), tokenizer_(setup_) {}

  // Values by field: first name, last name, date of birth.
  std::vector<MadeToken> Tokenize(std::vector<RawTexts> values) {
    RawRecord record{.record_id = "r", .row = 7, .values = std::move(values)};
    std::vector<MadeToken> tokens;
    unused_.clear();
    tokenizer_.Tokenize(record, &tokens, &unused_);
    return tokens;
  }

  // "form code:token" each.
  std::vector<std::string> Shown(std::vector<RawTexts> values) {
    std::vector<std::string> shown;
    for (const MadeToken& made : Tokenize(std::move(values))) {
      shown.push_back(std::to_string(made.form_code) + ":" + HexEncode(made.token.AsView()));
    }
    return shown;
  }

  const Plan& plan() const { return plan_; }
  const TokenizerSetup& setup() const { return setup_; }
  const std::vector<UnusedValue>& unused() const { return unused_; }

 private:
  const Plan plan_;
  const TokenizerSetup setup_;
  RecordTokenizer tokenizer_;
  std::vector<UnusedValue> unused_;
};

}  // namespace blindlink::agent
