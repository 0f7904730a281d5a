#include "agent/compare/text_level.h"

#include "agent/standardize/text/string_similarity.h"

namespace blindlink::agent {
namespace {

constexpr double kCloseText = 0.92;
constexpr double kSimilarText = 0.85;

}  // namespace

LevelNames TextLevels() {
  static constexpr const char* kLevels[] = {"missing", "differs", "similar", "close", "exact"};
  return kLevels;
}

size_t TextLevel(absl::string_view left, absl::string_view right) {
  if (left == right) return kTextExact;
  const double alike = JaroWinkler(left, right);
  if (alike >= kCloseText) return kTextClose;
  return alike >= kSimilarText ? kTextSimilar : kTextDiffers;
}

}  // namespace blindlink::agent
