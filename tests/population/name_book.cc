#include "tests/population/name_book.h"

#include "absl/strings/str_split.h"

namespace blindlink::population {
namespace {

// How often people of another origin have a common American given name, how often a given name is
// rare, and how often a Hispanic surname has a particle.
constexpr double kAmericanGivenName = 0.35;
constexpr double kRareGivenName = 0.05;
constexpr double kParticleSurname = 0.04;
// A name is common in its own era, less so in the neighbouring ones.
constexpr double kOtherEra = 0.25;

Era EraOf(int year) {
  if (year < 1950) return Era::kBefore1950;
  if (year < 1975) return Era::kBefore1975;
  return year < 1995 ? Era::kBefore1995 : Era::kSince;
}

Era NextTo(Era era, Draw& draw) {
  const int at = static_cast<int>(era);
  if (at == 0) return Era{1};
  if (at == kEras - 1) return Era{kEras - 2};
  return Era{draw.Chance(0.5) ? at - 1 : at + 1};
}

}  // namespace

NameBook::Weighted::Weighted(std::vector<std::string> list, double offset)
    : names(std::move(list)), choice(ZipfWeights(names.size(), offset)) {}

NameBook::NameBook()
    : rare_men_(RareMen(), 30),
      rare_women_(RareWomen(), 30),
      particles_(absl::StrSplit(ParticleSurnames(), '|'), 3),
      origins_({0.775, 0.17, 0.02, 0.008, 0.005, 0.022}) {
  for (int era = 0; era < kEras; ++era) {
    men_.emplace_back(Words(MenOfEra(Era{era})), 10);
    women_.emplace_back(Words(WomenOfEra(Era{era})), 14);
  }
  for (const absl::string_view list : {MenOfEra(Era::kSince), HispanicMen(), ChineseMen(),
                                       VietnameseMen(), JapaneseMen(), IndianMen()}) {
    origin_men_.emplace_back(Words(list), 6);
  }
  for (const absl::string_view list : {WomenOfEra(Era::kSince), HispanicWomen(), ChineseWomen(),
                                       VietnameseWomen(), JapaneseWomen(), IndianWomen()}) {
    origin_women_.emplace_back(Words(list), 6);
  }
  surnames_.emplace_back(GeneralSurnames(), 22);
  surnames_.emplace_back(Words(HispanicSurnames()), 5);
  surnames_.emplace_back(Words(ChineseSurnames()), 4);
  surnames_.emplace_back(Words(VietnameseSurnames()), 1);
  surnames_.emplace_back(Words(JapaneseSurnames()), 6);
  surnames_.emplace_back(Words(IndianSurnames()), 4);
  for (const absl::string_view line : absl::StrSplit(NicknameLines(), '\n')) {
    std::vector<std::string> words = Words(line);
    nicknames_[words[0]].assign(words.begin() + 1, words.end());
  }
}

Origin NameBook::PickOrigin(Draw& draw) const { return static_cast<Origin>(origins_.Pick(draw)); }

const std::string& NameBook::PickGiven(Draw& draw, Sex sex, Origin origin, int birth_year) const {
  const bool man = sex == Sex::kMale;
  if (origin != Origin::kGeneral && !draw.Chance(kAmericanGivenName)) {
    return (man ? origin_men_ : origin_women_)[static_cast<int>(origin)].Pick(draw);
  }
  if (draw.Chance(kRareGivenName)) return (man ? rare_men_ : rare_women_).Pick(draw);
  Era era = EraOf(birth_year);
  if (draw.Chance(kOtherEra)) era = NextTo(era, draw);
  return (man ? men_ : women_)[static_cast<int>(era)].Pick(draw);
}

const std::string& NameBook::PickSurname(Draw& draw, Origin origin) const {
  if (origin == Origin::kHispanic && draw.Chance(kParticleSurname)) return particles_.Pick(draw);
  return surnames_[static_cast<int>(origin)].Pick(draw);
}

const std::vector<std::string>& NameBook::NicknamesOf(absl::string_view given) const {
  static const auto* const kNone = new std::vector<std::string>();
  const auto found = nicknames_.find(std::string(given));
  return found == nicknames_.end() ? *kNone : found->second;
}

}  // namespace blindlink::population
