#include "tests/population/family.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace blindlink::population {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

// Everyone is alive on the last day of this year.
constexpr int kPresentYear = 2015;

constexpr double kRoommates = 0.12;
constexpr double kSpouseInTwo = 0.75;     // households of two that are couples
constexpr double kSpouseInFamily = 0.75;  // families with both parents
constexpr double kParentAtHome = 0.05;
constexpr double kSameOrigin = 0.85;
constexpr double kSameSex = 0.015;
constexpr double kTakesName = 0.68;
constexpr double kJoinsNames = 0.07;
constexpr double kTwoSurnames = 0.55;  // of Hispanic people
constexpr double kHyphen = 0.2;        // of those
constexpr double kHasMiddle = 0.88;
// A birth followed by another on the same day: twins are 3.1 % of those born.
constexpr double kTwinFollows = 0.016;
constexpr double kIdentical = 0.35;
constexpr double kFathersName = 0.12;
constexpr double kSenior = 0.4;

}  // namespace

void FamilyMaker::Make(int size) {
  const Origin origin = names_.PickOrigin(draw_);
  if (size >= 2 && size <= 4 && draw_.Chance(kRoommates)) return AddRoommates(size);
  // Old enough to have had their youngest child by now.
  const int born = size > 2 ? draw_.Between(1950, 1998 - 4 * size) : draw_.Between(1922, 1995);
  Add(AnySex(), origin, born, NewSurname(origin));
  int left = size - 1;
  if (left > 0 && draw_.Chance(left == 1 ? kSpouseInTwo : kSpouseInFamily)) {
    AddSpouse();
    --left;
  }
  if (left > 1 && draw_.Chance(kParentAtHome)) {
    AddParent();
    --left;
  }
  AddChildren(left);
}

Person& FamilyMaker::Add(Sex sex, Origin origin, int birth_year, std::string last) {
  std::string first = NewFirstName(sex, origin, birth_year);
  Person& person = members_.emplace_back();
  person.sex = sex;
  person.origin = origin;
  person.first = std::move(first);
  if (draw_.Chance(kHasMiddle)) person.middle = names_.PickGiven(draw_, sex, origin, birth_year);
  person.last = std::move(last);
  person.birth = DateIn(birth_year);
  return person;
}

void FamilyMaker::AddRoommates(int size) {
  for (int i = 0; i < size; ++i) {
    const Origin origin = names_.PickOrigin(draw_);
    Add(AnySex(), origin, draw_.Between(1965, 1996), NewSurname(origin)).in_family = i == 0;
  }
}

void FamilyMaker::AddSpouse() {
  const Origin origin = draw_.Chance(kSameOrigin) ? members_[0].origin : names_.PickOrigin(draw_);
  const bool same = draw_.Chance(kSameSex);
  const Sex sex = (members_[0].sex == Sex::kMale) == same ? Sex::kMale : Sex::kFemale;
  const int year = std::min(1997, YearOf(members_[0].birth) + draw_.Between(-5, 5));
  Add(sex, origin, year, NewSurname(origin));
  Person& wife = members_[sex == Sex::kFemale ? 1 : 0];
  const Person& husband = members_[sex == Sex::kFemale ? 0 : 1];
  std::string married = MarriedName(wife, husband);
  if (married == wife.last) return;
  wife.birth_last = std::exchange(wife.last, std::move(married));
}

void FamilyMaker::AddParent() {
  const Person& head = members_[0];
  const std::string last = head.birth_last.empty() ? head.last : head.birth_last;
  Add(AnySex(), head.origin, YearOf(head.birth) - draw_.Between(19, 34), last);
}

void FamilyMaker::AddChildren(int count) {
  if (count == 0) return;
  const std::string surname = ChildSurname(members_[0]);
  const Origin origin = members_[0].origin;
  int year = std::min(YearOf(members_[0].birth) + draw_.Between(19, 27), kPresentYear - 4 * count);
  for (int i = 0; i < count; ++i) {
    const size_t elder = members_.size() - 1;
    const bool twin = i > 0 && draw_.Chance(kTwinFollows);
    Person& child = Add(AnySex(), origin, year, surname);
    if (twin) MakeTwins(members_[elder], child);
    const bool first_son = i == 0 && child.sex == Sex::kMale && members_[0].sex == Sex::kMale;
    if (first_son && draw_.Chance(kFathersName)) NameAfterFather(child, members_[0]);
    year = YearOf(child.birth) + draw_.Between(2, 4);
  }
}

void FamilyMaker::MakeTwins(Person& elder, Person& child) {
  child.birth = elder.birth;
  child.twin = elder.twin = true;
  if (draw_.Chance(kIdentical) && child.sex != elder.sex) {
    child.sex = elder.sex;
    child.first = NewFirstName(child.sex, child.origin, YearOf(child.birth));
  }
}

void FamilyMaker::NameAfterFather(Person& son, Person& father) {
  son.first = father.first;
  son.middle = father.middle;
  son.last = father.last;
  son.suffix = draw_.Chance(0.12) ? "III" : "Jr";
  if (son.suffix == "III") {
    father.suffix = "Jr";
  } else if (draw_.Chance(kSenior)) {
    father.suffix = "Sr";
  }
}

std::string FamilyMaker::NewFirstName(Sex sex, Origin origin, int birth_year) {
  while (true) {
    const std::string& name = names_.PickGiven(draw_, sex, origin, birth_year);
    const bool taken = std::any_of(members_.begin(), members_.end(),
                                   [&](const Person& other) { return other.first == name; });
    if (!taken) return name;
  }
}

std::string FamilyMaker::NewSurname(Origin origin) {
  const std::string& first = names_.PickSurname(draw_, origin);
  if (origin != Origin::kHispanic || !draw_.Chance(kTwoSurnames)) return first;
  const absl::string_view between = draw_.Chance(kHyphen) ? "-" : " ";
  return absl::StrCat(first, between, names_.PickSurname(draw_, origin));
}

std::string FamilyMaker::MarriedName(const Person& spouse, const Person& partner) {
  const double take = draw_.Below(1000) / 1000.0;
  // Two-part surnames are kept on marriage.
  if (spouse.origin == Origin::kHispanic && partner.origin == Origin::kHispanic && take > 0.35) {
    return spouse.last;
  }
  if (take < kTakesName) return partner.last;
  if (take < kTakesName + kJoinsNames) return absl::StrCat(spouse.last, "-", partner.last);
  return spouse.last;
}

std::string FamilyMaker::ChildSurname(const Person& head) {
  if (members_.size() < 2 || head.sex == Sex::kMale) return head.last;
  return YearOf(members_[1].birth) > YearOf(head.birth) - 10 ? members_[1].last : head.last;
}

Date FamilyMaker::DateIn(int year) {
  const sys_days first = sys_days(std::chrono::year(year) / 1 / 1);
  return Date(first + days(draw_.Below(365)));
}

}  // namespace blindlink::population
