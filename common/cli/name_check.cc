#include "common/cli/name_check.h"

#include <string>

#include "common/base/names.h"

namespace blindlink {

CLI::Validator IsName() {
  return CLI::Validator(
      [](const std::string& name) { return std::string(CheckName("given", name).message()); },
      "NAME");
}

}  // namespace blindlink
