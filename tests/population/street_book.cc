#include "tests/population/street_book.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/population/name_lists.h"

namespace blindlink::population {
namespace {

constexpr WordPair kSuffixes[] = {{"St", "Street"},      {"Ave", "Avenue"},  {"Rd", "Road"},
                                  {"Dr", "Drive"},       {"Ln", "Lane"},     {"Ct", "Court"},
                                  {"Blvd", "Boulevard"}, {"Pl", "Place"},    {"Cir", "Circle"},
                                  {"Way", "Way"},        {"Ter", "Terrace"}, {"Pkwy", "Parkway"},
                                  {"Trl", "Trail"},      {"Hwy", "Highway"}, {"Sq", "Square"}};
constexpr WordPair kDirectionals[] = {{"N", "North"},      {"S", "South"},      {"E", "East"},
                                      {"W", "West"},       {"NE", "Northeast"}, {"NW", "Northwest"},
                                      {"SE", "Southeast"}, {"SW", "Southwest"}};
constexpr WordPair kOrdinals[] = {{"1st", "First"},   {"2nd", "Second"},    {"3rd", "Third"},
                                  {"4th", "Fourth"},  {"5th", "Fifth"},     {"6th", "Sixth"},
                                  {"7th", "Seventh"}, {"8th", "Eighth"},    {"9th", "Ninth"},
                                  {"10th", "Tenth"},  {"11th", "Eleventh"}, {"12th", "Twelfth"}};
constexpr absl::string_view kUsual =
    R"(Main Oak Maple Washington Park Elm Walnut Cedar Lake Hill Church Pine Spring Mill Jefferson
Lincoln Jackson Madison Adams Franklin Chestnut Locust Sunset Meadow Ridge Forest Highland Center
School Delaware Illinois Meridian College Central Cherry Willow Dogwood Sycamore Hickory Birch
Broad Market Water Front Court River Union State High Pleasant Grant Monroe Harrison Cleveland
Liberty Prospect Summit Railroad Valley Mulberry Poplar Laurel Magnolia Juniper Hawthorne Holly
Colonial Heritage Country Club Airport Industrial Commerce Academy Depot Ferry Canal Vine Clay)";
constexpr absl::string_view kFirstWords =
    R"(Bushy Fox Stone Deer Rolling Winding Blue Eagle Old Silver Sugar Turkey Quail Indian Golden
Whispering Falling Hidden Autumn Crystal Wild Shady Sandy Rocky Copper Running Painted Laughing)";
constexpr absl::string_view kSecondWords =
    R"(Tail Run Mill Path Hills View Creek Hollow Brook Heron Crest Orchard Lake Maple Foot Meadow
Ridge Pines Spring Oaks Trace Point Bluff Grove)";

std::string NumberedName(int number) {
  const int last = number % 10;
  const bool teen = number % 100 / 10 == 1;
  const absl::string_view ending = teen        ? "th"
                                   : last == 1 ? "st"
                                   : last == 2 ? "nd"
                                   : last == 3 ? "rd"
                                               : "th";
  return absl::StrCat(number, ending);
}

std::vector<std::string> StreetNames() {
  std::vector<std::string> names;
  for (const WordPair& ordinal : kOrdinals) {
    names.emplace_back(ordinal.brief);
    names.emplace_back(ordinal.full);
  }
  for (std::string& word : Words(kUsual)) names.push_back(std::move(word));
  for (int number = 13; number < 120; ++number) names.push_back(NumberedName(number));
  for (const std::string& second : Words(kSecondWords)) {
    for (const std::string& first : Words(kFirstWords)) {
      names.push_back(absl::StrCat(first, " ", second));
    }
  }
  const std::vector<std::string> people = GeneralSurnames();
  for (size_t i = 0; i < 600; ++i) {
    if (people[i].find_first_of("' .") == std::string::npos) names.push_back(people[i]);
  }
  return names;
}

}  // namespace

absl::Span<const WordPair> StreetSuffixes() { return kSuffixes; }
absl::Span<const WordPair> Directionals() { return kDirectionals; }

absl::string_view OtherOrdinal(absl::string_view name) {
  for (const WordPair& ordinal : kOrdinals) {
    if (name == ordinal.brief) return ordinal.full;
    if (name == ordinal.full) return ordinal.brief;
  }
  return "";
}

StreetBook::StreetBook(uint64_t seed)
    : seed_(seed),
      names_(StreetNames()),
      choice_(ZipfWeights(names_.size(), 60)),
      suffixes_({30, 18, 16, 14, 7, 6, 3, 3, 3, 2, 1, 1, 1, 0.5, 0.3}) {}

Street StreetBook::StreetOf(int zip, uint64_t number) const {
  Draw draw(seed_, Purpose::kStreet, static_cast<uint64_t>(zip) << 16 | number);
  Street street;
  street.name = names_[choice_.Pick(draw)];
  street.suffix = &kSuffixes[suffixes_.Pick(draw)];
  const double side = draw.Below(100);
  if (side < 20) street.before = kDirectionals[draw.Below(4)].brief;
  if (side >= 20 && side < 24) street.after = kDirectionals[draw.Below(8)].brief;
  return street;
}

}  // namespace blindlink::population
