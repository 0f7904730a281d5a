#pragma once

#include <vector>

#include "tests/population/person.h"

namespace blindlink::population {

// Makes the members of one household, head first. Rates are about those of the United States.
class FamilyMaker {
 public:
  // Appends to `members`, drawing from `draw`; all must outlive it.
  FamilyMaker(const NameBook& names, Draw& draw, std::vector<Person>& members)
      : names_(names), draw_(draw), members_(members) {}

  void Make(int size);

 private:
  Person& Add(Sex sex, Origin origin, int birth_year, std::string last);
  void AddRoommates(int size);
  void AddSpouse();
  void AddParent();
  void AddChildren(int count);
  void MakeTwins(Person& elder, Person& child);
  void NameAfterFather(Person& son, Person& father);
  // A name that nobody else in the household has.
  std::string NewFirstName(Sex sex, Origin origin, int birth_year);
  std::string NewSurname(Origin origin);
  std::string MarriedName(const Person& spouse, const Person& partner);
  std::string ChildSurname(const Person& head);
  Date DateIn(int year);
  Sex AnySex() { return draw_.Chance(0.49) ? Sex::kMale : Sex::kFemale; }

  const NameBook& names_;
  Draw& draw_;
  std::vector<Person>& members_;
};

}  // namespace blindlink::population
