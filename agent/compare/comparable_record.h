#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// What is compared of a street address, each part in its one standard form.
struct ComparableAddress {
  std::string house_number;
  std::string street;  // without number, suffix, directional and white space
  std::string unit;
  std::string po_box;
};

// A standardized value with what comparing asks of it, made once for each record. Copies share the
// address.
struct ComparableValue {
  std::string text;
  // Hashes (ComparableHash). Of names: nickname roots, sounds, parts; of cities: sounds.
  std::vector<uint64_t> roots;
  std::vector<uint64_t> sounds;
  std::vector<uint64_t> parts;
  std::shared_ptr<const ComparableAddress> address;  // of street addresses
};

// By index of LinkagePlan.fields; a field may have several values, or none.
using ComparableRecord = std::vector<std::vector<ComparableValue>>;

// The same for equal texts within one process, and practically never otherwise.
uint64_t ComparableHash(absl::string_view text);

// `value` as made by `standardizer`. Pure, thread-safe.
ComparableValue MakeComparable(v1::Standardizer standardizer, const StandardValue& value);

}  // namespace blindlink::agent
