#include "common/access/relink_token_file.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr char kHead[] = "blindlink-relink-token-v1";
constexpr size_t kTokenBytes = 32;

}  // namespace

absl::Status WriteRelinkToken(const std::filesystem::path& file, const v1::RelinkToken& token) {
  return WriteNewFile(file,
                      absl::StrCat(kHead, "\n", token.project(), " ", token.grant(), "\n",
                                   HexEncode(token.token()), "\n"),
                      0600);
}

absl::StatusOr<v1::RelinkToken> ParseRelinkToken(absl::string_view text, const std::string& file) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(text, absl::ByAnyChar(" \r\n"), absl::SkipEmpty());
  v1::RelinkToken token;
  if (words.size() == 4 && words[0] == kHead && CheckName("project", words[1]).ok() &&
      CheckName("grant", words[2]).ok()) {
    token.set_project(std::string(words[1]));
    token.set_grant(std::string(words[2]));
    token.set_token(HexDecode(words[3]).value_or(""));
  }
  if (token.token().size() == kTokenBytes) return token;
  return absl::InvalidArgumentError(absl::StrCat(
      file, " is no approval token: get it from a coordinator (blindlink-resolver access token)"));
}

absl::StatusOr<v1::RelinkToken> ReadRelinkToken(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadPrivateFile(file));
  return ParseRelinkToken(text, file);
}

}  // namespace blindlink
