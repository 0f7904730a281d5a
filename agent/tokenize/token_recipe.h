#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "blindlink/v1/plan.pb.h"
#include "common/plan/plan.h"

namespace blindlink {

// A plan prepared for making tokens: which texts a record needs, each once, and in which order they
// are put together. Everything that does not depend on the record is decided here.

// The texts of one field in one form.
struct TextSlot {
  size_t field;  // index into LinkagePlan.fields
  v1::Standardizer standardizer;
  v1::Form form;
};

// The texts of a slot without those that less stretched forms of the same component have already:
// a name that is its own nickname root makes no second token.
struct TextChoice {
  size_t slot;
  std::vector<size_t> without;  // slots
};

// One form for each component of a match key.
struct FormCombination {
  std::vector<size_t> choices;  // by component: index into TokenRecipe.choices
  uint8_t form_code;            // common/plan/match_key_layout.h
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
  std::vector<size_t> fields;  // those that any match key or the evidence uses
  std::vector<TextSlot> slots;
  std::vector<TextChoice> choices;
  std::vector<MatchKeyRecipe> match_keys;  // in the plan's order
};

// Pure. An exchanged token is made of base forms only; the first component's place holds the second
// one's field in the first one's base form, and the other way round. Where a field does not offer
// that form there is no exchanged token.
TokenRecipe MakeTokenRecipe(const Plan& plan);

}  // namespace blindlink
