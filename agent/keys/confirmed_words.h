#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/keys/exchange_key.h"

namespace blindlink::agent {

// The words of the other sites' exchange keys, as people of these sites have told them, without the
// resolver. Text: one site in a line, its name and then its words, separated by blanks; upper or
// lower case; lines that are empty or begin with # mean nothing. `keys list` prints such lines.
class ConfirmedWords {
 public:
  // INVALID_ARGUMENT with the line: no site's name, another number of words, or a site twice.
  static absl::StatusOr<ConfirmedWords> Parse(absl::string_view text);
  static absl::StatusOr<ConfirmedWords> Read(const std::filesystem::path& file);

  bool Has(absl::string_view site) const { return words_.contains(site); }
  // PERMISSION_DENIED if the key has other words than were confirmed for the site, with both;
  // FAILED_PRECONDITION if none were.
  absl::Status Check(const std::string& site, const ExchangePublicKey& key) const;

 private:
  std::map<std::string, std::string, std::less<>> words_;
};

}  // namespace blindlink::agent
