#include "agent/standardize/made_up_number.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

constexpr size_t kFewestDigits = 8;
constexpr size_t kLongRun = 6;
constexpr size_t kLongestPeriod = 3;

// The length of the run that `digits` begin with: one digit, or digits that count up or down.
size_t RunLength(absl::string_view digits) {
  if (digits.size() < 3) return digits.size();
  const int step = digits[1] - digits[0];
  if (std::abs(step) > 1) return 1;
  size_t length = 2;
  while (length < digits.size() && digits[length] - digits[length - 1] == step) ++length;
  return length;
}

bool IsRun(absl::string_view digits) {
  if (digits.size() == 2) return std::abs(digits[1] - digits[0]) <= 1;
  return RunLength(digits) == digits.size();
}

// Whether each digit is as far from the last: 135791357. 0 follows 9.
bool HasOneStep(absl::string_view digits) {
  const int step = (digits[1] - digits[0] + 10) % 10;
  for (size_t i = 2; i < digits.size(); ++i) {
    if ((digits[i] - digits[i - 1] + 10) % 10 != step) return false;
  }
  return true;
}

// 112233445.
bool IsRunOfPairs(absl::string_view digits) {
  std::string firsts;
  for (size_t i = 0; i < digits.size(); i += 2) {
    if (i + 1 < digits.size() && digits[i] != digits[i + 1]) return false;
    firsts.push_back(digits[i]);
  }
  return IsRun(firsts);
}

bool HasTwoDigitsOnly(absl::string_view digits) {
  const size_t other = digits.find_first_not_of(digits[0]);
  if (other == absl::string_view::npos) return true;
  const char both[] = {digits[0], digits[other]};
  return digits.find_first_not_of(absl::string_view(both, 2)) == absl::string_view::npos;
}

// 147258369: lines of a keypad.
bool IsTypedInLines(absl::string_view digits) {
  constexpr absl::string_view kLines =
      "123 321 456 654 789 987 147 741 258 852 369 963 159 951 357 753";
  if (digits.size() % 3 != 0) return false;
  for (size_t i = 0; i < digits.size(); i += 3) {
    if (!absl::StrContains(kLines, digits.substr(i, 3))) return false;
  }
  return true;
}

bool IsTwoRuns(absl::string_view digits) {
  for (size_t first = 1; first < digits.size(); ++first) {
    if (IsRun(digits.substr(0, first)) && IsRun(digits.substr(first))) return true;
  }
  return false;
}

bool HasLongRun(absl::string_view digits) {
  for (size_t i = 0; i + kLongRun <= digits.size(); ++i) {
    if (RunLength(digits.substr(i)) >= kLongRun) return true;
  }
  return false;
}

bool IsPeriodic(absl::string_view digits) {
  for (size_t period = 1; period <= kLongestPeriod; ++period) {
    if (digits.substr(period) == digits.substr(0, digits.size() - period)) return true;
  }
  return false;
}

bool IsRunInEachGroup(absl::string_view digits, absl::Span<const size_t> groups) {
  if (groups.empty()) return false;
  for (const size_t size : groups) {
    if (digits.size() < size || !IsRun(digits.substr(0, size))) return false;
    digits.remove_prefix(size);
  }
  return digits.empty();
}

}  // namespace

bool IsSequence(absl::string_view digits) {
  for (const int step : {1, 9}) {
    bool sequence = digits.size() > 3;
    for (size_t i = 1; i < digits.size() && sequence; ++i) {
      sequence = (digits[i - 1] - '0' + step) % 10 == digits[i] - '0';
    }
    if (sequence) return true;
  }
  return false;
}

namespace {

bool HasPattern(absl::string_view digits) {
  return IsTwoRuns(digits) || HasLongRun(digits) || IsPeriodic(digits) || HasOneStep(digits) ||
         HasTwoDigitsOnly(digits) || IsRunOfPairs(digits) || IsTypedInLines(digits);
}

}  // namespace

bool IsMadeUp(absl::string_view digits, absl::Span<const size_t> groups) {
  if (digits.size() < kFewestDigits) return false;
  if (HasPattern(digits) || IsRunInEachGroup(digits, groups)) return true;
  const absl::string_view start = digits.substr(0, 5);
  return !groups.empty() && (start == "12345" || IsOneCharacterRepeated(start, 5));
}

bool IsMadeUpBesideZeros(absl::string_view digits) {
  if (digits.size() < kFewestDigits) return false;
  return std::count(digits.begin(), digits.end(), '0') < 3 && HasPattern(digits);
}

}  // namespace blindlink::agent
