#include "agent/risk/hierarchy_file.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "agent/risk/delimited_file.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {

absl::StatusOr<Hierarchy> ReadHierarchy(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<DelimitedFile> file, DelimitedFile::Open(path, ';'));
  HierarchyBuilder builder;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool any, file->Next());
    if (!any) break;
    for (size_t i = 1; i < file->fields().size(); ++i) {
      if (file->fields()[i].empty()) {
        return file->Error(absl::StrCat("column ", i + 1, " is empty; name the group"));
      }
    }
    if (const absl::Status added = builder.AddPath(file->fields()); !added.ok()) {
      return file->Error(added.message());
    }
  }
  absl::StatusOr<Hierarchy> tree = builder.Build();
  if (!tree.ok())
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", tree.status().message()));
  return tree;
}

}  // namespace blindlink::agent
