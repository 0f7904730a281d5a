#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The parts of one address, as columns give them; any may be empty.
struct AddressColumns {
  absl::string_view house_number = {};
  absl::string_view street_name = {};
  absl::string_view street_address =
      {};  // a whole line; or the street where there is a house number
  absl::string_view unit = {};
  absl::string_view po_box = {};
  absl::string_view line2 = {};
};

// One line of address: "12 Main St UNIT 4". A bare number as unit or box gets its word; a second
// line counts only if it names a unit or a box ("Apt 2"), not a building or a neighbourhood. Empty
// if there is neither street nor box. Pure.
std::string ComposeAddress(const AddressColumns& columns);

}  // namespace blindlink::agent
