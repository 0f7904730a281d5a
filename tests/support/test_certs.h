#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace blindlink {

// A development CA and certificates in their own folder, made by certs-example/make-certs.sh.
class TestCerts {
 public:
  // Parties as "site/general", "coordinator/center", "researcher/study".
  explicit TestCerts(const std::vector<std::string>& parties);

  // Adds parties whose certificates expire after so many days. Aborts if the script fails.
  void Add(const std::vector<std::string>& parties, int days = 30);
  // Adds `party` with a certificate of this CA that expired yesterday, and allows it.
  void AddExpired(const std::string& party);
  // Gives `party` another certificate of this CA, which expires that soon, and allows it.
  void AddExpiring(const std::string& party, std::chrono::seconds after);
  // Removes the party's line from allowed-clients.txt.
  void Revoke(const std::string& party);

  std::filesystem::path Ca() const { return folder_ / "ca.pem"; }
  std::filesystem::path Cert(const std::string& party) const;  // "resolver" too
  std::filesystem::path Key(const std::string& party) const;
  std::filesystem::path AllowedClients() const { return folder_ / "allowed-clients.txt"; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  // --cert, --key and --ca of `party` with their values, for a command line.
  std::vector<std::string> Flags(const std::string& party) const;

 private:
  // Issues a certificate for the party's key, valid between two times (Unix seconds).
  void Issue(const std::string& party, int64_t begin, int64_t end);

  TemporaryFolder folder_;
};

}  // namespace blindlink
