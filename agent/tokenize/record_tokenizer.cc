#include "agent/tokenize/record_tokenizer.h"

#include <algorithm>

#include "agent/standardize/standardizer_version.h"

namespace blindlink::agent {

TokenizerSetup::TokenizerSetup(const Plan& plan, const TokenKey& token_key,
                               absl::string_view project, const StandardizeOptions& standardize,
                               const AddressValidator* addresses)
    : plan(plan),
      recipe(MakeTokenRecipe(plan)),
      evidence(
          plan,
          token_key.DeriveEvidenceKey(project, kStandardizerVersion, plan.evidence()).Reveal()),
      standardize(standardize),
      addresses(addresses) {
  for (const MatchKeyLayout& match_key : plan.match_keys()) {
    keys.push_back(token_key.DeriveTokenHash(plan.proto().token_scheme(), project,
                                             kStandardizerVersion, match_key));
  }
}

RecordTokenizer::RecordTokenizer(const TokenizerSetup& setup)
    : setup_(setup),
      values_(setup.plan, setup.recipe, setup.standardize, setup.addresses, FieldsRead::kUsed),
      evidence_values_(setup.plan.evidence().items().size()) {}

void RecordTokenizer::Tokenize(const RawRecord& record, std::vector<MadeToken>* tokens,
                               std::vector<UnusedValue>* unused) {
  values_.Read(record, unused);
  GatherEvidence();
  for (size_t i = 0; i < setup_.recipe.match_keys.size(); ++i) TokenizeMatchKey(i, tokens);
}

void RecordTokenizer::GatherEvidence() {
  for (size_t field = 0; field < setup_.recipe.fields.size(); ++field) {
    const std::vector<uint64_t>& of_field = values_.TextsOf(field).evidence();
    std::copy(
        of_field.begin(), of_field.end(),
        evidence_values_.begin() + static_cast<ptrdiff_t>(setup_.recipe.fields[field].first_item));
  }
}

void RecordTokenizer::TokenizeMatchKey(size_t index, std::vector<MadeToken>* tokens) {
  const MatchKeyRecipe& match_key = setup_.recipe.match_keys[index];
  const size_t first = tokens->size();
  for (const FormCombination& combination : match_key.combinations) {
    for (bool more = FirstProduct(combination); more; more = NextProduct()) {
      if (tokens->size() - first >= match_key.max_tokens_per_record) return;
      ComposeMessage();
      const Token token{setup_.keys[index].Digest16(message_)};
      const bool repeated =
          match_key.can_repeat &&
          std::any_of(tokens->begin() + static_cast<ptrdiff_t>(first), tokens->end(),
                      [&token](const MadeToken& other) { return other.token == token; });
      if (repeated) continue;
      tokens->push_back({token, static_cast<uint8_t>(index), combination.form_code});
    }
  }
}

bool RecordTokenizer::FirstProduct(const FormCombination& combination) {
  product_.clear();
  for (const ChoiceOfField& choice : combination.choices) {
    const FieldTexts& texts = values_.TextsOf(choice.field);
    const absl::Span<const FieldTexts::Piece> pieces = texts.PiecesOf(choice.choice);
    if (pieces.empty()) return false;
    product_.push_back({&texts, pieces, 0});
  }
  return true;
}

bool RecordTokenizer::NextProduct() {
  for (Component& component : product_) {
    if (++component.position < component.pieces.size()) return true;
    component.position = 0;
  }
  return false;
}

void RecordTokenizer::ComposeMessage() {
  message_.clear();
  for (const Component& component : product_) {
    const absl::string_view text = component.texts->TextOf(component.pieces[component.position]);
    message_.append(text.data(), text.size());
  }
}

}  // namespace blindlink::agent
