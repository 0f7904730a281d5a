#include "agent/tokenize/token_recipe.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "common/plan/form_catalog.h"

namespace blindlink {
namespace {

size_t Stretched(const DecodedFormCode& forms) {
  return static_cast<size_t>(std::count_if(forms.form_indices.begin(), forms.form_indices.end(),
                                           [](uint8_t form) { return form != 0; }));
}

class RecipeMaker {
 public:
  explicit RecipeMaker(const Plan& plan) : plan_(plan) {}

  TokenRecipe Make() {
    for (const MatchKeyLayout& layout : plan_.match_keys()) {
      recipe_.match_keys.push_back(MakeMatchKey(layout));
    }
    for (const EvidenceItem& item : plan_.evidence().items()) UseField(item.field);
    std::sort(recipe_.fields.begin(), recipe_.fields.end());
    return std::move(recipe_);
  }

 private:
  MatchKeyRecipe MakeMatchKey(const MatchKeyLayout& layout) {
    MatchKeyRecipe match_key{
        layout.id, layout.max_tokens_per_record, layout.exchange.has_value(), {}};
    for (const uint8_t code : CodesLeastStretchedFirst(layout)) {
      std::optional<std::vector<size_t>> choices = ChoicesOf(layout, layout.DecodeForms(code));
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

  // Nothing if a component cannot take that form.
  std::optional<std::vector<size_t>> ChoicesOf(const MatchKeyLayout& layout,
                                               const DecodedFormCode& forms) {
    std::vector<size_t> choices;
    for (size_t i = 0; i < layout.components.size(); ++i) {
      const ComponentLayout& component = layout.components[i];
      size_t field = component.field;
      if (forms.exchanged && i == layout.exchange->first) {
        field = layout.components[layout.exchange->second].field;
      } else if (forms.exchanged && i == layout.exchange->second) {
        field = layout.components[layout.exchange->first].field;
      }
      if (!Offers(StandardizerOf(field), component.forms[0])) return std::nullopt;
      choices.push_back(ChoiceOf(field, component, forms.form_indices[i]));
    }
    return choices;
  }

  size_t ChoiceOf(size_t field, const ComponentLayout& component, uint8_t form_index) {
    TextChoice choice{SlotOf(field, component.forms[form_index]), {}};
    for (uint8_t i = 0; i < form_index; ++i) {
      choice.without.push_back(SlotOf(field, component.forms[i]));
    }
    const auto found = std::find_if(
        recipe_.choices.begin(), recipe_.choices.end(), [&choice](const TextChoice& other) {
          return other.slot == choice.slot && other.without == choice.without;
        });
    const auto index = static_cast<size_t>(found - recipe_.choices.begin());
    if (found == recipe_.choices.end()) recipe_.choices.push_back(std::move(choice));
    return index;
  }

  size_t SlotOf(size_t field, v1::Form form) {
    UseField(field);
    const auto found = std::find_if(
        recipe_.slots.begin(), recipe_.slots.end(),
        [&](const TextSlot& slot) { return slot.field == field && slot.form == form; });
    const auto index = static_cast<size_t>(found - recipe_.slots.begin());
    if (found == recipe_.slots.end()) recipe_.slots.push_back({field, StandardizerOf(field), form});
    return index;
  }

  void UseField(size_t field) {
    if (std::find(recipe_.fields.begin(), recipe_.fields.end(), field) == recipe_.fields.end()) {
      recipe_.fields.push_back(field);
    }
  }

  v1::Standardizer StandardizerOf(size_t field) const {
    return plan_.proto().fields(static_cast<int>(field)).standardizer();
  }

  const Plan& plan_;
  TokenRecipe recipe_;
};

}  // namespace

TokenRecipe MakeTokenRecipe(const Plan& plan) { return RecipeMaker(plan).Make(); }

}  // namespace blindlink
