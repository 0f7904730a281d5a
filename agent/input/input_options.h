#pragma once

#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "agent/input/input_format.h"
#include "agent/standardize/date_order.h"

namespace blindlink::agent {

// How records are read.
struct InputOptions {
  std::string path;                     // a file, a folder of tables, or "-": standard input
  std::string columns;                  // column_mapping.h: "role=header,..."
  std::optional<char> delimiter;        // detected if absent
  std::optional<DateOrder> date_order;  // inferred if absent
  std::string phone_country = "US";     // StandardizeOptions.phone_country
  std::optional<InputFormat> format;    // recognized if absent
  std::string layout;                   // the file with the layout of a fixed-width file
  std::string scratch;                  // for temporary files; the system's folder if empty
  std::optional<absl::CivilDay> today;  // decides which periods have ended; in UTC if absent
};

}  // namespace blindlink::agent
