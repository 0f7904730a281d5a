#include "resolver/backup/backup_manifest.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/hex.h"
#include "common/crypto/sha256.h"

namespace blindlink::resolver {
namespace {

constexpr absl::string_view kHead = "# blindlink-backup-v1\n";
constexpr absl::string_view kMade = "# made ";
constexpr absl::string_view kLeftOut = "# without ";
constexpr absl::string_view kEnd = "# end ";
constexpr absl::string_view kBetween = "  ";  // digest and path
constexpr size_t kDigits = 64;

std::string LastLine(absl::string_view before) {
  return absl::StrCat(kEnd, HexEncode(AsView(Sha256Of(before))), "\n");
}

bool TakeLine(absl::string_view line, BackupManifest* manifest) {
  if (absl::ConsumePrefix(&line, kMade)) {
    manifest->made = std::string(line);
    return true;
  }
  if (absl::ConsumePrefix(&line, kLeftOut)) {
    manifest->left_out.emplace_back(line);
    return true;
  }
  const size_t path = kDigits + kBetween.size();
  if (line.size() <= path || line.substr(kDigits, kBetween.size()) != kBetween) return false;
  return manifest->files.emplace(line.substr(path), line.substr(0, kDigits)).second;
}

}  // namespace

std::string BackupManifest::Text() const {
  std::string text = absl::StrCat(kHead, kMade, made, "\n");
  for (const std::string& what : left_out) absl::StrAppend(&text, kLeftOut, what, "\n");
  for (const auto& [path, digest] : files) absl::StrAppend(&text, digest, kBetween, path, "\n");
  return text + LastLine(text);
}

absl::StatusOr<BackupManifest> ParseBackupManifest(absl::string_view text,
                                                   const std::filesystem::path& file) {
  const absl::Status damaged = absl::DataLossError(absl::StrCat(
      file.string(), " is damaged or not whole: the folder is no backup to be restored"));
  const size_t end = text.rfind(kEnd);
  if (end == absl::string_view::npos || text.substr(end) != LastLine(text.substr(0, end))) {
    return damaged;
  }
  absl::string_view lines = text.substr(0, end);
  if (!absl::ConsumePrefix(&lines, kHead)) return damaged;
  BackupManifest manifest;
  for (const absl::string_view line : absl::StrSplit(lines, '\n', absl::SkipEmpty())) {
    if (!TakeLine(line, &manifest)) return damaged;
  }
  return manifest;
}

}  // namespace blindlink::resolver
