#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "blindlink/v1/plan.pb.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// A plan prepared for making tokens: which texts a record needs, each once, and in which order they
// are put together. Everything that does not depend on the record is decided here.

// The texts of a field in one form without those that less stretched forms of the same component
// have already: a name that is its own nickname root makes no second token.
struct TextChoice {
  size_t form;                  // index into FieldRecipe.forms
  std::vector<size_t> without;  // likewise
  friend bool operator==(const TextChoice&, const TextChoice&) = default;
};

// What is needed of one field. Of a field that no match key and no evidence uses: nothing.
struct FieldRecipe {
  v1::Standardizer standardizer = v1::STANDARDIZER_UNSPECIFIED;
  bool used = false;
  std::vector<v1::Form> forms;
  std::vector<TextChoice> choices;
  // Its evidence, of EvidenceLayout.items().
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
  // The same text can come about in two ways: two fields exchanged that hold the same.
  bool can_repeat;
  // Least stretched first: fewest components in a form other than the base, then not exchanged
  // before exchanged, then by form code.
  std::vector<FormCombination> combinations;
};

struct TokenRecipe {
  std::vector<FieldRecipe> fields;         // by index of LinkagePlan.fields
  std::vector<MatchKeyRecipe> match_keys;  // in the plan's order
};

// Pure. An exchanged token is made of base forms only; the first component's place holds the second
// one's field in the first one's base form, and the other way round. Where a field does not offer
// that form there is no exchanged token.
TokenRecipe MakeTokenRecipe(const Plan& plan);
// The same fields, used or not, but neither texts nor evidence are made of their values, nor tokens
// of them: for callers that need the values alone.
TokenRecipe MakeValueRecipe(const Plan& plan);

}  // namespace blindlink::agent
