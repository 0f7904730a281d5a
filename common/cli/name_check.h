#pragma once

#include <string>

#include "CLI/Validators.hpp"
#include "common/base/names.h"

namespace blindlink {

// For options that are names of projects, sites, datasets and researchers: any other value is a
// wrong argument in every program.
inline CLI::Validator NameCheck(const std::string& kind) {
  return {[kind](const std::string& name) { return std::string(CheckName(kind, name).message()); },
          "NAME"};
}

}  // namespace blindlink
