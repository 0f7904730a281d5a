#include "agent/tokenize/field_texts_source.h"

#include <functional>
#include <utility>

namespace blindlink::agent {
namespace {

// Measured on files of people: in all other fields nearly every record has a value of its own.
bool Repeats(v1::Standardizer standardizer) {
  switch (standardizer) {
    case v1::GIVEN_NAME:
    case v1::MIDDLE_NAME:
    case v1::SURNAME:
    case v1::NAME_SUFFIX:
    case v1::SEX:
    case v1::RELATIONSHIP:
    case v1::ADDRESS_LINE:
    case v1::CITY:
    case v1::STATE:
    case v1::POSTAL_CODE:
      return true;
    default:
      return false;
  }
}

}  // namespace

FieldTextsSource::FieldTextsSource(const Plan& plan, const FieldRecipe& recipe,
                                   const StandardizeOptions& options)
    : maker_(plan, recipe), options_(options), kept_(Repeats(recipe.standardizer) ? kMostKept : 0) {
  maker_.Make({}, options_, &none_);
}

const FieldTexts& FieldTextsSource::Of(absl::Span<const std::string> raw) {
  if (raw.empty()) return none_;
  if (kept_.empty() || raw.size() > 1 || raw[0].size() > kLongestKept) {
    maker_.Make(raw, options_, &own_);
    return own_;
  }
  std::unique_ptr<Kept>& kept = kept_[std::hash<std::string>()(raw[0]) % kMostKept];
  if (kept != nullptr && kept->raw == raw[0]) return kept->texts;
  if (kept == nullptr) kept = std::make_unique<Kept>();
  return Keep(raw[0], kept.get());
}

const FieldTexts& FieldTextsSource::Keep(const std::string& raw, Kept* kept) {
  kept->raw = raw;
  maker_.Make({&raw, 1}, options_, &kept->texts);
  bytes_ -= std::exchange(kept->bytes, sizeof(Kept) + kept->texts.HeapBytes());
  bytes_ += kept->bytes;
  if (bytes_ <= kMostBytes) return kept->texts;
  own_ = std::move(kept->texts);
  for (std::unique_ptr<Kept>& other : kept_) other.reset();
  bytes_ = 0;
  return own_;
}

const FieldTexts& FieldTextsSource::OfValues(std::vector<StandardValue> values,
                                             TextOutcomes outcomes) {
  maker_.MakeOf(std::move(values), std::move(outcomes), &own_);
  return own_;
}

}  // namespace blindlink::agent
