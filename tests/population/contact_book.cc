#include "tests/population/contact_book.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/population/state_facts.h"
#include "tests/population/word_errors.h"

namespace blindlink::population {
namespace {

constexpr uint64_t kGroups = 99, kSerials = 9999;
// Areas up to 772 were issued before the numbers were randomized in June 2011.
constexpr int kLastOldArea = 772, kLastArea = 899, kNeverIssued = 666;
constexpr int kRandomizedSince = 2011;
constexpr uint64_t kOldAreas = kLastOldArea - 1;  // without 666
constexpr uint64_t kNewAreas = kLastArea - kLastOldArea;
constexpr double kOwnPhone = 0.6;
constexpr absl::string_view kDomains[] = {"mail.example.com", "post.example.org",
                                          "home.example.net", "work.example.com",
                                          "town.example.org"};

std::string LettersOf(absl::string_view name) {
  std::string out;
  for (const char c : WithoutAccents(name)) {
    if (absl::ascii_isalpha(c)) out.push_back(absl::ascii_tolower(c));
  }
  return out;
}

}  // namespace

ContactBook::ContactBook(uint64_t seed)
    : seed_(seed),
      before_2011_(seed, Purpose::kSsn, kOldAreas * kGroups * kSerials),
      since_2011_(seed, Purpose::kSsn, kNewAreas * kGroups * kSerials) {}

std::string ContactBook::SsnOf(const Person& person) const {
  const bool old = YearOf(person.birth) < kRandomizedSince;
  const Permutation& numbers = old ? before_2011_ : since_2011_;
  const uint64_t number = numbers.At(person.number % numbers.size());
  int area = static_cast<int>(number / (kGroups * kSerials)) + (old ? 1 : kLastOldArea + 1);
  if (old && area >= kNeverIssued) ++area;
  const int group = static_cast<int>(number / kSerials % kGroups) + 1;
  const int serial = static_cast<int>(number % kSerials) + 1;
  return absl::StrFormat("%03d%02d%04d", area, group, serial);
}

std::string ContactBook::PhoneOf(const Person& person, int before) const {
  Draw own(seed_, Purpose::kContact, person.number << 4 | before);
  Draw shared(seed_, Purpose::kContact, person.household << 4 | 8);
  const bool alone = before > 0 || !person.in_family || own.Chance(kOwnPhone);
  Draw& draw = alone ? own : shared;
  const StateFacts& state = draw.OneOf(AllStates());
  const int exchange = draw.Between(2, 9) * 100 + draw.Between(12, 99);
  return absl::StrFormat("%03d%03d%04d", draw.OneOf(state.area_codes), exchange,
                         draw.Between(0, 9999));
}

std::string ContactBook::EmailOf(const Person& person, int before) const {
  Draw draw(seed_, Purpose::kContact, person.number << 4 | (4 + before));
  const std::string first = LettersOf(person.first), last = LettersOf(person.last);
  // No two people share an address: it contains the person's number, with one more digit for
  // another address.
  const std::string number = absl::StrCat(person.number, before > 0 ? absl::StrCat(before) : "");
  const absl::string_view domain = draw.OneOf(kDomains);
  switch (draw.Below(3)) {
    case 0:
      return absl::StrCat(first, ".", last, number, "@", domain);
    case 1:
      return absl::StrCat(first.substr(0, 1), last, number, "@", domain);
    default:
      return absl::StrCat(last, first, number, "@", domain);
  }
}

}  // namespace blindlink::population
