#include "common/plan/match_key_layout.h"

#include "common/base/encoding.h"
#include "common/plan/oblivious_key.h"

namespace blindlink {
namespace {

size_t FieldIndex(const v1::LinkagePlan& plan, const std::string& name) {
  size_t i = 0;
  while (plan.fields(static_cast<int>(i)).name() != name) ++i;
  return i;
}

std::string CanonicalDefinition(const v1::LinkagePlan& plan, const MatchKeyLayout& layout) {
  std::string out;
  AppendNumber32(layout.id, &out);
  AppendNumber32(static_cast<uint32_t>(layout.components.size()), &out);
  for (const ComponentLayout& component : layout.components) {
    const v1::Field& field = plan.fields(static_cast<int>(component.field));
    AppendText32(field.name(), &out);
    AppendNumber32(field.standardizer(), &out);
    AppendNumber32(static_cast<uint32_t>(component.forms.size()), &out);
    for (const v1::Form form : component.forms) AppendNumber32(form, &out);
  }
  AppendNumber32(layout.exchange ? 1 : 0, &out);
  if (layout.exchange) {
    AppendNumber32(static_cast<uint32_t>(layout.exchange->first), &out);
    AppendNumber32(static_cast<uint32_t>(layout.exchange->second), &out);
  }
  AppendNumber32(layout.max_tokens_per_record, &out);
  if (layout.oblivious) {
    AppendText32("oblivious", &out);
    AppendText32(ObliviousPublicKeyOf(plan), &out);
  }
  return out;
}

}  // namespace

size_t MatchKeyLayout::FormCodeCount() const {
  size_t count = exchange ? 2 : 1;
  for (const ComponentLayout& component : components) count *= component.forms.size();
  return count;
}

uint8_t MatchKeyLayout::EncodeForms(absl::Span<const uint8_t> form_indices, bool exchanged) const {
  size_t code = 0;
  size_t radix = 1;
  for (size_t i = 0; i < components.size(); ++i) {
    code += form_indices[i] * radix;
    radix *= components[i].forms.size();
  }
  return static_cast<uint8_t>(code + (exchanged ? radix : 0));
}

DecodedFormCode MatchKeyLayout::DecodeForms(uint8_t code) const {
  DecodedFormCode decoded;
  size_t rest = code;
  for (const ComponentLayout& component : components) {
    decoded.form_indices.push_back(static_cast<uint8_t>(rest % component.forms.size()));
    rest /= component.forms.size();
  }
  decoded.exchanged = rest != 0;
  return decoded;
}

bool MatchKeyLayout::MayMeet(const DecodedFormCode& left, const DecodedFormCode& right) const {
  if (left.exchanged && right.exchanged) return false;
  for (size_t i = 0; i < components.size(); ++i) {
    const uint8_t a = left.form_indices[i];
    const uint8_t b = right.form_indices[i];
    if (a == 0 || b == 0) continue;
    if (a != b || components[i].meets[a] != v1::BASE_OR_SAME) return false;
  }
  return true;
}

MatchKeyLayout MakeLayout(const v1::LinkagePlan& plan, const v1::MatchKey& match_key) {
  MatchKeyLayout layout;
  layout.name = match_key.name();
  layout.id = static_cast<uint8_t>(match_key.id());
  layout.max_tokens_per_record = match_key.max_tokens_per_record();
  layout.oblivious = match_key.oblivious();
  for (const v1::Component& from : match_key.components()) {
    ComponentLayout component{FieldIndex(plan, from.field()), {from.form()}, {v1::BASE_ONLY}};
    for (const v1::Variant& variant : from.variants()) {
      component.forms.push_back(variant.form());
      component.meets.push_back(variant.meets());
    }
    layout.components.push_back(std::move(component));
  }
  if (match_key.has_exchange()) {
    const auto component_of = [&](const std::string& field) {
      size_t i = 0;
      while (match_key.components(static_cast<int>(i)).field() != field) ++i;
      return i;
    };
    layout.exchange = {component_of(match_key.exchange().first()),
                       component_of(match_key.exchange().second())};
  }
  layout.canonical_definition = CanonicalDefinition(plan, layout);
  return layout;
}

}  // namespace blindlink
