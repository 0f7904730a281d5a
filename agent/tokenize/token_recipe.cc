#include "agent/tokenize/token_recipe.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "common/plan/standardizer_catalog.h"

namespace blindlink::agent {
namespace {

size_t Stretched(const DecodedFormCode& forms) {
  return static_cast<size_t>(std::count_if(forms.form_indices.begin(), forms.form_indices.end(),
                                           [](uint8_t form) { return form != 0; }));
}

class RecipeMaker {
 public:
  explicit RecipeMaker(const Plan& plan) : plan_(plan) {
    for (const v1::Field& field : plan.proto().fields()) {
      recipe_.fields.emplace_back().standardizer = field.standardizer();
    }
  }

  TokenRecipe Make() {
    for (const MatchKeyLayout& layout : plan_.match_keys()) {
      recipe_.match_keys.push_back(MakeMatchKey(layout));
    }
    AddEvidence();
    return std::move(recipe_);
  }

 private:
  // A field's items are adjacent.
  void AddEvidence() {
    const std::vector<EvidenceItem>& items = plan_.evidence().items();
    for (size_t i = 0; i < items.size(); ++i) {
      FieldRecipe& field = recipe_.fields[items[i].field];
      if (field.item_count == 0) field.first_item = i;
      field.item_count = i + 1 - field.first_item;
      field.used = true;
    }
  }

  MatchKeyRecipe MakeMatchKey(const MatchKeyLayout& layout) {
    MatchKeyRecipe match_key{
        layout.id, layout.max_tokens_per_record, layout.exchange.has_value(), {}};
    for (const uint8_t code : CodesLeastStretchedFirst(layout)) {
      std::optional<std::vector<ChoiceOfField>> choices =
          ChoicesOf(layout, layout.DecodeForms(code));
      if (choices.has_value()) match_key.combinations.push_back({*std::move(choices), code});
    }
    return match_key;
  }

  static std::vector<uint8_t> CodesLeastStretchedFirst(const MatchKeyLayout& layout) {
    std::vector<uint8_t> codes;
    for (size_t code = 0; code < layout.FormCodeCount(); ++code) {
      const DecodedFormCode forms = layout.DecodeForms(static_cast<uint8_t>(code));
      if (!forms.exchanged || Stretched(forms) == 0) codes.push_back(static_cast<uint8_t>(code));
    }
    const auto order = [&layout](uint8_t code) {
      const DecodedFormCode forms = layout.DecodeForms(code);
      return std::make_tuple(Stretched(forms), forms.exchanged, code);
    };
    std::sort(codes.begin(), codes.end(),
              [&order](uint8_t a, uint8_t b) { return order(a) < order(b); });
    return codes;
  }

  // Nullopt if a component cannot take that form.
  std::optional<std::vector<ChoiceOfField>> ChoicesOf(const MatchKeyLayout& layout,
                                                      const DecodedFormCode& forms) {
    std::vector<ChoiceOfField> choices;
    for (size_t i = 0; i < layout.components.size(); ++i) {
      const ComponentLayout& component = layout.components[i];
      size_t field = component.field;
      if (forms.exchanged && i == layout.exchange->first) {
        field = layout.components[layout.exchange->second].field;
      } else if (forms.exchanged && i == layout.exchange->second) {
        field = layout.components[layout.exchange->first].field;
      }
      if (!Offers(recipe_.fields[field].standardizer, component.forms[0])) return std::nullopt;
      choices.push_back(
          {field, ChoiceOf(component, forms.form_indices[i], &recipe_.fields[field])});
    }
    return choices;
  }

  static size_t ChoiceOf(const ComponentLayout& component, uint8_t form_index, FieldRecipe* field) {
    field->used = true;
    TextChoice choice{IndexOf(component.forms[form_index], &field->forms), {}};
    for (uint8_t i = 0; i < form_index; ++i) {
      choice.without.push_back(IndexOf(component.forms[i], &field->forms));
    }
    return IndexOf(std::move(choice), &field->choices);
  }

  // The index of `wanted`, which is appended if missing.
  template <typename T>
  static size_t IndexOf(T wanted, std::vector<T>* all) {
    const auto found = std::find(all->begin(), all->end(), wanted);
    const auto index = static_cast<size_t>(found - all->begin());
    if (found == all->end()) all->push_back(std::move(wanted));
    return index;
  }

  const Plan& plan_;
  TokenRecipe recipe_;
};

}  // namespace

TokenRecipe MakeTokenRecipe(const Plan& plan) { return RecipeMaker(plan).Make(); }

TokenRecipe MakeValueRecipe(const Plan& plan) {
  TokenRecipe values;
  for (const FieldRecipe& field : MakeTokenRecipe(plan).fields) {
    FieldRecipe& kept = values.fields.emplace_back();
    kept.standardizer = field.standardizer;
    kept.used = field.used;
  }
  return values;
}

}  // namespace blindlink::agent
