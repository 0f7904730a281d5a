#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "blindlink/v1/plan.pb.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// A plan prepared for making tokens: which texts a record needs, each once, and how they are
// combined, in which order. Everything that does not depend on the record is decided here.

// The texts of a field in one form, without those that a less stretched form of the same component
// already has: a name that is its own nickname root makes no second token.
struct TextChoice {
  size_t form;                  // index into FieldRecipe.forms
  std::vector<size_t> without;  // likewise
  friend bool operator==(const TextChoice&, const TextChoice&) = default;
};

// What is needed of one field: nothing if no match key and no evidence uses it.
struct FieldRecipe {
  v1::Standardizer standardizer = v1::STANDARDIZER_UNSPECIFIED;
  bool used = false;
  std::vector<v1::Form> forms;
  std::vector<TextChoice> choices;
  // The field's evidence, a range of EvidenceLayout.items().
  size_t first_item = 0;
  size_t item_count = 0;
};

struct ChoiceOfField {
  size_t field;
  size_t choice;  // index into FieldRecipe.choices
};

// One form for each component of a match key.
struct FormCombination {
  std::vector<ChoiceOfField> choices;  // by component
  uint8_t form_code;                   // common/plan/match_key_layout.h
};

struct MatchKeyRecipe {
  uint32_t id;
  uint32_t max_tokens_per_record;
  // Whether two combinations can give the same text: those that exchange two fields, if both hold
  // the same.
  bool can_repeat;
  // Least stretched first: ordered by the number of components in a form other than the base, then
  // those not exchanged before those exchanged, then by form code.
  std::vector<FormCombination> combinations;
};

struct TokenRecipe {
  std::vector<FieldRecipe> fields;         // by index of LinkagePlan.fields
  std::vector<MatchKeyRecipe> match_keys;  // in the plan's order
};

// Pure. An exchanged token is made of base forms only: each of the two components takes the other's
// field in its own base form. If a field does not offer that form, there is no exchanged token.
TokenRecipe MakeTokenRecipe(const Plan& plan);
// For callers that need only the values: marks the same fields as used, but makes neither texts nor
// evidence nor tokens of them.
TokenRecipe MakeValueRecipe(const Plan& plan);

}  // namespace blindlink::agent
