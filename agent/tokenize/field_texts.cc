#include "agent/tokenize/field_texts.h"

#include <algorithm>
#include <utility>

#include "agent/evidence/evidence_values.h"
#include "agent/variants/variants.h"
#include "common/base/encoding.h"

namespace blindlink::agent {

void FieldTextsMaker::Make(absl::Span<const std::string> raw, const StandardizeOptions& options,
                           FieldTexts* texts) {
  StandardizeValues(recipe_.standardizer, raw, options, &texts->values_, &texts->outcomes_);
  MakeTexts(texts);
}

void FieldTextsMaker::MakeOf(std::vector<StandardValue> values, TextOutcomes outcomes,
                             FieldTexts* texts) {
  texts->values_ = std::move(values);
  texts->outcomes_ = std::move(outcomes);
  MakeTexts(texts);
}

void FieldTextsMaker::MakeTexts(FieldTexts* texts) {
  for (size_t i = 0; i < forms_.size(); ++i) {
    forms_[i].clear();
    for (const StandardValue& value : texts->values_) {
      AppendForm(recipe_.forms[i], recipe_.standardizer, value, &forms_[i]);
    }
  }
  texts->arena_.clear();
  texts->pieces_.clear();
  texts->ends_.clear();
  for (const TextChoice& choice : recipe_.choices) AddChoice(choice, texts);
  texts->evidence_.clear();
  AppendEvidenceValues(
      absl::MakeConstSpan(plan_.evidence().items()).subspan(recipe_.first_item, recipe_.item_count),
      texts->values_, &texts->evidence_);
}

void FieldTextsMaker::AddChoice(const TextChoice& choice, FieldTexts* texts) {
  std::string& arena = texts->arena_;
  for (const std::string& text : forms_[choice.form]) {
    const auto has_it = [&](size_t form) {
      return std::find(forms_[form].begin(), forms_[form].end(), text) != forms_[form].end();
    };
    if (std::any_of(choice.without.begin(), choice.without.end(), has_it)) continue;
    const size_t begin = arena.size();
    AppendText32(text, &arena);
    texts->pieces_.push_back(
        {static_cast<uint32_t>(begin), static_cast<uint32_t>(arena.size() - begin)});
  }
  texts->ends_.push_back(static_cast<uint32_t>(texts->pieces_.size()));
}

size_t FieldTexts::HeapBytes() const {
  const auto bytes_of = [](const std::string& text) {
    return text.capacity() <= std::string().capacity() ? 0 : text.capacity() + 1;
  };
  size_t bytes = bytes_of(arena_) + values_.capacity() * sizeof(StandardValue) +
                 outcomes_.unused.capacity() * sizeof(TextOutcomes::Unused) +
                 evidence_.capacity() * sizeof(uint64_t) + pieces_.capacity() * sizeof(Piece) +
                 ends_.capacity() * sizeof(uint32_t);
  for (const StandardValue& value : values_) {
    bytes += bytes_of(value.text) + value.parts.capacity() * sizeof(std::string);
    for (const std::string& part : value.parts) bytes += bytes_of(part);
    if (value.address != nullptr) bytes += sizeof(AddressParts);  // its texts rarely need heap
  }
  return bytes;
}

}  // namespace blindlink::agent
