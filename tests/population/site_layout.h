#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "tests/population/record.h"

namespace blindlink::population {

// What a site does not record at all.
struct Without {
  bool address = false;
  bool date_of_birth = false;
  bool ssn = false;
  bool phone = false;
  bool email = false;
  bool middle_name = false;
  bool sex = false;
};

// How one site writes its file: headers and habits differ between the two, as between real sites.
class SiteLayout {
 public:
  virtual ~SiteLayout() = default;
  virtual absl::string_view name() const = 0;
  // The first letter of its record ids.
  virtual char id_letter() const = 0;
  // With its end of line.
  virtual void AppendHeader(const Without& without, std::string& out) const = 0;
  virtual void AppendRow(absl::string_view id, const Record& record, const Without& without,
                         std::string& out) const = 0;
};

// A registry: mixed case, month/day/year, address in one column, suffix in a column of its own.
const SiteLayout& RegistryLayout();
// Claims: upper case without accents, ISO dates, unit apart, suffix after the surname, the middle
// name as an initial.
const SiteLayout& ClaimsLayout();

}  // namespace blindlink::population
