#include "tests/population/household_book.h"

#include <cstdlib>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "tests/population/contact_book.h"
#include "tests/population/home_book.h"

namespace blindlink::population {
namespace {

constexpr uint64_t kPeople = 40000;

class HouseholdTest : public testing::Test {
 protected:
  std::vector<Person> All() {
    std::vector<Person> people;
    for (uint64_t n = 0; n < kPeople; ++n) people.push_back(book_.PersonOf(n));
    return people;
  }
  NameBook names_;
  HouseholdBook book_{3, names_};
  HomeBook homes_{3};
  ContactBook contacts_{3};
};

TEST_F(HouseholdTest, APersonIsTheSameInWhateverOrderPeopleAreAskedFor) {
  const std::vector<Person> people = All();
  HouseholdBook other(3, names_);
  for (uint64_t n = kPeople; n-- > 0;) {
    const Person& person = other.PersonOf(n * 7919 % kPeople);
    const Person& before = people[person.number];
    EXPECT_EQ(person.first, before.first);
    EXPECT_EQ(person.last, before.last);
    EXPECT_EQ(person.birth, before.birth);
    EXPECT_EQ(person.household, before.household);
  }
}

TEST_F(HouseholdTest, HouseholdsAreWhole) {
  for (uint64_t n = 0; n < kPeople; ++n) {
    const std::vector<Person>& members = book_.HouseholdOf(n);
    ASSERT_FALSE(members.empty());
    ASSERT_LE(members.size(), 6U);
    for (size_t i = 0; i < members.size(); ++i) {
      EXPECT_EQ(members[i].number, members[0].number + i);
      EXPECT_EQ(members[i].household, members[0].number);
    }
  }
}

TEST_F(HouseholdTest, TwinsShareBirthSurnameAndHome) {
  const std::vector<Person> people = All();
  int twins = 0;
  for (const Person& person : people) {
    if (!person.twin) continue;
    ++twins;
    int alike = 0;
    for (const Person& other : book_.HouseholdOf(person.number)) {
      if (other.number == person.number || other.birth != person.birth) continue;
      ++alike;
      EXPECT_TRUE(other.twin);
      EXPECT_EQ(other.last, person.last);
      EXPECT_NE(other.first, person.first);
      EXPECT_EQ(homes_.HomeOf(other.household, 0).zip, homes_.HomeOf(person.household, 0).zip);
    }
    EXPECT_GE(alike, 1);
  }
  EXPECT_GT(twins, 50);
  EXPECT_LT(twins, 1500);
}

TEST_F(HouseholdTest, SiblingsWhoAreNoTwinsAreBornOneYearApartOrMore) {
  for (const Person& person : All()) {
    if (person.suffix != "Jr") continue;
    for (const Person& other : book_.HouseholdOf(person.number)) {
      if (other.number <= person.number || other.twin) continue;
      EXPECT_NE(YearOf(other.birth), YearOf(person.birth));
    }
  }
}

TEST_F(HouseholdTest, JuniorsBearTheirFathersName) {
  int juniors = 0;
  for (const Person& person : All()) {
    const Person& head = book_.HouseholdOf(person.number).front();
    if (person.suffix != "Jr" || head.number == person.number) continue;
    ++juniors;
    EXPECT_EQ(person.first, head.first);
    EXPECT_EQ(person.last, head.last);
    EXPECT_EQ(head.sex, Sex::kMale);
    EXPECT_GE(YearOf(person.birth), YearOf(head.birth) + 15);
  }
  EXPECT_GT(juniors, 50);
}

TEST_F(HouseholdTest, MarriagesChangeSomeSurnames) {
  int changed = 0;
  for (const Person& person : All()) {
    if (person.birth_last.empty()) continue;
    ++changed;
    EXPECT_NE(person.birth_last, person.last);
  }
  EXPECT_GT(changed, static_cast<int>(kPeople / 20));
  EXPECT_LT(changed, static_cast<int>(kPeople / 3));
}

TEST_F(HouseholdTest, NamesAreMany) {
  std::set<std::string> first, last;
  for (const Person& person : All()) {
    first.insert(person.first);
    last.insert(person.last);
  }
  EXPECT_GT(first.size(), 1200U);
  EXPECT_GT(last.size(), 6000U);
}

TEST_F(HouseholdTest, NumbersMayHaveBeenIssuedAndAreNobodyElses) {
  std::set<std::string> seen;
  for (const Person& person : All()) {
    const std::string ssn = contacts_.SsnOf(person);
    ASSERT_EQ(ssn.size(), 9U);
    EXPECT_TRUE(seen.insert(ssn).second);
    const int area = std::atoi(ssn.substr(0, 3).c_str());
    EXPECT_GE(area, 1);
    EXPECT_LE(area, 899);
    EXPECT_NE(area, 666);
    EXPECT_NE(ssn.substr(3, 2), "00");
    EXPECT_NE(ssn.substr(5), "0000");
    EXPECT_EQ(contacts_.PhoneOf(person, 0).size(), 10U);
  }
}

TEST(TownBook, NoTwoTownsShareAZipCodeAndEachIsItsStates) {
  const TownBook book(3);
  std::set<int> zips;
  for (const Town& town : book.towns()) {
    for (int zip = town.first_zip; zip < town.first_zip + town.zips; ++zip) {
      EXPECT_TRUE(zips.insert(zip).second);
      EXPECT_GE(zip / 100, town.state->first_prefix);
      EXPECT_LE(zip / 100, town.state->last_prefix);
    }
  }
  EXPECT_GT(book.towns().size(), 3000U);
}

}  // namespace
}  // namespace blindlink::population
