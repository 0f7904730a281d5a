#include "agent/input/input_format.h"

#include <iterator>

namespace blindlink::agent {
namespace {

// In the order of InputFormat.
constexpr absl::string_view kNames[] = {"csv",         "json-lines", "hl7", "fhir",
                                        "fixed-width", "pcornet",    "omop"};

}  // namespace

absl::string_view NameOf(InputFormat format) { return kNames[static_cast<size_t>(format)]; }

std::optional<InputFormat> ParseInputFormat(absl::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (name == kNames[i]) return static_cast<InputFormat>(i);
  }
  return std::nullopt;
}

std::vector<std::string> InputFormatNames() { return {std::begin(kNames), std::end(kNames)}; }

}  // namespace blindlink::agent
