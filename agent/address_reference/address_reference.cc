#include "agent/address_reference/address_reference.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {

absl::Span<const AddressReference::Entry> AddressReference::Range(const std::vector<Entry>& entries,
                                                                  uint32_t place) {
  const auto first = std::lower_bound(entries.begin(), entries.end(), Entry{place, 0, 0});
  auto end = first;
  if (place != kNone) end = std::lower_bound(first, entries.end(), Entry{place + 1, 0, 0});
  return absl::MakeConstSpan(entries).subspan(static_cast<size_t>(first - entries.begin()),
                                              static_cast<size_t>(end - first));
}

absl::Span<const AddressReference::Entry> AddressReference::OfCity(absl::string_view state,
                                                                   absl::string_view city) const {
  const std::string name = absl::StrCat(state, " ", city);
  const auto found = std::lower_bound(cities_.begin(), cities_.end(), name);
  if (found == cities_.end() || *found != name) return {};
  return Range(by_city_, static_cast<uint32_t>(found - cities_.begin()));
}

AddressReference::Numbers AddressReference::Named(absl::string_view name) const {
  const auto first = std::lower_bound(
      streets_.begin(), streets_.end(), name,
      [](const Street& street, absl::string_view wanted) { return street.name < wanted; });
  const auto end = std::find_if(first, streets_.end(),
                                [&](const Street& street) { return street.name != name; });
  return {static_cast<uint32_t>(first - streets_.begin()),
          static_cast<uint32_t>(end - streets_.begin())};
}

uint32_t ZipNumber(absl::string_view postal_code) {
  if (!IsDigits(postal_code)) return AddressReference::kNone;
  if (postal_code.size() == 9) postal_code = postal_code.substr(0, 5);
  uint32_t zip = 0;
  const bool is_zip = postal_code.size() == 4 || postal_code.size() == 5;
  return is_zip && absl::SimpleAtoi(postal_code, &zip) ? zip : AddressReference::kNone;
}

std::string ZipText(uint32_t zip) { return absl::StrFormat("%05d", zip); }

uint32_t LettersOf(absl::string_view name) {
  uint32_t letters = 0;
  for (const char c : name) letters |= absl::ascii_isalpha(c) ? 1u << (c - 'A') : 1u << 26;
  return letters;
}

}  // namespace blindlink::agent
