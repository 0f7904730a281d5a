#include "tests/population/home_book.h"

#include "absl/strings/str_cat.h"

namespace blindlink::population {
namespace {

constexpr double kMovedWithinTown = 0.65;
constexpr double kPostBox = 0.03;
constexpr double kRuralRoute = 0.02;
constexpr double kHasUnit = 0.26;
constexpr absl::string_view kUnitWords[] = {"Apt", "Apt", "Apt", "Unit", "Unit", "#", "Ste", "Lot"};
constexpr absl::string_view kUnitLetters[] = {"", "", "", "A", "B", "C", "D"};

}  // namespace

Address HomeBook::HomeOf(uint64_t household, int before) const {
  Draw town_draw(seed_, Purpose::kHome, household << 4);
  Address address;
  address.town = &towns_.Pick(town_draw);
  Draw draw(seed_, Purpose::kHome, household << 4 | (1 + before));
  if (before > 0 && !draw.Chance(kMovedWithinTown)) address.town = &towns_.Pick(draw);
  address.zip = address.town->first_zip + static_cast<int>(draw.Below(address.town->zips));
  if (draw.Chance(kPostBox)) {
    address.kind = AddressKind::kPostBox;
    address.number = draw.Between(1, 9999);
  } else if (draw.Chance(kRuralRoute)) {
    address.kind = AddressKind::kRuralRoute;
    address.route = draw.Between(1, 9);
    address.number = draw.Between(1, 450);
  } else {
    FillStreet(draw, address);
  }
  return address;
}

void HomeBook::FillStreet(Draw& draw, Address& address) const {
  address.street = streets_.StreetOf(address.zip, draw.Below(StreetBook::StreetsIn(address.zip)));
  address.number = draw.Between(1, 99) * 100 + draw.Between(0, 99);
  if (!draw.Chance(kHasUnit)) return;
  // Apartment houses use few numbers, so that many households share one.
  address.number = address.number / 100 * 100 + 50;
  address.unit_word = draw.OneOf(kUnitWords);
  address.unit = absl::StrCat(draw.Between(1, 40), draw.OneOf(kUnitLetters));
}

}  // namespace blindlink::population
