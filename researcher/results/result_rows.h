#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/v1/result_service.pb.h"

namespace blindlink::researcher {

// Rows of result files as specified in docs/formats/result_files.md. Each Append adds one CSV row,
// including its line end, to `out`.

std::vector<std::string> PairColumns();
std::vector<std::string> EntityColumns();
std::vector<std::string> OverlapColumns();

// The first line of a file.
std::string HeaderRow(const std::vector<std::string>& columns);

void AppendRow(const v1::MatchPair& pair, std::string* out);
void AppendRow(const v1::EntityMember& member, std::string* out);
// A suppressed cell shows the range, e.g. 1-10.
void AppendRow(const v1::OverlapCell& cell, uint32_t suppressed_up_to, std::string* out);

}  // namespace blindlink::researcher
