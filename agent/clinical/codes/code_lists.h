#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_book_builder.h"
#include "agent/clinical/codes/code_table.h"

namespace blindlink::agent {

// Readers of the forms in which official files come. Each adds what it finds to `builder` and
// returns what the file is, "" if it is none of its kinds; `rows` counts what was used. `name` is
// the file's name, `edition` its first day or empty.

struct ListedFile {
  std::string name;
  std::string edition;
};

// Text without a header: the order files of CMS ("00001 A00     0 Cholera"), code files ("A000
// Cholera"), lists of NCHS ("A00-A09" before its categories), and general equivalence mappings.
std::string AddTextList(absl::string_view text, const ListedFile& file, CodeBookBuilder* builder,
                        uint64_t* rows);

// A table with a header: lists, chapters, CCS, CCSR, BETOS, MS-DRG.
absl::StatusOr<std::string> AddTable(CodeTable* table, const ListedFile& file,
                                     CodeBookBuilder* builder, uint64_t* rows);

// The tabular list of ICD-10-CM in XML: its chapters and blocks. It does not spell out codes of 7
// characters, so it is no list of codes.
absl::StatusOr<std::string> AddTabularXml(absl::string_view text, const ListedFile& file,
                                          CodeBookBuilder* builder, uint64_t* rows);

// A site's own hierarchy. Either one row per code with its groups, finest first, under a header of
// level names, "code;ingredient;class"; or edges, "child;parent" with optional columns "level" and
// "parent_level". INVALID_ARGUMENT for a code with two parents, or a row without a code.
absl::Status AddHierarchy(CodeTable* table, const std::string& system, CodeBookBuilder* builder,
                          uint64_t* rows);

}  // namespace blindlink::agent
