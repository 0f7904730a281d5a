#include "agent/compare/place_level.h"

#include <string>

#include "absl/strings/string_view.h"
#include "agent/compare/best_level.h"
#include "agent/compare/text_level.h"
#include "agent/standardize/text/string_similarity.h"

namespace blindlink::agent {
namespace {

enum PlaceAgreement : size_t {
  kPlaceMissing,
  kPlaceDiffers,
  kPlaceState,
  kPlaceArea,
  kPlaceSimilar,
  kPlaceCity,
  kPlacePostalCode,
  kPlaceExact,
};

enum Code : size_t { kCodeMissing, kCodeDiffers, kCodeArea, kCodeNear, kCodeExact };

// Only the ZIP of a ZIP+4 counts.
size_t PostalCodeLevel(const ComparableValue& left, const ComparableValue& right) {
  const auto code = [](const std::string& text) {
    return absl::string_view(text).substr(0, text.size() == 9 ? 5 : text.size());
  };
  const absl::string_view a = code(left.text);
  const absl::string_view b = code(right.text);
  if (a == b) return kCodeExact;
  if (EditDistance(a, b) == 1) return kCodeNear;
  return a.substr(0, 3) == b.substr(0, 3) ? kCodeArea : kCodeDiffers;
}

// Cities that sound alike are close, however they are spelled.
size_t CityLevel(const ComparableValue& left, const ComparableValue& right) {
  const size_t level = TextLevel(left.text, right.text);
  const bool sounds = !left.sounds.empty() && left.sounds == right.sounds;
  return sounds && level < kTextClose ? size_t{kTextClose} : level;
}

constexpr size_t kOther = 1;
constexpr size_t kSame = 2;
size_t SameText(const ComparableValue& left, const ComparableValue& right) {
  return left.text == right.text ? kSame : kOther;
}

}  // namespace

LevelNames PlaceLevels() {
  static constexpr const char* kLevels[] = {"missing", "differs", "state",       "area",
                                            "similar", "city",    "postal code", "exact"};
  return kLevels;
}

size_t PlaceLevel(const Place& left, const Place& right) {
  const size_t code = BestLevel(left.postal_code, right.postal_code, PostalCodeLevel);
  const size_t city = BestLevel(left.city, right.city, CityLevel);
  const size_t state = BestLevel(left.state, right.state, SameText);
  if (code == 0 && city == 0 && state == 0) return kPlaceMissing;
  if (code == kCodeExact) return city >= kTextClose || city == 0 ? kPlaceExact : kPlacePostalCode;
  if (city == kTextExact) return kPlaceCity;
  if (city == kTextClose || code == kCodeNear) return kPlaceSimilar;
  if (code == kCodeArea) return kPlaceArea;
  return state == kSame ? kPlaceState : kPlaceDiffers;
}

}  // namespace blindlink::agent
