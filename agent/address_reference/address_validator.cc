#include "agent/address_reference/address_validator.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "agent/standardize/address/address.h"
#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/distinct_values.h"
#include "agent/standardize/text/string_similarity.h"

namespace blindlink::agent {
namespace {

constexpr size_t kShortestCorrected = 4;
constexpr size_t kTwoEditsFrom = 8;

using Entries = absl::Span<const AddressReference::Entry>;

// The entries of a place whose streets are first..end.
Entries Within(Entries place, AddressReference::Numbers streets) {
  const auto before = [](const AddressReference::Entry& entry, uint32_t street) {
    return entry.street < street;
  };
  const auto first = std::lower_bound(place.begin(), place.end(), streets.first, before);
  const auto end = std::lower_bound(first, place.end(), streets.end, before);
  return place.subspan(static_cast<size_t>(first - place.begin()),
                       static_cast<size_t>(end - first));
}

// The ZIP of these entries if they all have the same one.
uint32_t OnlyZip(Entries entries) {
  uint32_t zip = AddressReference::kNone;
  for (const AddressReference::Entry& entry : entries) {
    if (zip != AddressReference::kNone && entry.zip != zip) return AddressReference::kNone;
    zip = entry.zip;
  }
  return zip;
}

}  // namespace

AddressValidator::AddressValidator(const AddressReference& reference, const Plan& plan)
    : reference_(reference) {
  for (size_t i = 0; i < static_cast<size_t>(plan.proto().fields_size()); ++i) {
    const v1::Standardizer standardizer = plan.proto().fields(static_cast<int>(i)).standardizer();
    const auto take = [&](v1::Standardizer wanted, std::optional<size_t>* field) {
      if (standardizer != wanted || field->has_value()) return;
      *field = i;
      fields_.push_back(i);
    };
    take(v1::STREET_ADDRESS, &street_field_);
    take(v1::CITY, &city_field_);
    take(v1::STATE, &state_field_);
    take(v1::POSTAL_CODE, &zip_field_);
  }
}

const AddressValidator::Values* AddressValidator::FieldOf(std::optional<size_t> field,
                                                          const std::vector<Values>& values) const {
  return field.has_value() && !values[*field].empty() ? &values[*field] : nullptr;
}

// If a record has several places, only the first is considered.
AddressValidator::Place AddressValidator::PlaceOf(const std::vector<Values>& values) const {
  Place place;
  if (const Values* zip = FieldOf(zip_field_, values); zip != nullptr) {
    place.zip_number = ZipNumber(zip->front().text);
    place.zip = reference_.OfZip(place.zip_number);
  }
  const Values* city = FieldOf(city_field_, values);
  const Values* state = FieldOf(state_field_, values);
  if (city != nullptr && state != nullptr) {
    place.city = reference_.OfCity(state->front().text, city->front().text);
  }
  return place;
}

void AddressValidator::Apply(uint64_t row, std::vector<Values>* values,
                             AddressFindings* findings) const {
  if (FieldOf(street_field_, *values) == nullptr) return;
  const Place place = PlaceOf(*values);
  Values& addresses = (*values)[*street_field_];
  const size_t count = addresses.size();
  for (size_t i = 0; i < count; ++i) {
    if (AddressOf(addresses[i]).street_name.empty()) continue;  // a box is not in a street
    const Verdict verdict = Judge(AddressOf(addresses[i]), place);
    ++findings->counts[static_cast<size_t>(verdict.outcome)];
    if (verdict.street != AddressReference::kNone) {
      AddressParts corrected = AddressOf(addresses[i]);
      const AddressReference::Street& street = reference_.street(verdict.street);
      corrected.street_name = street.name;
      corrected.suffix = street.suffix;
      AddDistinct(AddressValue(std::move(corrected)), &addresses);
      findings->changes.push_back(
          {row, *street_field_, AddressOutcome::kCorrected, verdict.distance});
    }
    if (verdict.zip != AddressReference::kNone && zip_field_.has_value()) {
      StandardValue zip;
      zip.text = ZipText(verdict.zip);
      AddDistinct(std::move(zip), &(*values)[*zip_field_]);
      findings->changes.push_back({row, *zip_field_, AddressOutcome::kZipFilled, 0});
    }
  }
}

AddressValidator::Verdict AddressValidator::Judge(const AddressParts& address,
                                                  const Place& place) const {
  if (place.zip.empty() && place.city.empty()) return {};
  const std::string name = StreetNameText(address);
  const Verdict named = JudgeNamed(address, name, place);
  return named.outcome == AddressOutcome::kUnknown ? Nearest(address, name, place) : named;
}

// A street with the name that the record states.
AddressValidator::Verdict AddressValidator::JudgeNamed(const AddressParts& address,
                                                       const std::string& name,
                                                       const Place& place) const {
  const AddressReference::Numbers streets = reference_.Named(name);
  Verdict verdict;
  Entries found = Within(place.zip, streets);
  if (found.empty()) {
    found = Within(place.city, streets);
    // The street is in the city, but not in this ZIP: the record means the only ZIP that has the
    // street.
    const auto is_same_suffix = [&](const AddressReference::Entry& entry) {
      return reference_.street(entry.street).suffix == address.suffix;
    };
    const uint32_t zip = OnlyZip(found);
    const bool same = std::any_of(found.begin(), found.end(), is_same_suffix);
    if (same && zip != AddressReference::kNone && zip != place.zip_number) verdict.zip = zip;
  }
  if (found.empty()) return verdict;
  const uint32_t only = found.front().street;
  const bool one_street = found.back().street == only;
  const bool exact =
      std::any_of(found.begin(), found.end(), [&](const AddressReference::Entry& entry) {
        return reference_.street(entry.street).suffix == address.suffix;
      });
  if (!exact && one_street) {
    verdict.outcome = AddressOutcome::kCorrected;
    verdict.street = only;
  } else if (!exact) {
    verdict.outcome = AddressOutcome::kAmbiguous;
  } else {
    verdict.outcome = verdict.zip == AddressReference::kNone ? AddressOutcome::kConfirmed
                                                             : AddressOutcome::kZipFilled;
  }
  return verdict;
}

AddressValidator::Verdict AddressValidator::Nearest(const AddressParts& address,
                                                    const std::string& name,
                                                    const Place& place) const {
  Verdict verdict;
  if (name.size() < kShortestCorrected || HasDigit(name)) return verdict;
  int limit = name.size() >= kTwoEditsFrom ? 2 : 1;
  const uint32_t letters = LettersOf(name);
  int streets = 0;  // at this distance, with a suffix as good as the best
  bool same_suffix = false;
  uint32_t last = AddressReference::kNone;
  for (const AddressReference::Entry& entry : place.zip.empty() ? place.city : place.zip) {
    if (entry.street == last) continue;
    last = entry.street;
    const AddressReference::Street& street = reference_.street(entry.street);
    if (street.name.size() < kShortestCorrected || HasDigit(street.name)) continue;
    // One edit changes the presence of at most two letters.
    if (std::popcount(letters ^ street.letters) > 2 * limit) continue;
    const auto distance =
        static_cast<int>(EditDistance(name, street.name, static_cast<size_t>(limit)));
    if (distance > limit) continue;
    const bool same = street.suffix == address.suffix;
    const bool nearer = verdict.street == AddressReference::kNone || distance < verdict.distance;
    if (nearer || (same && !same_suffix)) {
      verdict = {AddressOutcome::kCorrected, entry.street, AddressReference::kNone, distance};
      same_suffix = same;
      streets = 1;
      limit = distance;
    } else if (same == same_suffix) {
      ++streets;
    }
  }
  if (streets > 1) return {AddressOutcome::kAmbiguous};
  return verdict;
}

}  // namespace blindlink::agent
