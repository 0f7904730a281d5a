#include "agent/clinical/codes/official_files.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/codes/code_edition.h"
#include "agent/clinical/codes/code_lists.h"
#include "agent/clinical/codes/code_text.h"
#include "agent/clinical/codes/workbook.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

constexpr char kHierarchy[] = ".hierarchy.csv";

// Whether it is a file rather than a folder or a link to one.
absl::StatusOr<bool> IsFile(const std::filesystem::directory_entry& entry) {
  std::error_code error;
  const std::filesystem::file_status status = entry.status(error);
  if (!error) return std::filesystem::is_regular_file(status);
  return absl::InvalidArgumentError(absl::StrCat("cannot read ", entry.path().string(), ": ",
                                                 error.message(), "; repair it or take it away"));
}

absl::StatusOr<std::vector<CodeFile>> FilesIn(const std::string& folder) {
  std::error_code error;
  std::vector<CodeFile> files;
  for (auto entry = std::filesystem::recursive_directory_iterator(folder, error);
       !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    BL_ASSIGN_OR_RETURN(const bool is_file, IsFile(*entry));
    if (!is_file) continue;
    CodeFile& file = files.emplace_back();
    file.path = entry->path().string();
    file.edition = EditionOf(file.path);
  }
  if (error) {
    return absl::NotFoundError(
        absl::StrCat("cannot read the folder ", folder, ": ", error.message()));
  }
  std::sort(files.begin(), files.end(), [](const CodeFile& a, const CodeFile& b) {
    return std::tie(a.edition, a.path) < std::tie(b.edition, b.path);
  });
  return files;
}

// The whole text, decompressed.
absl::StatusOr<std::string> TextOf(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source, OpenByteSource(path));
  std::string text;
  std::string chunk(size_t{1} << 16, '\0');
  while (true) {
    BL_ASSIGN_OR_RETURN(const size_t size, source->Read(chunk.data(), chunk.size()));
    if (size == 0) return text;
    text.append(chunk, 0, size);
  }
}

// A sheet may have a title above its header.
absl::StatusOr<std::string> AddSheets(absl::string_view bytes, const ListedFile& file,
                                      CodeBookBuilder* builder, uint64_t* rows) {
  BL_ASSIGN_OR_RETURN(std::vector<Sheet> sheets, ReadWorkbook(bytes, file.name));
  std::string use;
  for (Sheet& sheet : sheets) {
    auto& cells = sheet.rows;
    const auto header = std::find_if(cells.begin(), cells.end(), [](const auto& row) {
      return row.size() > 1 && !row[1].empty();
    });
    cells.erase(cells.begin(), header);
    CodeTable table(absl::StrCat(file.name, ", ", sheet.name), std::move(cells));
    BL_ASSIGN_OR_RETURN(const std::string found, AddTable(&table, file, builder, rows));
    if (!found.empty()) use = found;
  }
  return use;
}

// The system of "ATC.hierarchy.csv"; empty for other files.
std::string HierarchySystem(const std::string& name) {
  const size_t at = name.find(kHierarchy);
  return at == std::string::npos ? "" : CanonicalSystem(name.substr(0, at));
}

absl::StatusOr<std::string> AddFile(const std::string& path, const std::string& bytes,
                                    const ListedFile& file, CodeBookBuilder* builder,
                                    uint64_t* rows) {
  if (IsWorkbook(bytes)) return AddSheets(bytes, file, builder, rows);
  const std::string own = HierarchySystem(std::filesystem::path(path).filename().string());
  if (own.empty()) {
    BL_ASSIGN_OR_RETURN(const std::string text, TextOf(path));
    if (absl::StartsWith(text, "<?xml")) return AddTabularXml(text, file, builder, rows);
    std::string use = AddTextList(text, file, builder, rows);
    if (!use.empty() || text.find('\n') == std::string::npos) return use;
  }
  BL_ASSIGN_OR_RETURN(CodeTable table, CodeTable::Open(path));
  if (own.empty()) return AddTable(&table, file, builder, rows);
  BL_RETURN_IF_ERROR(AddHierarchy(&table, own, builder, rows));
  return absl::StrCat("hierarchy of ", own);
}

}  // namespace

absl::StatusOr<std::vector<CodeFile>> AddCodeFiles(const std::string& folder,
                                                   CodeBookBuilder* builder) {
  BL_ASSIGN_OR_RETURN(std::vector<CodeFile> files, FilesIn(folder));
  for (CodeFile& file : files) {
    BL_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file.path));
    file.sha256 = HexEncode(AsView(Sha256Of(bytes)));
    const ListedFile listed{file.path, file.edition};
    BL_ASSIGN_OR_RETURN(file.use, AddFile(file.path, bytes, listed, builder, &file.rows));
    if (file.use.empty()) file.use = "not used";
  }
  return files;
}

}  // namespace blindlink::agent
