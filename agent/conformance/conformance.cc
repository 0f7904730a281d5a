#include "agent/conformance/conformance.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/conformance/published_vectors.h"
#include "agent/keys/token_key.h"
#include "agent/standardize/standardize.h"
#include "agent/tokenize/record_tokenizer.h"
#include "agent/variants/variants.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {
namespace {

constexpr absl::string_view kTokens = "TOKENS";
constexpr absl::string_view kTokensByChaCha20 = "TOKENS_CHACHA20_SHA256";
constexpr absl::string_view kProject = "conformance";

// The texts of all values of `raw` in `form`; for a value that is not usable, its reason, unless it
// is damaged and has that form.
std::string TextsOf(v1::Standardizer standardizer, v1::Form form, absl::string_view raw) {
  const StandardizeResult result = Standardize(standardizer, raw, {});
  if (result.state == ValueState::kMissing) return "(missing)";
  std::vector<std::string> texts;
  for (const StandardValue& value : result.values) AppendForm(form, standardizer, value, &texts);
  if (texts.empty() && result.state != ValueState::kUsable) {
    return absl::StrCat("(", result.reason, ")");
  }
  return absl::StrJoin(texts, "|");
}

// Makes the tokens of records under the published plan and key.
class TokenVectors {
 public:
  static absl::StatusOr<std::unique_ptr<TokenVectors>> Create(v1::TokenScheme scheme) {
    BL_ASSIGN_OR_RETURN(
        Plan plan,
        Plan::Parse(absl::StrCat(PublishedPlan(), "token_scheme: ", v1::TokenScheme_Name(scheme))));
    return std::unique_ptr<TokenVectors>(new TokenVectors(std::move(plan)));
  }

  // The tokens of a record written "field=value|field=value" for the match key of that name:
  // "form:token", where the form is the byte that goes with the token.
  absl::StatusOr<std::string> TokensOf(absl::string_view match_key, absl::string_view record) {
    RawRecord raw;
    raw.values.resize(static_cast<size_t>(plan_.proto().fields_size()));
    for (const absl::string_view entry : absl::StrSplit(record, '|')) {
      const std::pair<absl::string_view, absl::string_view> split =
          absl::StrSplit(entry, absl::MaxSplits('=', 1));
      const auto field = plan_.FindField(split.first);
      if (!field.has_value()) return absl::InvalidArgumentError("names no field of the plan");
      raw.values[*field].emplace_back(split.second);
    }
    std::vector<MadeToken> tokens;
    std::vector<UnusedValue> unused;
    tokenizer_.Tokenize(raw, &tokens, &unused);
    std::vector<std::string> texts;
    for (const MadeToken& made : tokens) {
      if (plan_.match_keys()[made.match_key].name != match_key) continue;
      texts.push_back(
          absl::StrCat(made.form_code, ":",
                       HexEncode({reinterpret_cast<const char*>(made.token.bytes.data()),
                                  made.token.bytes.size()})));
    }
    return texts.empty() ? "(no token)" : absl::StrJoin(texts, "|");
  }

 private:
  explicit TokenVectors(Plan plan)
      : plan_(std::move(plan)),
        setup_(plan_, TokenKey::OfPublishedVectors(), kProject, {}),
        tokenizer_(setup_) {}

  const Plan plan_;
  const TokenizerSetup setup_;
  RecordTokenizer tokenizer_;
};

// By the first cell of their vectors.
using TokenVectorsByCell = std::map<absl::string_view, std::unique_ptr<TokenVectors>>;

absl::StatusOr<TokenVectorsByCell> AllTokenVectors() {
  TokenVectorsByCell all;
  BL_ASSIGN_OR_RETURN(all[kTokens], TokenVectors::Create(v1::HMAC_SHA256));
  BL_ASSIGN_OR_RETURN(all[kTokensByChaCha20], TokenVectors::Create(v1::CHACHA20_SHA256));
  return all;
}

absl::StatusOr<std::string> Output(const std::vector<absl::string_view>& cells,
                                   const TokenVectorsByCell& tokens) {
  if (cells.size() != 4) return absl::InvalidArgumentError("has not four cells");
  if (const auto scheme = tokens.find(cells[0]); scheme != tokens.end()) {
    return scheme->second->TokensOf(cells[1], cells[2]);
  }
  v1::Standardizer standardizer;
  v1::Form form;
  if (!v1::Standardizer_Parse(std::string(cells[0]), &standardizer)) {
    return absl::InvalidArgumentError("names no standardizer of this build");
  }
  if (!v1::Form_Parse(std::string(cells[1]), &form)) {
    return absl::InvalidArgumentError("names no form of this build");
  }
  return TextsOf(standardizer, form, cells[2]);
}

ConformanceGroup& GroupOf(absl::string_view name, std::vector<ConformanceGroup>* groups) {
  for (ConformanceGroup& group : *groups) {
    if (group.name == name) return group;
  }
  groups->push_back({std::string(name), 0, {}});
  return groups->back();
}

}  // namespace

size_t Conformance::vectors() const {
  size_t count = 0;
  for (const ConformanceGroup& group : groups) count += group.vectors;
  return count;
}

size_t Conformance::differing() const {
  size_t count = 0;
  for (const ConformanceGroup& group : groups) count += group.differences.size();
  return count;
}

absl::StatusOr<Conformance> CheckConformance(absl::string_view vectors) {
  BL_ASSIGN_OR_RETURN(const TokenVectorsByCell tokens, AllTokenVectors());
  Conformance report;
  Sha256 outputs;
  size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(vectors, '\n')) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const std::vector<absl::string_view> cells = absl::StrSplit(line, '\t');
    const absl::StatusOr<std::string> output = Output(cells, tokens);
    if (!output.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, " of the vectors ", output.status().message()));
    }
    ConformanceGroup& group = GroupOf(cells[0], &report.groups);
    ++group.vectors;
    if (*output != cells[3]) group.differences.push_back({number, *output});
    outputs.Update(absl::StrCat(cells[0], "\t", cells[1], "\t", cells[2], "\t", *output, "\n"));
  }
  if (report.groups.empty()) return absl::InvalidArgumentError("the file holds no vectors");
  report.vectors_sha256 = HexEncode(AsView(Sha256Of(vectors)));
  report.outputs_sha256 = HexEncode(AsView(outputs.Finish()));
  return report;
}

}  // namespace blindlink::agent
