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
#include "agent/keys/token_hash.h"
#include "agent/keys/token_key.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/tokenize/field_texts.h"
#include "agent/tokenize/record_values.h"
#include "agent/tokenize/token_recipe.h"
#include "common/base/bytes16.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

struct MadeToken {
  Token token;
  uint8_t match_key;  // index into Plan.match_keys(), of which there are at most 255
  uint8_t form_code;
};

// What all tokenizers of a run share. Immutable, so threads may share it.
struct TokenizerSetup {
  // `plan` and `addresses` must outlive the setup; `addresses` may be null.
  TokenizerSetup(const Plan& plan, const TokenKey& token_key, absl::string_view project,
                 const StandardizeOptions& standardize,
                 const AddressValidator* addresses = nullptr);

  const Plan& plan;
  TokenRecipe recipe;
  std::vector<TokenHash> keys;  // parallel to recipe.match_keys
  EvidenceCoder evidence;       // each thread works on its own copy
  StandardizeOptions standardize;
  const AddressValidator* addresses;
};

// Makes the tokens of one record at a time (docs/formats/tokens.md). Each value is standardized
// once and each of its forms is made once, however many match keys use it; the forms of common
// values are cached (field_texts_source.h). Each thread needs its own.
class RecordTokenizer {
 public:
  // `setup` must outlive the tokenizer.
  explicit RecordTokenizer(const TokenizerSetup& setup);

  // Appends the record's tokens, match key by match key in the plan's order, the least stretched
  // first, without duplicates within a match key. A match key gives no tokens if one of its
  // components has no text. Appends the values that are not used to `unused`.
  void Tokenize(const RawRecord& record, std::vector<MadeToken>* tokens,
                std::vector<UnusedValue>* unused);
  // Those of the record last tokenized.
  const RecordValues& values() const { return values_; }
  // The values of a field of it. Empty if no match key and no evidence uses the field.
  const std::vector<StandardValue>& ValuesOf(size_t field) const { return values_.Of(field); }
  // What the evidence codes of the record last tokenized are made of. Empty without evidence.
  const std::vector<uint64_t>& evidence_values() const { return evidence_values_; }
  // The findings in the record last tokenized. Empty without a validator.
  const AddressFindings& address_findings() const { return values_.address_findings(); }

 private:
  // The pieces that a component of a match key can be, and the current one.
  struct Component {
    const FieldTexts* texts;
    absl::Span<const FieldTexts::Piece> pieces;
    size_t position;
  };

  void GatherEvidence();
  void TokenizeMatchKey(size_t index, std::vector<MadeToken>* tokens);
  // Sets product_ to the first piece of each component. False if a component has no piece.
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
