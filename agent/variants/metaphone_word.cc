#include "agent/variants/metaphone_word.h"

namespace blindlink::agent {
namespace {

constexpr size_t kCodeLength = 4;

void AppendUpTo(absl::string_view letters, std::string* code) {
  const absl::string_view fitting = letters.substr(0, kCodeLength - code->size());
  code->append(fitting.data(), fitting.size());
}

}  // namespace

bool MetaphoneWord::IsVowelAt(int i) const {
  const char c = At(i);
  return c != '\0' && absl::string_view("AEIOUY").find(c) != absl::string_view::npos;
}

bool MetaphoneWord::Has(int start, int length,
                        std::initializer_list<absl::string_view> options) const {
  if (start < 0 || start + length > size()) return false;
  const absl::string_view part =
      letters_.substr(static_cast<size_t>(start), static_cast<size_t>(length));
  for (const absl::string_view option : options) {
    if (part == option) return true;
  }
  return false;
}

bool MetaphoneWord::Contains(absl::string_view part) const {
  return letters_.find(part) != absl::string_view::npos;
}

bool MetaphoneWord::IsSlavoGermanic() const {
  return Contains("W") || Contains("K") || Contains("CZ") || Contains("WITZ");
}

void MetaphoneWord::Add(absl::string_view primary, absl::string_view alternate) {
  AppendUpTo(primary, &primary_);
  AppendUpTo(alternate, &alternate_);
}

bool MetaphoneWord::IsFull() const {
  return primary_.size() >= kCodeLength && alternate_.size() >= kCodeLength;
}

}  // namespace blindlink::agent
