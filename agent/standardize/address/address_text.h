#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The parts of an address from separate columns. Any of them may be empty.
struct AddressColumns {
  absl::string_view house_number = {};
  absl::string_view street_name = {};
  absl::string_view street_address =
      {};  // a whole line, or the street alone if there is a house number
  absl::string_view unit = {};
  absl::string_view po_box = {};
  absl::string_view line2 = {};
};

// Composes one address line: "12 Main St UNIT 4". A bare unit or box number gets the word it lacks.
// The second line is used only if it names a unit or a box ("Apt 2"), not a building or a
// neighborhood. Empty if there is neither a street nor a box. Pure, thread-safe.
std::string ComposeAddress(const AddressColumns& columns);

// Whether the street with its number stands in the second line, and a building, a host or nothing
// in the first: "Sunrise Care Home" and "12 Main St". Then the two should change places. Pure,
// thread-safe.
bool StreetIsInSecondLine(const AddressColumns& columns);

}  // namespace blindlink::agent
