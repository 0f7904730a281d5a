#include "agent/tokenize/record_tokenizer.h"

#include <algorithm>
#include <utility>

#include "agent/standardize/name_words.h"
#include "agent/standardize/standardize_values.h"
#include "agent/variants/variants.h"
#include "common/base/byte_order.h"
#include "common/plan/standardizer_version.h"

namespace blindlink {

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
    : setup_(setup),
      values_(static_cast<size_t>(setup.plan.proto().fields_size())),
      evidence_(setup.plan.evidence()),
      evidence_values_(&evidence_.Make(values_)),
      slots_(setup.recipe.slots.size()),
      reduced_(setup.recipe.choices.size()) {
  for (const size_t field : setup.recipe.fields) {
    const v1::Standardizer standardizer =
        setup.plan.proto().fields(static_cast<int>(field)).standardizer();
    if (standardizer == v1::GIVEN_NAME && !given_name_) given_name_ = field;
    if (standardizer == v1::SURNAME && !surname_) surname_ = field;
  }
  for (size_t i = 0; i < setup.recipe.choices.size(); ++i) {
    const TextChoice& choice = setup.recipe.choices[i];
    choices_.push_back(choice.without.empty() ? &slots_[choice.slot] : &reduced_[i]);
  }
}

void RecordTokenizer::Tokenize(const RawRecord& record, std::vector<MadeToken>* tokens,
                               std::vector<UnusedValue>* unused) {
  StandardizeFields(record, unused);
  RemoveFictitiousNames(record.row, unused);
  if (setup_.addresses != nullptr) {
    address_findings_ = {};
    setup_.addresses->Apply(record.row, &values_, &address_findings_);
  }
  MakeTexts();
  evidence_values_ = &evidence_.Make(values_);
  for (size_t i = 0; i < setup_.recipe.match_keys.size(); ++i) TokenizeMatchKey(i, tokens);
}

void RecordTokenizer::StandardizeFields(const RawRecord& record, std::vector<UnusedValue>* unused) {
  for (const size_t field : setup_.recipe.fields) {
    const v1::Standardizer standardizer =
        setup_.plan.proto().fields(static_cast<int>(field)).standardizer();
    StandardizeValues(standardizer, record.values[field], setup_.standardize, &values_[field],
                      [&](const char* reason) {
                        unused->push_back({record.row, field, reason});
                      });
  }
}

void RecordTokenizer::RemoveFictitiousNames(uint64_t row, std::vector<UnusedValue>* unused) {
  if (!given_name_ || !surname_) return;
  std::vector<StandardValue>& given_names = values_[*given_name_];
  std::vector<StandardValue>& surnames = values_[*surname_];
  if (given_names.size() != 1 || surnames.size() != 1) return;
  if (!IsFictitiousPerson(given_names[0].text, surnames[0].text)) return;
  for (const size_t field : {*given_name_, *surname_}) {
    values_[field].clear();
    unused->push_back({row, field, "fictitious-person"});
  }
}

void RecordTokenizer::MakeTexts() {
  arena_.clear();
  for (size_t i = 0; i < slots_.size(); ++i) {
    const TextSlot& slot = setup_.recipe.slots[i];
    slots_[i].clear();
    if (slot.form == v1::EXACT && slot.standardizer != v1::DATE) {
      for (const StandardValue& value : values_[slot.field]) AddPiece(value.text, &slots_[i]);
      continue;
    }
    forms_.clear();
    for (const StandardValue& value : values_[slot.field]) {
      AppendForm(slot.form, slot.standardizer, value, &forms_);
    }
    for (const std::string& text : forms_) AddPiece(text, &slots_[i]);
  }
  for (size_t i = 0; i < reduced_.size(); ++i) {
    const TextChoice& choice = setup_.recipe.choices[i];
    if (choice.without.empty()) continue;
    reduced_[i].clear();
    for (const Piece& piece : slots_[choice.slot]) {
      const auto has_it = [&](size_t slot) {
        return std::any_of(slots_[slot].begin(), slots_[slot].end(),
                           [&](const Piece& other) { return ViewOf(other) == ViewOf(piece); });
      };
      if (std::none_of(choice.without.begin(), choice.without.end(), has_it)) {
        reduced_[i].push_back(piece);
      }
    }
  }
}

void RecordTokenizer::AddPiece(absl::string_view text, Pieces* pieces) {
  uint8_t length[4];
  StoreBigEndian32(static_cast<uint32_t>(text.size()), length);
  pieces->push_back({arena_.size(), sizeof(length) + text.size()});
  arena_.append(reinterpret_cast<const char*>(length), sizeof(length));
  arena_.append(text.data(), text.size());
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
  for (const size_t choice : combination.choices) {
    if (choices_[choice]->empty()) return false;
    product_.push_back(choices_[choice]);
  }
  positions_.assign(product_.size(), 0);
  return true;
}

bool RecordTokenizer::NextProduct() {
  for (size_t i = 0; i < positions_.size(); ++i) {
    if (++positions_[i] < product_[i]->size()) return true;
    positions_[i] = 0;
  }
  return false;
}

void RecordTokenizer::ComposeMessage() {
  message_.clear();
  for (size_t i = 0; i < product_.size(); ++i) {
    const absl::string_view text = ViewOf((*product_[i])[positions_[i]]);
    message_.append(text.data(), text.size());
  }
}

}  // namespace blindlink
