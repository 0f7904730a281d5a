#include "tests/population/household_book.h"

#include <algorithm>

#include "tests/population/family.h"

namespace blindlink::population {
namespace {

// Of ten households: how many have 1, 2, ... 6 members.
constexpr int kSizes[] = {1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6};

}  // namespace

const std::vector<Person>& HouseholdBook::HouseholdOf(uint64_t person) {
  if (!members_.empty() && person - members_.front().number < members_.size()) return members_;
  const uint64_t block = person / kBlock;
  Draw draw(seed_, Purpose::kHouseholds, block);
  uint64_t first = block * kBlock;
  const uint64_t end = first + kBlock;
  while (true) {
    const uint64_t size = std::min<uint64_t>(draw.OneOf(kSizes), end - first);
    if (person < first + size) {
      Make(first, static_cast<int>(size));
      return members_;
    }
    first += size;
  }
}

const Person& HouseholdBook::PersonOf(uint64_t person) {
  const std::vector<Person>& members = HouseholdOf(person);
  return members[person - members.front().number];
}

void HouseholdBook::Make(uint64_t first, int size) {
  members_.clear();
  Draw draw(seed_, Purpose::kMembers, first);
  FamilyMaker maker(names_, draw, members_);
  maker.Make(size);
  for (int i = 0; i < size; ++i) {
    members_[i].number = first + i;
    members_[i].household = first;
  }
}

}  // namespace blindlink::population
