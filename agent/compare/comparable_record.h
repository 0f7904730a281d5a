#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// The parts of a street address that are compared, each in its standard form.
struct ComparableAddress {
  std::string house_number;
  std::string street;  // without number, suffix, directional and white space
  std::string unit;
  std::string po_box;
};

// A standardized value with everything that comparisons need, made once for each record. Copies
// share the address.
struct ComparableValue {
  std::string text;
  // Hashes (ComparableHash): nickname roots, sounds and parts of names; sounds of cities.
  std::vector<uint64_t> roots;
  std::vector<uint64_t> sounds;
  std::vector<uint64_t> parts;
  std::shared_ptr<const ComparableAddress> address;  // only for street addresses
};

// Values by index of LinkagePlan.fields; a field may have none or several.
using ComparableRecord = std::vector<std::vector<ComparableValue>>;

// Equal for equal texts within a process, and practically never equal otherwise.
uint64_t ComparableHash(absl::string_view text);

// `value` must come from `standardizer`. Pure; thread-safe.
ComparableValue MakeComparable(v1::Standardizer standardizer, const StandardValue& value);

}  // namespace blindlink::agent
