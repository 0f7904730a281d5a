#include "agent/tokenize/record_tokenizer.h"

#include <algorithm>
#include <utility>

#include "agent/standardize/name_words.h"
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
    keys.push_back(token_key.DeriveMatchKeyKey(project, kStandardizerVersion, match_key));
  }
}

RecordTokenizer::RecordTokenizer(const TokenizerSetup& setup)
    : setup_(setup), evidence_values_(setup.plan.evidence().items().size()) {
  const std::vector<FieldRecipe>& fields = setup.recipe.fields;
  for (size_t field = 0; field < fields.size(); ++field) {
    sources_.emplace_back(setup.plan, fields[field], setup.standardize);
    if (!fields[field].used) continue;
    if (fields[field].standardizer == v1::GIVEN_NAME && !given_name_) given_name_ = field;
    if (fields[field].standardizer == v1::SURNAME && !surname_) surname_ = field;
  }
  for (FieldTextsSource& source : sources_) texts_.push_back(&source.Of({}));
}

void RecordTokenizer::Tokenize(const RawRecord& record, std::vector<MadeToken>* tokens,
                               std::vector<UnusedValue>* unused) {
  FindTexts(record, unused);
  RemoveFictitiousNames(record.row, unused);
  if (setup_.addresses != nullptr) ValidateAddress(record.row);
  GatherEvidence();
  for (size_t i = 0; i < setup_.recipe.match_keys.size(); ++i) TokenizeMatchKey(i, tokens);
}

void RecordTokenizer::FindTexts(const RawRecord& record, std::vector<UnusedValue>* unused) {
  for (size_t field = 0; field < texts_.size(); ++field) {
    if (!setup_.recipe.fields[field].used) continue;
    texts_[field] = &sources_[field].Of(record.values[field]);
    for (const char* reason : texts_[field]->unused()) {
      unused->push_back({record.row, field, reason});
    }
  }
}

void RecordTokenizer::RemoveFictitiousNames(uint64_t row, std::vector<UnusedValue>* unused) {
  if (!given_name_ || !surname_) return;
  const std::vector<StandardValue>& given_names = ValuesOf(*given_name_);
  const std::vector<StandardValue>& surnames = ValuesOf(*surname_);
  if (given_names.size() != 1 || surnames.size() != 1) return;
  if (!IsFictitiousPerson(given_names[0].text, surnames[0].text)) return;
  for (const size_t field : {*given_name_, *surname_}) {
    Change(field, {});
    unused->push_back({row, field, "fictitious-person"});
  }
}

// The validator only adds values.
void RecordTokenizer::ValidateAddress(uint64_t row) {
  address_findings_ = {};
  validated_.resize(texts_.size());
  for (const size_t field : setup_.addresses->fields()) validated_[field] = ValuesOf(field);
  setup_.addresses->Apply(row, &validated_, &address_findings_);
  for (const size_t field : setup_.addresses->fields()) {
    const bool changed = validated_[field].size() != ValuesOf(field).size();
    if (changed && setup_.recipe.fields[field].used) Change(field, std::move(validated_[field]));
  }
}

void RecordTokenizer::Change(size_t field, std::vector<StandardValue> values) {
  texts_[field] = &sources_[field].OfValues(std::move(values));
}

void RecordTokenizer::GatherEvidence() {
  for (size_t field = 0; field < texts_.size(); ++field) {
    const std::vector<uint64_t>& of_field = texts_[field]->evidence();
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
    const FieldTexts& texts = *texts_[choice.field];
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
