#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/standardize/text/value_change.h"

namespace blindlink::agent {

// The parts of a US-style street address in their standard forms. A part that the address lacks is
// empty: "12 1/2 N. Ninth Street Apt 4b" -> "12-1/2" | "N" | "9TH" | "ST" | "" | "4B" | "".
// Street names keep their spaces here ("BUSHY TAIL"), unlike in the EXACT form.
struct AddressParts {
  std::string house_number, predirectional, street_name, suffix, postdirectional, unit, po_box;
  std::string urbanization;  // in Puerto Rico, without spaces: URB LAS GLADIOLAS -> LASGLADIOLAS
};

struct StandardValue {
  // The EXACT form; never empty. A partial date has no EXACT form: its text is YYYY or YYYYMM.
  std::string text;
  std::vector<std::string> parts;  // of a name with several: "Garcia-Lopez" -> GARCIA, LOPEZ
  std::shared_ptr<const AddressParts> address;  // null unless this is a STREET_ADDRESS
  // Cannot be right as a whole: 1970-02-31, a phone number with a digit missing. The text is what
  // was written. It is evidence, and has the forms of the parts that can be right, never EXACT.
  bool damaged = false;
};

// The parts of an address; all parts are empty if the value is not an address.
inline const AddressParts& AddressOf(const StandardValue& value) {
  static const AddressParts* const kNone = new AddressParts;
  return value.address == nullptr ? *kNone : *value.address;
}

// Whether only the last four digits of a number are known: XXXXX1234.
inline bool IsMaskedNumber(const StandardValue& value) {
  return value.damaged && value.text[0] == 'X';
}

enum class ValueState { kUsable, kMissing, kInvalid, kPlaceholder };

struct StandardizeResult {
  ValueState state = ValueState::kMissing;
  // One or more if the state is kUsable. If it is kInvalid, a damaged value, or none if nothing of
  // it can be right. Otherwise none.
  std::vector<StandardValue> values;
  // A string literal such as "impossible-date" if the state is kInvalid or kPlaceholder, otherwise
  // nullptr.
  const char* reason = nullptr;
  // What was done to the text beyond case, accents and punctuation; of a missing value, why.
  ValueChanges changes = {};
};

// How to read a date of three separated numbers, such as 03/04/1970. ISO dates, YYYYMMDD and dates
// with a named month or era need no order.
enum class DateOrder { kYearMonthDay, kMonthDayYear, kDayMonthYear };

struct StandardizeOptions {
  DateOrder date_order = DateOrder::kMonthDayYear;
  // By plan field: the orders of columns whose dates show one of their own.
  std::map<std::string, DateOrder> date_orders = {};
  // Dates before this year are invalid. The plan decides (Limits.earliest_year); this is the
  // default of plans.
  int earliest_year = 1840;
  // The country whose phone numbers are written without a country code: two letters (ISO 3166).
  std::string phone_country = "US";
};

}  // namespace blindlink::agent
