#pragma once

#include "CLI/App.hpp"

namespace blindlink {

// For options that take the name of a project, site, dataset or person: refuses what no program
// accepts as a name (common/base/names.h).
CLI::Validator IsName();

}  // namespace blindlink
