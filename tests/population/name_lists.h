#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::population {

// Names separated by blanks, the most frequent first. Written for these tests from common knowledge
// of names common in the United States; not copied from any census file.
enum class Era { kBefore1950, kBefore1975, kBefore1995, kSince };
inline constexpr int kEras = 4;

absl::string_view MenOfEra(Era era);
absl::string_view WomenOfEra(Era era);

absl::string_view HispanicMen();
absl::string_view HispanicWomen();
absl::string_view ChineseMen();
absl::string_view ChineseWomen();
absl::string_view VietnameseMen();
absl::string_view VietnameseWomen();
absl::string_view JapaneseMen();
absl::string_view JapaneseWomen();
absl::string_view IndianMen();
absl::string_view IndianWomen();

// Rare given names, composed from parts.
std::vector<std::string> RareMen();
std::vector<std::string> RareWomen();

absl::string_view HispanicSurnames();
// With their particles, by '|': "De La Cruz".
absl::string_view ParticleSurnames();
absl::string_view ChineseSurnames();
absl::string_view VietnameseSurnames();
absl::string_view JapaneseSurnames();
absl::string_view IndianSurnames();
// Several hundred common surnames, then thousands composed of parts.
std::vector<std::string> GeneralSurnames();

// Lines like "Robert Bob Bobby Rob": a formal name, then its nicknames.
absl::string_view NicknameLines();

// The words of one of the lists above.
std::vector<std::string> Words(absl::string_view list);

}  // namespace blindlink::population
