#pragma once

#include <memory>
#include <string>
#include <vector>

namespace blindlink::agent {

// What a US-style street address says, each part in its one standard form, empty where it says
// nothing: "12 1/2 N. Ninth Street Apt 4b" -> "12-1/2" | "N" | "9TH" | "ST" | "" | "4B" | "".
// Street names keep their spaces here ("BUSHY TAIL"); the EXACT form has none.
struct AddressParts {
  std::string house_number, predirectional, street_name, suffix, postdirectional, unit, po_box;
  std::string urbanization;  // of Puerto Rico, without spaces: URB LAS GLADIOLAS -> LASGLADIOLAS
};

struct StandardValue {
  // The EXACT form; never empty. A date that is known in part only has none: its text is shorter
  // than a date's.
  std::string text;
  std::vector<std::string> parts;  // names of several parts only: "Garcia-Lopez" -> GARCIA, LOPEZ
  std::shared_ptr<const AddressParts> address;  // of a STREET_ADDRESS; null otherwise
};

// Empty parts of what is no address.
inline const AddressParts& AddressOf(const StandardValue& value) {
  static const AddressParts* const kNone = new AddressParts;
  return value.address == nullptr ? *kNone : *value.address;
}

enum class ValueState { kUsable, kMissing, kInvalid, kPlaceholder };

struct StandardizeResult {
  ValueState state = ValueState::kMissing;
  // Usable: one or more. Otherwise none.
  std::vector<StandardValue> values;
  // A static code such as "impossible-date" for kInvalid and kPlaceholder, else nullptr.
  const char* reason = nullptr;
};

// How a date of three separated numbers is read: 03/04/1970. ISO dates, YYYYMMDD and dates with a
// named month or era need no order.
enum class DateOrder { kYearMonthDay, kMonthDayYear, kDayMonthYear };

struct StandardizeOptions {
  DateOrder date_order = DateOrder::kMonthDayYear;
};

}  // namespace blindlink::agent
