#include "common/cli/connection_flags.h"

#include <string>

#include "CLI/App.hpp"
#include "absl/strings/numbers.h"
#include "common/base/hex.h"

namespace blindlink {
namespace {

// Without a port, gRPC would silently use 443.
std::string CheckAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  const std::string port = colon == std::string::npos ? "" : address.substr(colon + 1);
  int number = 0;
  const bool is_port = !port.empty() && port.size() <= 5 && absl::SimpleAtoi(port, &number) &&
                       number > 0 && number <= 65535;
  return colon != 0 && is_port ? ""
                               : "must be HOST:PORT with the port on which the resolver listens, "
                                 "for instance center.example.org:7443";
}

std::string CheckAuditKey(const std::string& key) {
  const auto bytes = HexDecode(key);
  return bytes && bytes->size() == 32 ? "" : "must be 64 hexadecimal digits";
}

}  // namespace

void AddConnectionFlags(CLI::App& app, ConnectionFlags* flags) {
  const char* group = "Connection";
  app.add_option("--resolver", flags->resolver, "Address of the resolver, HOST:PORT")
      ->required()
      ->check(CLI::Validator(CheckAddress, "HOST:PORT"))
      ->group(group);
  app.add_option("--cert", flags->cert, "This party's certificate (PEM)")->required()->group(group);
  app.add_option("--key", flags->key, "Its private key (PEM, mode 0600)")->required()->group(group);
  app.add_option("--ca", flags->ca, "CA of the resolver's certificate (PEM)")
      ->required()
      ->group(group);
  app.add_option("--resolver-name", flags->resolver_name, "DNS name in the resolver's certificate")
      ->capture_default_str()
      ->group(group);
  app.add_option(
         "--witness", flags->witness,
         "File that keeps what was seen of the resolver's audit log, to be compared with it "
         "the next time; none: keep nothing. Default: one for each resolver, in "
         "~/.local/state/blindlink/witness")
      ->group(group);
  app.add_option("--audit-key", flags->audit_key,
                 "Key of the audit log, from the resolver's operator (audit key). Default: the key "
                 "that is seen first")
      ->check(CLI::Validator(CheckAuditKey, "HEX"))
      ->group(group);
}

}  // namespace blindlink
