#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/standardize/standardize_values.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/tokenize/token_recipe.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// What one field contributes to a record's tokens and evidence. Depends only on the field's raw
// texts, the plan and the options, so it can be kept for later records with the same texts.
class FieldTexts {
 public:
  // A text preceded by its length, as it is hashed.
  struct Piece {
    uint32_t begin;
    uint32_t size;
  };

  const std::vector<StandardValue>& values() const { return values_; }
  const TextOutcomes& outcomes() const { return outcomes_; }
  // One value for each of the field's evidence items; 0 if the record has no text for it.
  const std::vector<uint64_t>& evidence() const { return evidence_; }
  // The pieces of FieldRecipe.choices[choice].
  absl::Span<const Piece> PiecesOf(size_t choice) const {
    const size_t begin = choice == 0 ? 0 : ends_[choice - 1];
    return absl::MakeConstSpan(pieces_).subspan(begin, ends_[choice] - begin);
  }
  absl::string_view TextOf(const Piece& piece) const {
    return {arena_.data() + piece.begin, piece.size};
  }
  // Memory in use beyond the object itself.
  size_t HeapBytes() const;

 private:
  friend class FieldTextsMaker;

  std::vector<StandardValue> values_;
  TextOutcomes outcomes_;
  std::vector<uint64_t> evidence_;
  std::string arena_;
  std::vector<Piece> pieces_;   // of all choices, in order
  std::vector<uint32_t> ends_;  // by choice: where its pieces end
};

// Makes the texts of one field. Keeps buffers, so each thread needs its own.
class FieldTextsMaker {
 public:
  // Both arguments must outlive the maker.
  FieldTextsMaker(const Plan& plan, const FieldRecipe& recipe)
      : plan_(plan), recipe_(recipe), forms_(recipe.forms.size()) {}

  // Replaces the content of `texts` and reuses its buffers.
  void Make(absl::Span<const std::string> raw, const StandardizeOptions& options,
            FieldTexts* texts);
  // The same from values that are already standardized.
  void MakeOf(std::vector<StandardValue> values, TextOutcomes outcomes, FieldTexts* texts);

 private:
  void MakeTexts(FieldTexts* texts);
  void AddChoice(const TextChoice& choice, FieldTexts* texts);

  const Plan& plan_;
  const FieldRecipe& recipe_;
  std::vector<std::vector<std::string>> forms_;  // by form: its texts
};

}  // namespace blindlink::agent
