#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/address_reference/address_validator.h"
#include "agent/evidence/evidence_coder.h"
#include "agent/input/input_record.h"
#include "agent/keys/token_key.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/tokenize/field_texts.h"
#include "agent/tokenize/record_values.h"
#include "agent/tokenize/token_recipe.h"
#include "common/base/bytes16.h"
#include "common/crypto/hmac_sha256.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

struct MadeToken {
  Token token;
  uint8_t match_key;  // index into Plan.match_keys(), of which there are at most 255
  uint8_t form_code;
};

// What all tokenizers of a run share. Immutable; threads may share it.
struct TokenizerSetup {
  // `plan` must outlive the setup, and so must `addresses`, which may be null.
  TokenizerSetup(const Plan& plan, const TokenKey& token_key, absl::string_view project,
                 const StandardizeOptions& standardize,
                 const AddressValidator* addresses = nullptr);

  const Plan& plan;
  TokenRecipe recipe;
  std::vector<HmacSha256> keys;  // parallel to recipe.match_keys
  EvidenceCoder evidence;        // to be copied by who uses it
  StandardizeOptions standardize;
  const AddressValidator* addresses;
};

// Makes the tokens of one record after another (docs/formats/tokens.md). Values are standardized
// once a record, and each form of them is made once, however many match keys use it; what many
// records have is kept (field_texts_source.h). For one thread; give each its own.
class RecordTokenizer {
 public:
  // `setup` must outlive the tokenizer.
  explicit RecordTokenizer(const TokenizerSetup& setup);

  // Appends the record's tokens, match key by match key in the plan's order, the least stretched
  // first and no token twice within a match key. A match key with a component that has no text
  // gives none. Values that cannot be used are appended to `unused`.
  void Tokenize(const RawRecord& record, std::vector<MadeToken>* tokens,
                std::vector<UnusedValue>* unused);
  // Of the record last tokenized: a field's standardized values; of fields that no match key and no
  // evidence uses, none.
  const std::vector<StandardValue>& ValuesOf(size_t field) const { return values_.Of(field); }
  // Of the record last tokenized: what its evidence codes are made of. Empty without evidence.
  const std::vector<uint64_t>& evidence_values() const { return evidence_values_; }
  // Of the record last tokenized; empty without a validator.
  const AddressFindings& address_findings() const { return values_.address_findings(); }

 private:
  // What a component of a match key is made of, and which of it is next.
  struct Component {
    const FieldTexts* texts;
    absl::Span<const FieldTexts::Piece> pieces;
    size_t position;
  };

  void GatherEvidence();
  void TokenizeMatchKey(size_t index, std::vector<MadeToken>* tokens);
  // Sets product_ to the combination's pieces, the first of each; false if a component has none.
  bool FirstProduct(const FormCombination& combination);
  bool NextProduct();
  void ComposeMessage();

  const TokenizerSetup& setup_;
  RecordValues values_;
  std::vector<uint64_t> evidence_values_;
  std::vector<Component> product_;
  std::string message_;
};

}  // namespace blindlink::agent
