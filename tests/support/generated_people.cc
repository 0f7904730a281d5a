#include "tests/support/generated_people.h"

#include <cstdint>
#include <random>

#include "absl/strings/str_format.h"

namespace blindlink {
namespace {

std::string Name(std::mt19937& random) {
  constexpr const char* kSyllables[] = {"Ba", "ce", "di", "fo", "gu", "ka", "le", "mi",
                                        "no", "ru", "sa", "te", "vi", "wo", "zu", "ber"};
  std::string name;
  for (int i = 0; i < 3; ++i) name += kSyllables[random() % std::size(kSyllables)];
  name[0] = static_cast<char>(name[0] & ~0x20);
  return name;
}

}  // namespace

std::string GeneratedPeople(int first, int count, bool second) {
  std::string csv = "record_id,first_name,last_name,date_of_birth,street_address,city,zip,ssn\n";
  for (int person = first; person < first + count; ++person) {
    std::mt19937 random(static_cast<uint32_t>(person));
    const std::string given = Name(random);
    const std::string family = Name(random);
    const std::string street = second && person % 20 == 0 ? Name(random) + "x" : Name(random);
    const unsigned day = 1 + random() % 28;
    const unsigned month = 1 + random() % 12;
    const unsigned year = 1930 + random() % 80;
    absl::StrAppendFormat(&csv, "%d,%s,%s,%04u-%02u-%02u,%u %s Street,%s,%05u,%03u%02u%04u\n",
                          person, given, family, year, month, day, 1 + random() % 900, street,
                          "Springfield", 10001 + random() % 80000, 100 + random() % 500,
                          10 + random() % 89, 1000 + random() % 8999);
  }
  return csv;
}

}  // namespace blindlink
