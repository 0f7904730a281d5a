#include "agent/compare/name_levels.h"

#include <unicode/utf8.h>

#include <algorithm>

#include "agent/compare/best_level.h"
#include "agent/standardize/text/string_similarity.h"

namespace blindlink::agent {
namespace {

constexpr double kVeryCloseText = 0.94;
constexpr double kCloseText = 0.88;
constexpr double kSimilarText = 0.8;

enum Given : size_t {
  kGivenMissing,
  kGivenDiffers,
  kGivenSameInitial,
  kGivenInitialOnly,
  kGivenSimilar,
  kGivenSounds,
  kGivenClose,
  kGivenPart,
  kGivenMiddle,
  kGivenNickname,
  kGivenVeryClose,
  kGivenExchanged,
  kGivenExact,
};

enum Surname : size_t {
  kSurnameMissing,
  kSurnameDiffers,
  kSurnameSimilar,
  kSurnameSounds,
  kSurnameClose,
  kSurnamePart,
  kSurnameVeryClose,
  kSurnameExact,
};

enum Middle : size_t { kMiddleMissing, kMiddleDiffers, kMiddleInitial, kMiddleClose, kMiddleExact };

bool Share(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
  return std::any_of(a.begin(), a.end(), [&b](uint64_t hash) {
    return std::find(b.begin(), b.end(), hash) != b.end();
  });
}

size_t FirstLetterSize(const std::string& text) {
  const auto length = static_cast<int32_t>(text.size());
  int32_t end = 0;
  if (length > 0) U8_FWD_1(text.data(), end, length);
  return static_cast<size_t>(end);
}

bool SameFirstLetter(const std::string& a, const std::string& b) {
  const size_t size = FirstLetterSize(a);
  return size == FirstLetterSize(b) && a.compare(0, size, b, 0, size) == 0;
}

// A Latin letter. A single kanji may be a whole name.
bool IsInitial(const std::string& text) { return text.size() == 1; }

// The greatest similarity between whole names; initials do not count.
double MostAlike(const std::vector<ComparableValue>* a, const std::vector<ComparableValue>* b) {
  double most = 0;
  if (a == nullptr || b == nullptr) return most;
  for (const ComparableValue& left : *a) {
    for (const ComparableValue& right : *b) {
      if (IsInitial(left.text) || IsInitial(right.text)) continue;
      most = std::max(most, left.text == right.text ? 1 : JaroWinkler(left.text, right.text));
    }
  }
  return most;
}

// Whether first and last name are exchanged. One of them may be mistyped.
bool AreExchanged(const RecordNames& left, const RecordNames& right) {
  const double one = MostAlike(left.given, right.surname);
  if (one < kSimilarText) return false;
  const double other = MostAlike(left.surname, right.given);
  return other >= kSimilarText && std::max(one, other) >= kVeryCloseText;
}

}  // namespace

LevelNames GivenNameLevels() {
  static constexpr const char* kLevels[] = {
      "missing", "differs", "same initial", "initial",    "similar",   "sounds", "close",
      "part",    "middle",  "nickname",     "very close", "exchanged", "exact"};
  return kLevels;
}

size_t GivenNameLevel(const ComparableValue& left, const ComparableValue& right) {
  const bool same_letter = SameFirstLetter(left.text, right.text);
  if (IsInitial(left.text) || IsInitial(right.text)) {
    return same_letter ? kGivenInitialOnly : kGivenDiffers;
  }
  if (left.text == right.text) return kGivenExact;
  const double alike = JaroWinkler(left.text, right.text);
  if (alike >= kVeryCloseText) return kGivenVeryClose;
  if (Share(left.roots, right.roots)) return kGivenNickname;
  if (Share(left.parts, right.parts)) return kGivenPart;
  if (alike >= kCloseText) return kGivenClose;
  if (Share(left.sounds, right.sounds)) return kGivenSounds;
  if (alike >= kSimilarText) return kGivenSimilar;
  return same_letter ? kGivenSameInitial : kGivenDiffers;
}

LevelNames SurnameLevels() {
  static constexpr const char* kLevels[] = {"missing", "differs", "similar",    "sounds",
                                            "close",   "part",    "very close", "exact"};
  return kLevels;
}

size_t SurnameLevel(const ComparableValue& left, const ComparableValue& right) {
  if (left.text == right.text) return kSurnameExact;
  const double alike = JaroWinkler(left.text, right.text);
  if (alike >= kVeryCloseText) return kSurnameVeryClose;
  if (Share(left.parts, right.parts)) return kSurnamePart;
  if (alike >= kCloseText) return kSurnameClose;
  if (Share(left.sounds, right.sounds)) return kSurnameSounds;
  return alike >= kSimilarText ? kSurnameSimilar : kSurnameDiffers;
}

LevelNames MiddleNameLevels() {
  static constexpr const char* kLevels[] = {"missing", "differs", "initial", "close", "exact"};
  return kLevels;
}

size_t MiddleNameLevel(const ComparableValue& left, const ComparableValue& right) {
  const bool same_letter = SameFirstLetter(left.text, right.text);
  if (IsInitial(left.text) || IsInitial(right.text)) {
    return same_letter ? kMiddleInitial : kMiddleDiffers;
  }
  if (left.text == right.text) return kMiddleExact;
  if (JaroWinkler(left.text, right.text) >= kCloseText) return kMiddleClose;
  return same_letter ? kMiddleInitial : kMiddleDiffers;
}

FullNameLevels CompareFullNames(const RecordNames& left, const RecordNames& right) {
  FullNameLevels levels;
  levels.given = BestLevel(left.given, right.given, GivenNameLevel);
  levels.surname = BestLevel(left.surname, right.surname, SurnameLevel);
  if (levels.given != kGivenMissing && levels.given < kGivenVeryClose &&
      levels.surname < kSurnameVeryClose && AreExchanged(left, right)) {
    return {kGivenExchanged, kSurnameMissing};
  }
  if (levels.given != kGivenMissing && levels.given < kGivenMiddle &&
      (MostAlike(left.given, right.middle) >= kVeryCloseText ||
       MostAlike(left.middle, right.given) >= kVeryCloseText)) {
    levels.given = kGivenMiddle;
  }
  return levels;
}

}  // namespace blindlink::agent
